"""A process that has loaded the modules, and forks a worker for each socket that it is sent.

A fork takes milliseconds where a start of Python takes half a second, and the workers share the memory of the modules.
"""

import contextlib
import gc
import importlib
import os
import pickle
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from struct import Struct
from types import FrameType
from typing import NoReturn

from ecnscrawl.workers.garbage import freeze_start
from ecnscrawl.workers.limits import WorkerLimits, die_with
from ecnscrawl.workers.worker import work

START = Struct("!I")  #: what the server is sent with a socket: the number of the worker
NOTE = Struct("!Ii")  #: what it sends back: the number of a worker that has ended, and its wait status
READY = NOTE.pack(0, 0)  #: sent once, when the modules are loaded: workers are numbered from 1
NOT_STARTED = -1  #: instead of a wait status: the system allowed no further process
_IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # the parent hears them, and decides when all end


@dataclass(frozen=True, slots=True)
class ServerOrder:
    """What a server is started with."""

    modules: Sequence[str]  #: to load before the first fork; a `warm_up` in one of them is called
    limits: WorkerLimits


def main() -> NoReturn:
    """Serve the socket whose number is the first argument, with the pickled ServerOrder that is the second."""
    for each in _IGNORED:
        signal.signal(each, signal.SIG_IGN)
    control = socket.socket(fileno=int(sys.argv[1]))
    order: ServerOrder = pickle.loads(bytes.fromhex(sys.argv[2]))  # noqa: S301 - from the parent
    for module in order.modules:
        if warm_up := getattr(importlib.import_module(module), "warm_up", None):
            warm_up()
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)  # until here, the parent reads why the server could not start
    os.close(nothing)
    gc.collect()
    freeze_start()
    _Server(control, order.limits).serve()


class _Server:
    def __init__(self, control: socket.socket, limits: WorkerLimits) -> None:
        self._control = control
        self._limits = limits
        self._workers: dict[int, int] = {}  # process id -> number
        self._own = os.getpid()

    def serve(self) -> NoReturn:
        """Fork until the parent closes the socket, or has ended; then kill all workers."""
        signal.signal(signal.SIGCHLD, self._note_ended)
        self._send(READY)
        with contextlib.suppress(OSError):
            while True:
                message, descriptors, _, _ = socket.recv_fds(self._control, START.size, 1)
                if not message:
                    break
                self._fork(START.unpack(message)[0], socket.socket(fileno=descriptors[0]))
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for worker in self._workers:
            os.kill(worker, signal.SIGKILL)  # it has not been waited for, so its number is still its own
        for worker in self._workers:
            os.waitpid(worker, 0)
        os._exit(0)

    def _fork(self, number: int, connection: socket.socket) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])  # so that it is noted before it is found ended
        try:
            worker = os.fork()
        except OSError:
            self._send(NOTE.pack(number, NOT_STARTED))
        else:
            if worker == 0:
                self._become_worker(connection)
            self._workers[worker] = number
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
        connection.close()

    def _become_worker(self, connection: socket.socket) -> NoReturn:
        status = 1
        try:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
            die_with(self._own)
            self._control.close()
            with contextlib.suppress(OSError):  # the parent has ended
                work(connection, self._limits)
            status = 0
        finally:
            os._exit(status)

    def _note_ended(self, _number: int, _frame: FrameType | None) -> None:
        with contextlib.suppress(ChildProcessError):
            while True:
                worker, status = os.waitpid(-1, os.WNOHANG)
                if worker == 0:
                    return
                self._send(NOTE.pack(self._workers.pop(worker), status))

    def _send(self, message: bytes) -> None:
        with contextlib.suppress(OSError):
            self._control.sendall(message)
