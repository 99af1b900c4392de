"""A name server on 127.0.0.1 for tests, and a crawler's resolver that uses it instead of the system's.

Run as a command, it resolves the names on its standard input one after the other, and prints what was found as JSON.
"""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from scrapy.crawler import CrawlerProcess
from scrapy.settings import Settings
from twisted.internet import defer
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from twisted.names import client as untyped_client
from twisted.names import dns as untyped_dns
from zope.interface import implementer

from ecnscrawl.network.resolver import PublicResolver
from tests.system.crawling import ROOT

client: Any = untyped_client
dns: Any = untyped_dns

RESOLVER = "tests.middlewares.nameserver.AskingResolver"


@dataclass
class NameServer:
    """Answers with the addresses of a name; of several answers, it gives the next one each time."""

    answers: Mapping[str, Sequence[Sequence[str]]]
    queries: list[str] = field(default_factory=list)  #: of IPv4 addresses
    address: str = ""  #: host:port

    def answer(self, data: bytes) -> bytes:
        """The answer to a query, as it comes over UDP."""
        message = dns.Message()
        message.fromStr(data)
        (query,) = message.queries
        name, wants_ipv4 = query.name.name.decode(), query.type == dns.A
        self.queries += [name] * wants_ipv4
        known = self.answers.get(name, [[]])
        for address in known[min(max(self.queries.count(name), 1), len(known)) - 1]:
            if (":" not in address) == wants_ipv4:
                record = dns.Record_A(address) if wants_ipv4 else dns.Record_AAAA(address)
                message.answers.append(dns.RRHeader(query.name.name, query.type, payload=record))
        message.answer = 1
        encoded: bytes = message.toStr()
        return encoded


@contextmanager
def serving(answers: Mapping[str, Sequence[Sequence[str]]]) -> Iterator[NameServer]:
    """The name server, in a thread of its own."""
    server = NameServer(answers)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        own.bind(("127.0.0.1", 0))
        server.address = "{}:{}".format(*own.getsockname())
        thread = threading.Thread(target=_serve, args=(own, server))
        thread.start()
        try:
            yield server
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ending:
                ending.sendto(b"", own.getsockname())
            thread.join()


def _serve(own: socket.socket, server: NameServer) -> None:
    while True:
        data, asker = own.recvfrom(4096)
        if not data:
            return
        own.sendto(server.answer(data), asker)


@implementer(IHostnameResolver)
class _Upstream:
    """Asks a name server for all addresses of a name, of both kinds."""

    def __init__(self, reactor: Any, server: str) -> None:
        host, _, port = server.rpartition(":")
        self._reactor = reactor
        self._names = client.Resolver(servers=[(host, int(port))], reactor=reactor)

    def install_on_reactor(self) -> None:
        self._reactor.installNameResolver(self)

    def resolveHostName(self, receiver: Any, host: str, port: int = 0, *_: Any) -> Any:  # noqa: N802
        receiver.resolutionBegan(self)
        lookups = (self._names.lookupAddress(host), self._names.lookupIPV6Address(host))
        found = defer.DeferredList(lookups, consumeErrors=True)
        found.addCallback(self._tell, receiver, port)
        return self

    def _tell(self, found: Any, receiver: Any, port: int) -> None:
        for _, (answers, _, _) in found:
            for each in answers:
                is_ipv4 = each.type == dns.A
                found_at = socket.inet_ntop(socket.AF_INET if is_ipv4 else socket.AF_INET6, each.payload.address)
                receiver.addressResolved((IPv4Address if is_ipv4 else IPv6Address)("TCP", found_at, port))
        receiver.resolutionComplete()


class AskingResolver(PublicResolver):
    """The product's resolver before a name server of the test's; NAME_SERVER in the environment says where that is."""

    @staticmethod
    def system(crawler: CrawlerProcess, reactor: Any) -> _Upstream:
        return _Upstream(reactor, os.environ["NAME_SERVER"])


def resolved(names: Sequence[str], server: NameServer) -> list[list[str]]:
    """Return the addresses that the product's resolver finds for each name, one after the other, in its own process."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.middlewares.nameserver"],
        input="\n".join(names),
        env=os.environ | {"NAME_SERVER": server.address},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    found: list[list[str]] = json.loads(ended.stdout)
    return found


@implementer(IResolutionReceiver)
class _Receiver:
    def __init__(self) -> None:
        self.found: list[str] = []
        self.complete: defer.Deferred[None] = defer.Deferred()

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        pass

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self.found.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.complete.callback(None)


async def _resolve(reactor: Any, names: Sequence[str]) -> None:
    found = []
    for name in names:
        receiver = _Receiver()
        reactor.nameResolver.resolveHostName(receiver, name, 80)
        await receiver.complete
        found.append(receiver.found)
    json.dump(found, sys.stdout)


def main(names: Sequence[str]) -> None:
    """Resolve names, and end."""
    from twisted.internet import reactor, task

    resolver = AskingResolver.from_crawler(CrawlerProcess(Settings(), install_root_handler=False), reactor)
    resolver.install_on_reactor()
    task.react(lambda reactor: defer.ensureDeferred(_resolve(reactor, names)))


if __name__ == "__main__":
    main(sys.stdin.read().splitlines())
