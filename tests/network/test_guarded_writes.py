"""What was written and not sent yet is not sent once that is forbidden."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from twisted.internet.abstract import FileDescriptor
from twisted.internet.error import ConnectionAborted
from twisted.internet.tcp import Connection

from ecnscrawl.network.guarded_writes import guard_writes


@dataclass
class Socket:
    """The TCP transport of Twisted, as far as it sends."""

    sent: list[bytes] = field(default_factory=list)

    def writeSomeData(self, data: bytes) -> int:  # noqa: N802 - Twisted's name
        """Called by Twisted right before the bytes go out."""
        self.sent.append(data)
        return len(data)


@dataclass
class Above:
    """A transport on another one, as TLS is."""

    transport: Any


@pytest.mark.parametrize("layers", [0, 1, 2])
def test_bytes_are_sent_only_as_long_as_they_may(layers: int) -> None:
    socket, may_send = Socket(), [True]
    transport: Any = socket
    for _ in range(layers):
        transport = Above(transport)
    guard_writes(transport, lambda: may_send[0])
    assert socket.writeSomeData(b"first") == 5
    may_send[0] = False
    assert isinstance(socket.writeSomeData(b"second"), ConnectionAborted)
    assert socket.sent == [b"first"]


def test_twisted_still_sends_by_the_method_that_is_replaced() -> None:
    assert "writeSomeData" in vars(Connection)
    assert "writeSomeData" in FileDescriptor.doWrite.__code__.co_names
    assert not hasattr(Connection, "transport")  # it is the lowest layer
