"""The policy that verifies certificates is asked once for each host, and each connection still has checks of its own."""

from dataclasses import dataclass, field
from typing import Any

from OpenSSL import SSL
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.ssl import optionsForClientTLS
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.protocols.tls import TLSMemoryBIOFactory
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from ecnscrawl.network.certificates import ReasonedPolicy


@implementer(IPolicyForHTTPS)
@dataclass
class Asked:
    """Twisted's own way to verify, which notes for what hosts it is asked."""

    hosts: list[bytes] = field(default_factory=list)

    def creatorForNetloc(self, hostname: bytes, port: int) -> object:  # noqa: N802 - the interface's name
        """Twisted's interface."""
        self.hosts.append(hostname)
        return optionsForClientTLS(hostname.decode("ascii"))


def connection_to(policy: ReasonedPolicy, host: bytes) -> SSL.Connection:
    """The client's side of a connection that has said hello."""
    wrapped: Any = Factory.forProtocol(Protocol)
    clock: Any = Clock()
    protocol: Any = TLSMemoryBIOFactory(policy.creatorForNetloc(host, 443), True, wrapped, clock).buildProtocol(None)
    protocol.makeConnection(StringTransport())  # type: ignore[no-untyped-call]
    connection: SSL.Connection = protocol.getHandle()
    return connection


def test_all_connections_to_a_host_share_what_is_trusted_and_each_is_verified() -> None:
    asked = Asked()
    policy = ReasonedPolicy(asked)
    hosts = [b"www.example.org", b"www.example.org", b"img.example.org"]
    connections = [connection_to(policy, host) for host in hosts]
    assert asked.hosts == [b"www.example.org", b"img.example.org"]
    assert len({id(each) for each in connections}) == 3
    assert connections[0].get_context() is connections[1].get_context()
    assert [each.get_servername() for each in connections] == hosts
    verified = SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT
    assert [each.get_verify_mode() for each in connections] == [verified] * 3
