"""How the benchmarks run the commands of this project."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCRAPY = str(Path(sys.executable).with_name("scrapy"))
WITHOUT_DELAYS = ("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0")
#: 16 requests at a time need less memory than 64, and are as fast.
FULL_SPEED = (*WITHOUT_DELAYS, "-s", "CONCURRENT_REQUESTS=16", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=16")


def environment(*more: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment without Python's own variables, with some more; the last one counts.

    Some people set PYTHONDONTWRITEBYTECODE, with which each process would compile all modules again.
    """
    names = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    for each in more:
        names.update(each)
    return names
