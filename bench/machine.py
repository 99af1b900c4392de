"""The machine that a benchmark runs on: its processor, and how busy other programs keep it meanwhile."""

import os
import platform
import resource
import time
from pathlib import Path

_CPUINFO, _STAT = Path("/proc/cpuinfo"), Path("/proc/stat")


def processor() -> str:
    """Return the name of the processor, as the system knows it."""
    try:
        lines = _CPUINFO.read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


class OtherPrograms:
    """Measures, from when it is made, which part of the processors other programs take."""

    def __init__(self) -> None:
        self._began, self._busy, self._own = time.monotonic(), _busy_seconds(), _own_seconds()

    def share(self) -> float | None:
        """Return it, from 0 to 1; None where the system does not say. The children of this process must have ended.

        Servers that have no parent among them, such as PostgreSQL's, are other programs.
        """
        busy, seconds = _busy_seconds(), time.monotonic() - self._began
        if busy is None or self._busy is None or not seconds:
            return None
        others = busy - self._busy - (_own_seconds() - self._own)
        return min(1.0, max(0.0, others / seconds / (os.cpu_count() or 1)))


def busy_ticks(line: str) -> int:
    """Return how long the processors have worked, by the first line of `/proc/stat`.

    Its numbers are user, nice, system, idle, idle while the disk works, interrupts, soft interrupts, and what other
    virtual machines took. The time of guests, which follows, is part of the first two.
    """
    user, nice, system, _, _, *interrupts = (int(each) for each in line.split()[1:9])
    return user + nice + system + sum(interrupts)


def _busy_seconds() -> float | None:
    """Return how long all processors together have worked since the system's start."""
    try:
        line = _STAT.read_text("ascii").splitlines()[0]
    except OSError:
        return None
    return busy_ticks(line) / os.sysconf("SC_CLK_TCK")


def _own_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
