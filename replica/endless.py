"""Faults of a server that never finishes an answer, or sends arbitrary bytes; see `replica.faults`."""

import asyncio
from dataclasses import dataclass

from replica.faults import Exchange

MAX_BUFFERED_BYTES = 256 * 1024  # what the client does not read must not fill our memory
POLL_INTERVAL = 0.002  # seconds


@dataclass(frozen=True, slots=True)
class Dribble:
    """Sends the site's answer, its head at once, its body one byte at a time."""

    seconds: float = 1.0  #: between two bytes

    async def answer(self, exchange: Exchange) -> None:
        """Send the answer."""
        exchange.request.status = exchange.answer.status
        exchange.send_bytes(exchange.answer.head)
        for byte in exchange.answer.body:
            await asyncio.sleep(self.seconds)
            exchange.send_bytes(bytes([byte]))


@dataclass(frozen=True, slots=True)
class Raw:
    """Sends these bytes, then closes the connection or leaves it open."""

    data: bytes
    closes: bool = True

    async def answer(self, exchange: Exchange) -> None:
        """Send the bytes."""
        exchange.send_bytes(self.data)
        if self.closes:
            exchange.close()
        else:
            await asyncio.Event().wait()


@dataclass(frozen=True, slots=True)
class Endless:
    """Sends `data`, then `again` over and over until the client leaves: an endless head, body or chunks."""

    data: bytes
    again: bytes

    async def answer(self, exchange: Exchange) -> None:
        """Send until the client leaves."""
        exchange.send_bytes(self.data)
        pile = self.again * max(1, 16_384 // len(self.again))
        while not exchange.transport.is_closing():
            if exchange.transport.get_write_buffer_size() < MAX_BUFFERED_BYTES:
                exchange.send_bytes(pile)
                await asyncio.sleep(0)
            else:
                await asyncio.sleep(POLL_INTERVAL)
