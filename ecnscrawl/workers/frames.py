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


async def send_async(connection: socket.socket, payload: bytes) -> None:
    """Send a payload through a socket that does not block. Raises OSError where the other end is closed."""
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(connection, _HEAD.pack(len(payload), False))
    await loop.sock_sendall(connection, payload)


async def receive_async(connection: socket.socket) -> Frame:
    """Return the next payload and its flag from a socket that does not block.

    Raises OSError where the other end is closed.
    """
    length, flag = _HEAD.unpack(await _received_async(connection, _HEAD.size))
    return await _received_async(connection, length), flag


async def _received_async(connection: socket.socket, length: int) -> bytearray:
    loop = asyncio.get_running_loop()
    payload = bytearray(length)
    view, at = memoryview(payload), 0
    while at < length:
        count = await loop.sock_recv_into(connection, view[at:])
        if not count:
            raise ConnectionResetError("the worker has ended")
        at += count
    return payload
