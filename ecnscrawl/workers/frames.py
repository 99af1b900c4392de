"""Send a value through a socket: its length and a flag, then its bytes. The worker blocks; the other end does not."""

import asyncio
import socket
from struct import Struct

_HEAD = Struct("!Q?")  # length, flag

Frame = tuple[bytearray, bool]


def send(connection: socket.socket, payload: bytes, *, flag: bool) -> None:
    """Send a payload with a flag."""
    connection.sendall(_HEAD.pack(len(payload), flag))
    connection.sendall(payload)


def receive(connection: socket.socket) -> Frame | None:
    """Return the next payload and its flag; None where the other end has closed the connection."""
    head = _received(connection, _HEAD.size)
    if head is None:
        return None
    length, flag = _HEAD.unpack(head)
    payload = _received(connection, length)
    return None if payload is None else (payload, flag)


def _received(connection: socket.socket, length: int) -> bytearray | None:
    payload = bytearray(length)
    view, at = memoryview(payload), 0
    while at < length:
        count = connection.recv_into(view[at:])
        if not count:
            return None
        at += count
    return payload


class FrameProtocol(asyncio.Protocol):
    """The end that does not block: sends one frame, then waits for one."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._answer: asyncio.Future[Frame] | None = None

    async def exchange(self, payload: bytes) -> Frame:
        """Send a payload, and return the next frame. Raises ConnectionError where the other end is closed."""
        if self._transport is None or self._transport.is_closing():
            raise ConnectionResetError("the connection is closed")
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.writelines((_HEAD.pack(len(payload), False), payload))
        return await self._answer

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        if len(self._received) < _HEAD.size:
            return
        length, flag = _HEAD.unpack_from(self._received)
        if len(self._received) == _HEAD.size + length:
            payload, self._received = self._received[_HEAD.size :], bytearray()
            if self._answer is not None and not self._answer.done():
                self._answer.set_result((payload, flag))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio names it
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError("the connection was closed"))
