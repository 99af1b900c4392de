"""Faults of a server that does not come to an end, or says one thing and does another; the seam is that of `faults`."""

import asyncio
from dataclasses import dataclass

from replica.faults import Exchange

MAX_BUFFERED_BYTES = 256 * 1024  # bytes: what the other side does not read is not to fill our memory
POLL_INTERVAL = 0.002  # seconds


@dataclass(frozen=True, slots=True)
class Dribble:
    """The site's own answer, its head at once, its body a byte at a time."""

    seconds: float = 1.0  #: between two bytes

    async def answer(self, exchange: Exchange) -> None:
        """Send it all, as long as somebody listens."""
        exchange.request.status = exchange.answer.status
        exchange.send_bytes(exchange.answer.head)
        for byte in exchange.answer.body:
            await asyncio.sleep(self.seconds)
            exchange.send_bytes(bytes([byte]))


@dataclass(frozen=True, slots=True)
class Raw:
    """These bytes, whatever they are, and the connection closed after them or left open."""

    data: bytes
    closes: bool = True

    async def answer(self, exchange: Exchange) -> None:
        """Send them."""
        exchange.send_bytes(self.data)
        if self.closes:
            exchange.close()
        else:
            await asyncio.Event().wait()


@dataclass(frozen=True, slots=True)
class Endless:
    """These bytes, then others over and over until the other side leaves: a head, a body or chunks without an end."""

    data: bytes
    again: bytes

    async def answer(self, exchange: Exchange) -> None:
        """Send for ever."""
        exchange.send_bytes(self.data)
        pile = self.again * max(1, 16_384 // len(self.again))
        while not exchange.transport.is_closing():
            if exchange.transport.get_write_buffer_size() < MAX_BUFFERED_BYTES:
                exchange.send_bytes(pile)
                await asyncio.sleep(0)
            else:
                await asyncio.sleep(POLL_INTERVAL)
