"""A Dask scheduler and its workers on loopback, as processes that a test can kill and start anew."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.system.browsing import free_port

DASK = Path(sys.executable).with_name("dask")
#: Files of the workers stay in the test's folder, and none of them waits for a scheduler that is gone.
_WORKER = ("--nthreads", "1", "--no-dashboard", "--death-timeout", "20", "--memory-limit", "0")

#: Part of each worker of a gate.
_GATE = """
import os, sys, time

def wait(event, arguments):
    name = os.path.basename(str(arguments[0])) if event == "open" else ""
    if name.endswith(".warc.gz") and int(name[:2]) >= {held}:
        while not os.path.exists({opened!r}):
            time.sleep(0.01)

def dask_setup(worker):
    sys.addaudithook(wait)
"""


@dataclass
class Gate:
    """Keeps workers from the archives of these numbers until it is opened, so that a job cannot end before."""

    folder: Path
    held: int  #: the first of the numbers

    @property
    def preload(self) -> str:
        """The file that the workers are to run at their start."""
        path = self.folder / "gate.py"
        path.write_text(_GATE.format(held=self.held, opened=str(self.folder / "opened")))
        return str(path)

    def open(self) -> None:
        """Let the workers read all archives."""
        (self.folder / "opened").touch()


@dataclass
class DaskCluster:
    """A scheduler and its workers. `tls` names the options of a certificate."""

    folder: Path
    protocol: str = "tcp"
    tls: Sequence[str] = ()
    environment: dict[str, str] = field(default_factory=dict)
    scheduler: "subprocess.Popen[bytes] | None" = None
    workers: "list[subprocess.Popen[bytes]]" = field(default_factory=list)
    port: int = 0

    @property
    def address(self) -> str:
        """What the user names."""
        return f"{self.protocol}://127.0.0.1:{self.port}"

    def start_scheduler(self) -> None:
        """Start a scheduler, and wait until it answers. A second one gets the port of the first."""
        self.port = self.port or free_port()
        words = ("--host", f"{self.protocol}://127.0.0.1", "--port", str(self.port), "--no-dashboard", "--no-show")
        self.scheduler = self._start("scheduler", *words, *self.tls)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            time.sleep(0.05)
        raise AssertionError("no scheduler answers")

    def start_worker(self, *words: str, before: Sequence[str] = (), **environment: str) -> "subprocess.Popen[bytes]":
        """Start a worker; `before` is a command that starts it."""
        local = ("--local-directory", str(self.folder / "dask"), "--no-nanny")
        words = ("worker", self.address, *_WORKER, *local, *self.tls, *words)
        worker = self._start(*words, before=before, **environment)
        self.workers.append(worker)
        return worker

    def kill(self, process: "subprocess.Popen[bytes]") -> None:
        """Kill one of the processes with SIGKILL."""
        process.kill()
        process.wait()

    def kill_all(self) -> None:
        """Kill what is there."""
        for each in (self.scheduler, *self.workers):
            if each is not None:
                self.kill(each)
        self.workers.clear()

    def _start(self, *words: str, before: Sequence[str] = (), **environment: str) -> "subprocess.Popen[bytes]":
        with (self.folder / "dask.log").open("ab") as log:
            return subprocess.Popen(
                [*before, str(DASK), *words],
                env=os.environ | self.environment | environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
