"""Runs `scrapy` commands, each in a process of its own, without importing Scrapy anew for each of them.

A command is forked by a process that has the libraries; see `tests/system/warm_process.py`. Where its environment could change
what the libraries or Python do on import, and on other systems than Linux, it is started like any other program.
`COLD_START=1 make test` starts all of them like that.
"""

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any, Protocol

from tests.interrupts import heard
from tests.system.forking import ForkedProcess
from tests.system.warm_process import MAX_MESSAGE, Order

HERE = Path(__file__).parent
WARM = HERE / "warm_process.py"
FAULT_POINTS, SHIFTED_CLOCK = str(HERE / "faultpoints"), str(HERE / "shifted_clock")
#: Variables that are read when they are needed, so that a process may be given them late.
READ_LATE = frozenset({"http_proxy", "https_proxy", "no_proxy", "ssl_cert_file", "chromium_path", "tz"})
#: How the names of others begin: our own, those of libpq, those of `faultpoints/`, which only changes functions that our code
#: calls, and those of `shifted_clock/`, which also changes modules that are loaded.
READ_LATE_TOO = ("ecnscrawl_", "pg", "fault_", "clock_")


class Process(Protocol):
    """What `subprocess.Popen` and a forked command have in common."""

    pid: int
    returncode: int | Any
    stdin: IO[str] | None
    stdout: IO[str] | None
    stderr: IO[str] | None

    def poll(self) -> int | None:
        """Return the exit status; None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status when it has ended. Raises TimeoutExpired."""

    def communicate(self, input: str | None = None, timeout: float | None = None) -> tuple[str, str]:  # noqa: A002
        """Return all that it wrote, when it has ended. Raises TimeoutExpired."""

    def send_signal(self, sig: int) -> None:
        """Send a signal, unless it has ended."""

    def terminate(self) -> None:
        """Send SIGTERM."""

    def kill(self) -> None:
        """Send SIGKILL."""


def run(
    command: Sequence[str], environment: Mapping[str, str], cwd: Path, *, umask: int, stdin: str | None, timeout: float
) -> tuple[int, str, str]:
    """The exit status of a command, and what it wrote. Raises TimeoutExpired after so many seconds, and kills it."""
    process = start(command, environment, cwd, umask=umask)
    try:
        out, err = process.communicate(stdin, timeout=timeout)
    finally:
        process.kill()
    return process.returncode, out, err


def start(command: Sequence[str], environment: Mapping[str, str], cwd: Path, *, umask: int) -> Process:
    """A command as a process that its starter looks after."""
    order = Order(command=list(command), environment=dict(environment), cwd=str(cwd), umask=umask)
    message = json.dumps(order).encode()
    if may_be_forked(environment) and len(message) < MAX_MESSAGE:
        sys.audit("subprocess.Popen", command[0], command, None, None)  # for the guard of the unit tests
        with _starting:
            warm = _warm_process()
        return ForkedProcess(warm, message, command)
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
    if environment.get("PYTHONPATH") in (FAULT_POINTS, SHIFTED_CLOCK):
        differing.discard("PYTHONPATH")
    return all(is_read_late(name) for name in differing)


def is_read_late(name: str) -> bool:
    """Return whether a process may be given this variable after it has imported the libraries."""
    return name.lower() in READ_LATE or name.lower().startswith(READ_LATE_TOO)


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
