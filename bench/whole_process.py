"""Run a command in its own process, and measure its output, time and peak memory."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

_UNIT = 1 if sys.platform == "darwin" else 1024  #: of ru_maxrss, in bytes


@dataclass(frozen=True)
class Measured:
    """The result of a process."""

    status: int  #: its exit status, negative for a signal
    seconds: float  #: by the wall clock
    processor: float  #: seconds of processor time, children included; other work on the machine hardly changes it
    peak_memory: int  #: resident bytes of the largest process among it and its children
    out: str
    err: str


def measured(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Measured:
    """Run a command in a folder, as the child of a small helper process.

    Until a child runs its program, the system counts its parent's memory as the child's peak. Without the helper, the
    memory of this process would be counted as the command's.
    """
    with TemporaryDirectory() as name:
        stats = Path(name) / "figures.json"
        watched = subprocess.run(
            [sys.executable, "-S", __file__, stats, *command],
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=True,
        )
        status, seconds, processor, most = json.loads(stats.read_text())
    return Measured(status, seconds, processor, most * _UNIT, watched.stdout, watched.stderr)


def _watch(stats: str, *command: str) -> None:
    start = time.monotonic()
    status = subprocess.call(command)
    seconds = time.monotonic() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    taken = [status, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss]
    Path(stats).write_text(json.dumps(taken), encoding="utf-8")


if __name__ == "__main__":
    _watch(*sys.argv[1:])
