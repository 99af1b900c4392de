"""What can be made to go wrong with one answer: the seam at which a test breaks the site.

A fault is anything with an `answer` coroutine; it is given the exchange and does with the connection what it likes.
"""

import asyncio
import socket
import struct
from dataclasses import dataclass
from typing import Protocol

from replica.requests import LoggedRequest
from replica.site import Answer

RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER on with 0 seconds: closing sends RST, not FIN


@dataclass(slots=True)
class Exchange:
    """One request on its connection, and the answer that the site has for it."""

    request: LoggedRequest
    answer: Answer
    transport: asyncio.Transport

    def send(self, answer: Answer) -> None:
        """Send a whole answer (its head alone where HEAD asked) and put it down in the log."""
        data = answer.head if self.request.method == "HEAD" else answer.head + answer.body
        self.request.status = answer.status
        self.send_bytes(data)

    def send_bytes(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.request.bytes += len(data)
        self.transport.write(data)

    def close(self) -> None:
        """Close the connection in good order, what was sent goes out first."""
        self.transport.close()

    def reset(self) -> None:
        """Break the connection off: the other side reads what was sent, then `connection reset by peer`."""
        sock: socket.socket = self.transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self.transport.abort()


class Fault(Protocol):
    """Answers one request in the site's place."""

    async def answer(self, exchange: Exchange) -> None:
        """Do what the fault does; the connection's next request is read when this has returned."""


@dataclass(frozen=True, slots=True)
class StatusFault:
    """An answer with another status, as from an overloaded server: 503 with Retry-After, 403, 500."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    async def answer(self, exchange: Exchange) -> None:
        """Send it."""
        exchange.send(Answer.build(self.status, [("Content-Type", "text/html"), *self.headers], self.body))


@dataclass(frozen=True, slots=True)
class Close:
    """The connection is closed and nothing is said."""

    async def answer(self, exchange: Exchange) -> None:
        """Close."""
        exchange.close()


@dataclass(frozen=True, slots=True)
class ResetInBody:
    """The head and a share of the body come, then the connection is reset."""

    share: float = 0.5

    async def answer(self, exchange: Exchange) -> None:
        """Send the first part, then reset."""
        answer = exchange.answer
        exchange.request.status = answer.status
        exchange.send_bytes(answer.head + answer.body[: int(len(answer.body) * self.share)])
        exchange.reset()


@dataclass(frozen=True, slots=True)
class Stall:
    """Nothing happens for some seconds, then the site's own answer comes."""

    seconds: float

    async def answer(self, exchange: Exchange) -> None:
        """Wait, then send."""
        await asyncio.sleep(self.seconds)
        exchange.send(exchange.answer)


@dataclass(frozen=True, slots=True)
class Garble:
    """A tunnel is promised, and what comes out of it is no TLS."""

    noise: bytes = b"\x00\x01\x02 this is no handshake \r\n" * 8

    async def answer(self, exchange: Exchange) -> None:
        """Say yes, then send noise."""
        exchange.send(exchange.answer)
        exchange.send_bytes(self.noise)
        exchange.close()
