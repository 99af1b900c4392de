"""Runs `scrapy` commands, each in a process of its own, without importing Scrapy anew for each of them.

A command is forked by a process that has the libraries; see `tests/system/warm_process.py`. Where its environment could change
what the libraries or Python do on import, and on other systems than Linux, it is started like any other program.
`COLD_START=1 make test` starts all of them like that.
"""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from tests.interrupts import heard
from tests.system.warm_process import MAX_MESSAGE, PID_BYTES, Order

HERE = Path(__file__).parent
WARM = HERE / "warm_process.py"
FAULT_POINTS = str(HERE / "faultpoints")
#: Variables that are read when they are needed, so that a process may be given them late.
READ_LATE = frozenset({"http_proxy", "https_proxy", "no_proxy", "ssl_cert_file", "chromium_path", "tz"})
#: How the names of others begin: our own, and those of `faultpoints/`, which only changes functions that our code calls.
READ_BY_US = ("ecnscrawl_", "fault_")


def run(
    command: Sequence[str], environment: Mapping[str, str], cwd: Path, *, umask: int, stdin: str | None, timeout: float
) -> tuple[int, str, str]:
    """The exit status of a command, and what it wrote. Raises TimeoutExpired after so many seconds, and kills it."""
    order = Order(command=list(command), environment=dict(environment), cwd=str(cwd), umask=umask)
    message = json.dumps(order).encode()
    if may_be_forked(environment) and len(message) < MAX_MESSAGE:
        return _run_forked(message, command, stdin, timeout)
    with start(command, environment, cwd, umask=umask) as process:
        try:
            out, err = process.communicate(stdin, timeout=timeout)
        finally:
            if process.poll() is None:
                process.kill()
    return process.returncode, out, err


def start(command: Sequence[str], environment: Mapping[str, str], cwd: Path, *, umask: int) -> "subprocess.Popen[str]":
    """A command as a process that its starter looks after."""
    with heard():
        return subprocess.Popen(
            command, env=environment, cwd=cwd, umask=umask,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip


def may_be_forked(environment: Mapping[str, str]) -> bool:
    """Return whether a command with this environment does the same in a process that has imported the libraries."""
    if sys.platform != "linux" or "COLD_START" in os.environ:
        return False
    differing = {name for name, _ in environment.items() ^ os.environ.items()}
    if environment.get("PYTHONPATH") == FAULT_POINTS:
        differing.discard("PYTHONPATH")
    return all(name.lower() in READ_LATE or name.lower().startswith(READ_BY_US) for name in differing)


_starting = threading.Lock()  # a test may run two commands at once


@cache
def _warm_process() -> socket.socket:
    """The socket of the process that forks, started once; it ends when this process does."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen(
        [sys.executable, str(WARM), str(theirs.fileno())], pass_fds=[theirs.fileno()],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,  # pipes, as those of the commands
    )  # fmt: skip
    theirs.close()

    def end() -> None:
        ours.close()
        process.communicate()

    atexit.register(end)
    return ours


def _run_forked(message: bytes, command: Sequence[str], stdin: str | None, timeout: float) -> tuple[int, str, str]:
    sys.audit("subprocess.Popen", command[0], command, None, None)  # for the guard of the unit tests
    until = time.monotonic() + timeout
    given, out, err, report = (os.pipe() for _ in range(4))
    theirs = [given[0], out[1], err[1], report[1]]
    with _starting:
        warm = _warm_process()
    try:
        socket.send_fds(warm, [message], theirs)
    finally:
        for each in theirs:
            os.close(each)
    with open(report[0], "rb") as told:  # noqa: PTH123 - a descriptor
        pid = int(told.read(PID_BYTES))
        writing = _Stream(lambda: _write(given[1], stdin or ""))
        reading = [_Stream(lambda: _read(out[0])), _Stream(lambda: _read(err[0]))]
        try:
            for stream in (writing, *reading):
                stream.join(max(0.0, until - time.monotonic()))
                if stream.is_alive():
                    raise subprocess.TimeoutExpired(command, timeout)
        except BaseException:
            os.kill(pid, signal.SIGKILL)
            raise
        status = int(told.read())
    return status, reading[0].text, reading[1].text


class _Stream(threading.Thread):
    """Writes or reads one of the three standard streams of a command to its end."""

    def __init__(self, work: Callable[[], str]) -> None:
        super().__init__(daemon=True)
        self.text = ""
        self._work = work
        self.start()

    def run(self) -> None:
        self.text = self._work()


def _write(descriptor: int, text: str) -> str:
    with suppress(BrokenPipeError), open(descriptor, "w") as file:
        file.write(text)
    return ""


def _read(descriptor: int) -> str:
    with open(descriptor) as file:
        return file.read()
