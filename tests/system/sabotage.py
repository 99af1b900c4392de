"""The same crawl in a process that dies at a chosen moment, or has a wrong clock."""

import signal
from dataclasses import replace
from pathlib import Path

from tests.system.crawling import Crawl
from tests.system.launching import FAULT_POINTS

HERE = Path(__file__).parent
KILLED = -signal.SIGKILL


def dying(crawl: Crawl, moment: str, number: signal.Signals = signal.SIGKILL, *, power_fails: bool = False) -> Crawl:
    """The crawl, sent a signal at a moment such as `fsync:3:before`; see faultpoints/sitecustomize.py."""
    fault = {"PYTHONPATH": FAULT_POINTS, "FAULT_POINT": moment, "FAULT_SIGNAL": str(int(number))}
    return replace(crawl, environment=crawl.environment | fault | ({"FAULT_LOSES": "unsynced"} if power_fails else {}))


def at_another_time(crawl: Crawl, later: float, *, after_readings: int = 0) -> Crawl:
    """The crawl with a clock that is so many seconds late or, below zero, early; at first right, for some readings."""
    clock = {
        "PYTHONPATH": str(HERE / "shifted_clock"), "CLOCK_SHIFT": str(later), "CLOCK_JUMPS_AFTER": str(after_readings),
    }  # fmt: skip
    return replace(crawl, environment=crawl.environment | clock)
