"""What the benchmarks share: how they run the commands of this project, and read their own arguments."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.whole_process import Measured, measured

ROOT = Path(__file__).resolve().parents[1]
SCRAPY = str(Path(sys.executable).with_name("scrapy"))
WITHOUT_DELAYS = ("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0")
#: 16 requests at a time need less memory than 64, and are as fast.
FULL_SPEED = (*WITHOUT_DELAYS, "-s", "CONCURRENT_REQUESTS=16", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=16")
#: Scrapy's command line, which prints at its end how much processor time its own process took.
_SCRAPY_TIMED = """
import atexit, os, sys, time
own = os.getpid()
atexit.register(lambda: os.getpid() == own and print(time.process_time()))
from scrapy.cmdline import execute
execute(["scrapy", *sys.argv[1:]])
"""


def environment(*more: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment without Python's own variables, with some more; the last one counts.

    Some people set PYTHONDONTWRITEBYTECODE, with which each process would compile all modules again.
    """
    names = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    for each in more:
        names.update(each)
    return names


def measured_scrapy(words: Sequence[str], variables: Mapping[str, str]) -> tuple[Measured, float]:
    """Run `scrapy` with these words; return also the processor seconds of its own process, without its children.

    Ends the program if the command fails.
    """
    run = measured([sys.executable, "-c", _SCRAPY_TIMED, *words], variables, ROOT)
    if run.status:
        sys.exit(f"scrapy {' '.join(words)} failed with exit status {run.status}: {run.err[-2000:]}")
    return run, float(run.out.split()[-1])


def use_one_processor() -> None:
    """Let this process, and those that it starts from now on, run on one processor, where the system can do that."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def numbers(words: Sequence[str], *defaults: int) -> list[int]:
    """Return the numbers among a program's arguments, and the defaults of those that are missing.

    >>> numbers(["300", "floor"], 2000, 3)
    [300, 3]
    """
    given = [int(word) for word in words if word.isdigit()]
    return [*given, *defaults[len(given) :]]
