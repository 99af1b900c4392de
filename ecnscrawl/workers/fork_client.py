"""The fork server as its parent sees it: start it, let it fork workers, hear how they ended."""

import asyncio
import contextlib
import os
import pickle
import signal
import socket
import subprocess
import sys

from ecnscrawl.workers import frames
from ecnscrawl.workers.failures import Died, WorkerFailure, failure_of
from ecnscrawl.workers.fork_server import NOTE, READY, START, ServerOrder

_STATUS_TIMEOUT = 2.0  #: seconds until it is known how a worker has ended whose connection is closed
_START_TIMEOUT = 60.0  # seconds, to load the modules on a busy machine
_NUMBERS = 2**32 - 1


class Worker:
    """One worker process."""

    def __init__(self, connection: frames.FrameProtocol, ended: "asyncio.Future[int]") -> None:
        self._connection = connection
        self._ended = ended

    @property
    def has_ended(self) -> bool:
        """Whether the process has ended."""
        return self._ended.done()

    async def call(self, payload: bytes) -> frames.Frame:
        """Send a call, and return the reply. Raises WorkerFailure if the process ends before it."""
        try:
            return await self._connection.exchange(payload)
        except OSError:
            failure = await self._failure()
            self._connection.close()
            raise failure from None

    def close(self) -> None:
        """Let the process end after its call."""
        self._connection.close()

    async def _failure(self) -> WorkerFailure:
        try:
            async with asyncio.timeout(_STATUS_TIMEOUT):
                return failure_of(await asyncio.shield(self._ended))
        except TimeoutError:
            return failure_of(None)


class ForkServer:
    """A running fork server. Start a new one after `has_ended`."""

    def __init__(self, control: socket.socket, process: "subprocess.Popen[bytes]") -> None:
        self._control = control
        self._process = process
        self._number = 0
        self._ends: dict[int, asyncio.Future[int]] = {}  #: number of a worker -> its wait status
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, order: ServerOrder) -> "ForkServer":
        """Start a server, and wait until it has loaded its modules. Raises Died if it could not."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            number = theirs.fileno()
            command = "from ecnscrawl.workers.fork_server import main; main()"
            process = subprocess.Popen(  # noqa: S603 - this Python
                [sys.executable, "-c", command, str(number), pickle.dumps(order).hex()],
                pass_fds=[number],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(path or os.curdir for path in sys.path)},
            )
        assert process.stderr is not None
        try:
            async with asyncio.timeout(_START_TIMEOUT):
                await _received(ours, len(READY))
        except OSError:  # a TimeoutError is one
            ours.close()
            process.kill()
            raise Died(f"could not be started: {_last_line(process)}") from None
        process.stderr.close()
        return cls(ours, process)

    @property
    def has_ended(self) -> bool:
        """Whether it has ended, and all its workers with it."""
        return self._listening.done()

    async def fork(self) -> Worker:
        """Start a worker. Raises Died if the server has ended."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        self._number = self._number % _NUMBERS + 1
        ended = self._ends[self._number] = asyncio.get_running_loop().create_future()
        with theirs:
            try:
                socket.send_fds(self._control, [START.pack(self._number)], [theirs.fileno()])
            except OSError:
                ours.close()
                raise Died("could not be started: the fork server has ended") from None
        _, connection = await asyncio.get_running_loop().create_connection(frames.FrameProtocol, sock=ours)
        return Worker(connection, ended)

    async def close(self) -> None:
        """End the server, which kills all workers."""
        with contextlib.suppress(OSError):  # it has ended already
            self._control.shutdown(socket.SHUT_WR)
        await self._listening
        self._control.close()
        await asyncio.to_thread(self._process.wait)

    async def _listen(self) -> None:
        """Note how workers end, until the server has ended."""
        with contextlib.suppress(OSError):
            while True:
                number, status = NOTE.unpack(await _received(self._control, NOTE.size))
                if not (ended := self._ends.pop(number)).done():
                    ended.set_result(status)
        for ended in self._ends.values():
            ended.set_result(signal.SIGKILL)  # as the server does, or the kernel where the server was killed


async def _received(control: socket.socket, length: int) -> bytes:
    loop, received = asyncio.get_running_loop(), b""
    while len(received) < length:
        if not (part := await loop.sock_recv(control, length - len(received))):
            raise ConnectionResetError("the fork server has ended")
        received += part
    return received


def _last_line(process: "subprocess.Popen[bytes]") -> str:
    """Return what a server that could not start has said last."""
    _, said = process.communicate(timeout=_STATUS_TIMEOUT)
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else f"status {process.returncode}"
