"""Resolve host names to public IP addresses only.

Twisted connects to the addresses that this resolver returns and resolves no name twice, so an attacker gains nothing
by answering differently the second time (DNS rebinding).
"""

from collections.abc import Mapping, Sequence
from contextvars import copy_context
from ipaddress import ip_address
from typing import Any, Protocol, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy.crawler import CrawlerProcess
from scrapy.utils.datatypes import LocalCache
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer

from ecnscrawl.network.address_policy import is_public
from ecnscrawl.network.dns_cache import ExpiringThreadedResolver

_DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_REFUSED_HOSTS = 1000  #: remembered at a time; a site has only a few hosts
#: Twisted resolves the name of a proxy that it reaches by CONNECT in another way, and passes this port.
_CONNECT_PORT = 0

Proxies = frozenset[tuple[str, int]]


class SystemResolver(Protocol):
    """A resolver that can replace the reactor's own."""

    def install_on_reactor(self) -> None:
        """Replace the reactor's resolver."""


@implementer(IHostnameResolver)
class PublicResolver:
    """Drops non-public addresses from the answers of the system's resolver.

    Twisted resolves every host that it connects to, whether it is written as a name or as a number. The exception is a
    proxy written as a number. The user chooses the proxies, so they may have any address.
    """

    def __init__(self, system: SystemResolver, reactor: Any, proxies: Proxies, *, allow_private: bool) -> None:
        """`system` looks up all addresses; `proxies` (host, port) are exempt from the check."""
        self._system, self._reactor = system, reactor
        self._proxies = proxies | {(host, _CONNECT_PORT) for host, _ in proxies}
        self._allow_private = allow_private
        self._upstream: Any = None
        #: host -> one of its refused addresses, for hosts that have no public address
        self.refused: LocalCache[str, str] = LocalCache(MAX_REFUSED_HOSTS)

    @classmethod
    def from_crawler(cls, crawler: CrawlerProcess, reactor: Any) -> Self:
        """Called by Scrapy; `crawler` provides the settings. A caching resolver does the look-ups."""
        return cls(
            cls.system(crawler, reactor),
            reactor,
            proxies_of(getproxies()) if crawler.settings.getbool("HTTPPROXY_ENABLED") else frozenset(),
            allow_private=crawler.settings.getbool("ALLOW_PRIVATE_ADDRESSES"),
        )

    @staticmethod
    def system(crawler: CrawlerProcess, reactor: Any) -> SystemResolver:
        """Return the resolver that looks up all addresses, public or not."""
        return ExpiringThreadedResolver.from_crawler(crawler, reactor)  # type: ignore[arg-type]

    def install_on_reactor(self) -> None:
        """Install the system's resolver, then this one in front of it."""
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
        """Twisted's interface; `resolutionReceiver` receives public addresses only."""
        receiver: Any = _ContextReceiver(resolutionReceiver)
        if not self._allow_private and (hostName.lower(), portNumber) not in self._proxies:
            receiver = _PublicOnlyReceiver(receiver, hostName, self.refused)
        found: IHostResolution = self._upstream.resolveHostName(
            receiver, hostName, portNumber, addressTypes, transportSemantics
        )
        return found


@implementer(IResolutionReceiver)
class _ContextReceiver:
    """Passes everything on in the context variables of whoever asks: a thread answers, and it has none.

    All that happens on the connection inherits them, such as the site that is written into each line of the log.
    """

    def __init__(self, receiver: Any) -> None:
        self._receiver, self._context = receiver, copy_context()

    def resolutionBegan(self, resolutionInProgress: IHostResolution) -> None:
        self._context.run(self._receiver.resolutionBegan, resolutionInProgress)

    def addressResolved(self, address: IAddress) -> None:
        self._context.run(self._receiver.addressResolved, address)

    def resolutionComplete(self) -> None:
        self._context.run(self._receiver.resolutionComplete)


@implementer(IResolutionReceiver)
class _PublicOnlyReceiver:
    """Passes on public addresses; for a host without any, stores one refused address for the error message."""

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
    """Return host and port of each proxy that Scrapy uses; `environment` maps schemes to URLs, as `getproxies` does.

    >>> sorted(proxies_of({"http": "http://me:secret@Localhost:3128", "https": "10.0.0.1", "no": "example.org"}))
    [('10.0.0.1', 80), ('localhost', 3128)]
    """
    found = set()
    for scheme in _DEFAULT_PORTS:
        if proxy := environment.get(scheme):
            try:
                parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
                host, port = parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme, 80)
            except ValueError:  # Scrapy does not use such a proxy either
                continue
            if host:
                found.add((host, port))
    return frozenset(found)
