"""Name resolution that finds public addresses only: what it gives is connected to, so that no second answer counts."""

from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Any, Protocol, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy.crawler import CrawlerProcess
from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.datatypes import LocalCache
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer

from ecnscrawl.hosts import is_public

_DEFAULT_PORTS = {"http": 80, "https": 443}
_MOST_REMEMBERED = 1000  #: hosts; a site has a handful
_TUNNEL = 0  #: the port that a resolver is told for a proxy by CONNECT, whose name Twisted resolves in another way

Proxies = frozenset[tuple[str, int]]


class SystemResolver(Protocol):
    """One that can be made the reactor's own."""

    def install_on_reactor(self) -> None:
        """Make it so."""


@implementer(IHostnameResolver)
class PublicResolver:
    """Twisted asks the resolver for every host that it connects to, spelled as a name or a number, and connects to
    what is answered. Only the proxies' numbers pass it by, and the proxies are the user's choice, wherever they are.
    """

    def __init__(self, system: SystemResolver, reactor: Any, proxies: Proxies, *, allow_private: bool) -> None:
        """`system` is asked for all addresses; `proxies` are exempt, by host and port."""
        self._system, self._reactor = system, reactor
        self._proxies = proxies | {(host, _TUNNEL) for host, _ in proxies}
        self._allow_private = allow_private
        self._upstream: Any = None
        #: an address that was refused, by the host that has no other
        self.refused: LocalCache[str, str] = LocalCache(_MOST_REMEMBERED)

    @classmethod
    def from_crawler(cls, crawler: CrawlerProcess, reactor: Any) -> Self:
        """As Scrapy makes it: `crawler` gives the settings. Its own resolver, with its cache, is the one asked."""
        return cls(
            cls.system(crawler, reactor),
            reactor,
            proxies_of(getproxies()) if crawler.settings.getbool("HTTPPROXY_ENABLED") else frozenset(),
            allow_private=crawler.settings.getbool("ALLOW_PRIVATE_ADDRESSES"),
        )

    @staticmethod
    def system(crawler: CrawlerProcess, reactor: Any) -> SystemResolver:
        """The resolver that knows all addresses."""
        return CachingThreadedResolver.from_crawler(crawler, reactor)  # type: ignore[arg-type]

    def install_on_reactor(self) -> None:
        """Stand before what is the system's."""
        self._system.install_on_reactor()
        self._upstream = self._reactor.nameResolver
        self._reactor.installNameResolver(self)

    def resolveHostName(
        self,
        resolutionReceiver: IResolutionReceiver,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> IHostResolution:
        """As Twisted has it; `resolutionReceiver` is told of public addresses only."""
        receiver: Any = resolutionReceiver
        if not self._allow_private and (hostName.lower(), portNumber) not in self._proxies:
            receiver = _PublicOnly(resolutionReceiver, hostName, self.refused)
        found: IHostResolution = self._upstream.resolveHostName(
            receiver, hostName, portNumber, addressTypes, transportSemantics
        )
        return found


@implementer(IResolutionReceiver)
class _PublicOnly:
    """Passes on what is public; of a host that has nothing else an address is noted."""

    def __init__(self, receiver: Any, host: str, refused: LocalCache[str, str]) -> None:
        self._receiver, self._host, self._all_refused = receiver, host, refused
        self._refused: str | None = None
        self._has_passed = False

    def resolutionBegan(self, resolutionInProgress: IHostResolution) -> None:
        self._receiver.resolutionBegan(resolutionInProgress)

    def addressResolved(self, address: Any) -> None:
        if is_public(ip_address(address.host)):
            self._has_passed = True
            self._receiver.addressResolved(address)
        else:
            self._refused = address.host

    def resolutionComplete(self) -> None:
        if self._refused and not self._has_passed:
            self._all_refused[self._host] = self._refused
        else:
            self._all_refused.pop(self._host, None)
        self._receiver.resolutionComplete()


def proxies_of(environment: Mapping[str, str]) -> Proxies:
    """The hosts and ports of the proxies that Scrapy goes through, by scheme as `getproxies` has them.

    >>> sorted(proxies_of({"http": "http://me:secret@Localhost:3128", "https": "10.0.0.1", "no": "example.org"}))
    [('10.0.0.1', 80), ('localhost', 3128)]
    """
    found = set()
    for scheme in _DEFAULT_PORTS:
        if proxy := environment.get(scheme):
            try:
                parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
                host, port = parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme, 80)
            except ValueError:  # such a one is no proxy to Scrapy either
                continue
            if host:
                found.add((host, port))
    return frozenset(found)
