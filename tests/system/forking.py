"""A command in a process that the warm process has forked, with the methods of `subprocess.Popen` that the tests use."""

import os
import select
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import IO

from tests.system.warm_process import PID_BYTES


class ForkedProcess:
    """A running command. The process that waits for it, its parent, reports its exit status through a pipe."""

    def __init__(self, warm: socket.socket, message: bytes, command: Sequence[str]) -> None:
        """`message` is an Order for the process at the other end of `warm`."""
        given, out, err, report = (os.pipe() for _ in range(4))
        theirs = [given[0], out[1], err[1], report[1]]
        try:
            socket.send_fds(warm, [message], theirs)
        finally:
            for each in theirs:
                os.close(each)
        self.stdin: IO[str] | None = open(given[1], "w")  # noqa: PTH123, SIM115 - descriptors, of this object
        self.stdout: IO[str] | None = open(out[0])  # noqa: PTH123, SIM115
        self.stderr: IO[str] | None = open(err[0])  # noqa: PTH123, SIM115
        self.returncode: int | None = None  #: negative: the signal that ended it
        self._command = command
        self._report = open(report[0], "rb", buffering=0)  # noqa: PTH123, SIM115
        self._streams: list[_Stream] = []
        self.pid = int(self._report.read(PID_BYTES))

    def poll(self) -> int | None:
        """Return the exit status; None while the command runs."""
        return self._status(0)

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status when the command has ended. Raises TimeoutExpired after so many seconds."""
        status = self._status(timeout)
        if status is None:
            raise subprocess.TimeoutExpired(self._command, timeout or 0.0)
        return status

    def communicate(self, input: str | None = None, timeout: float | None = None) -> tuple[str, str]:  # noqa: A002
        """Return all that the command wrote, when it has ended. Raises TimeoutExpired after so many seconds."""
        until = None if timeout is None else time.monotonic() + timeout
        if not self._streams:
            self._streams = [_Stream(self.stdin, input or ""), _Stream(self.stdout), _Stream(self.stderr)]
        for stream in self._streams:
            stream.join(None if until is None else max(0.0, until - time.monotonic()))
            if stream.is_alive():
                raise subprocess.TimeoutExpired(self._command, timeout or 0.0)
        self.wait(None if until is None else max(0.0, until - time.monotonic()))
        return self._streams[1].text, self._streams[2].text

    def send_signal(self, sig: int) -> None:
        """Send a signal, unless the command has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it has ended since it was asked
                os.kill(self.pid, sig)

    def terminate(self) -> None:
        """Send SIGTERM, unless the command has ended."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL, unless the command has ended."""
        self.send_signal(signal.SIGKILL)

    def _status(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._report], [], [], timeout)[0]:
            self.returncode = int(self._report.read())
            self._report.close()
        return self.returncode


class _Stream(threading.Thread):
    """Writes a text to one of the three standard streams of a command, or reads it to its end, and closes it."""

    def __init__(self, stream: IO[str] | None, given: str | None = None) -> None:
        super().__init__(daemon=True)
        self.text = ""
        self._stream, self._given = stream, given
        self.start()

    def run(self) -> None:
        if self._stream is None or self._stream.closed:
            return
        with suppress(BrokenPipeError), self._stream as stream:
            if self._given is None:
                self.text = stream.read()
            else:
                stream.write(self._given)
