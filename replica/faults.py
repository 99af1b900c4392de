"""Faults that a test can inject into single answers of the site.

A fault is any object with an `answer` coroutine. It receives the exchange and may do anything with the connection.
"""

import asyncio
import socket
import struct
from dataclasses import dataclass
from typing import Protocol

from replica.requests import LoggedRequest
from replica.site import Answer

_POLL_SECONDS = 0.02
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER on with 0 seconds: closing sends RST, not FIN


@dataclass(slots=True)
class Exchange:
    """One request, the answer that the site would give, and the connection."""

    request: LoggedRequest
    answer: Answer
    transport: asyncio.Transport

    def send(self, answer: Answer) -> None:
        """Send an answer (only its head for a HEAD request), and note its status in the log."""
        data = answer.head if self.request.method == "HEAD" else answer.head + answer.body
        self.request.status = answer.status
        self.send_bytes(data)

    def send_bytes(self, data: bytes) -> None:
        """Send raw bytes."""
        self.request.bytes += len(data)
        self.transport.write(data)

    def close(self) -> None:
        """Close the connection after everything buffered was sent."""
        self.transport.close()

    def reset(self) -> None:
        """Reset the connection: the client reads what was sent, then gets `connection reset by peer`."""
        sock: socket.socket = self.transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self.transport.abort()


class Fault(Protocol):
    """Answers one request instead of the site."""

    async def answer(self, exchange: Exchange) -> None:
        """Handle the request; the connection's next request is read after this returns."""


@dataclass(frozen=True, slots=True)
class StatusFault:
    """Answers with another status, as an overloaded server does: 503 with Retry-After, 403, 500."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    async def answer(self, exchange: Exchange) -> None:
        """Send the answer."""
        exchange.send(Answer.build(self.status, [("Content-Type", "text/html"), *self.headers], self.body))


@dataclass(frozen=True, slots=True)
class Close:
    """Closes the connection without an answer."""

    async def answer(self, exchange: Exchange) -> None:
        """Close the connection."""
        exchange.close()


@dataclass(frozen=True, slots=True)
class ResetInBody:
    """Sends the head and a share (0 to 1) of the body, then resets the connection."""

    share: float = 0.5

    async def answer(self, exchange: Exchange) -> None:
        """Send the first part, then reset."""
        answer = exchange.answer
        exchange.request.status = answer.status
        exchange.send_bytes(answer.head + answer.body[: int(len(answer.body) * self.share)])
        exchange.reset()


@dataclass(frozen=True, slots=True)
class Stall:
    """Waits for some seconds, then sends the site's answer."""

    seconds: float

    async def answer(self, exchange: Exchange) -> None:
        """Wait, then send."""
        await asyncio.sleep(self.seconds)
        exchange.send(exchange.answer)


@dataclass(slots=True)
class Hold:
    """Waits until it is released, then sends the site's answer."""

    is_released: bool = False

    async def answer(self, exchange: Exchange) -> None:
        """Wait, then send."""
        while not self.is_released:
            await asyncio.sleep(_POLL_SECONDS)
        exchange.send(exchange.answer)


@dataclass(frozen=True, slots=True)
class Garble:
    """Accepts a tunnel, then sends bytes that are not TLS."""

    noise: bytes = b"\x00\x01\x02 this is not a handshake \r\n" * 8

    async def answer(self, exchange: Exchange) -> None:
        """Accept the tunnel, send the noise, and close."""
        exchange.send(exchange.answer)
        exchange.send_bytes(self.noise)
        exchange.close()
