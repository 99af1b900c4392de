"""`python -m bench.start`: measure the time from the start of `scrapy crawl` to its first request.

It is compared, in turn, with a project that `scrapy startproject` makes, with one spider. Each process is ended when
its first request arrives, and its processor time until then counts: it hardly depends on other work on the machine.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.ours import ROOT, SCRAPY
from replica import Replica
from replica.generated_site import GeneratedSite

ROUNDS = 9
MAX_RATIO = 1.2  #: to a bare project, that the project promises
SPIDER = """
import scrapy

class BareSpider(scrapy.Spider):
    name = "bare"
    start_urls = ["https://www.ecns.cn/"]

    def parse(self, response):
        yield {"title": response.css("title::text").get()}
"""


@dataclass(frozen=True)
class Start:
    """The cost of a start, in seconds."""

    processor: float
    clock: float


def bare_project(folder: Path) -> Path:
    """Make a project with one spider in a folder, and return its own folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SCRAPY")}
    subprocess.run([SCRAPY, "startproject", "bare"], cwd=folder, env=environment, check=True, capture_output=True)
    (folder / "bare" / "bare" / "spiders" / "bare.py").write_text(SPIDER, encoding="utf-8")
    return folder / "bare"


def start(replica: Replica, spider: str, project: Path, data: str) -> Start:
    """Start a crawl, and end it when its first request arrives."""
    replica.requests.clear()
    environment = os.environ | replica.environment() | {"ECNSCRAWL_DATA_DIR": data}
    began = time.monotonic()
    with subprocess.Popen(
        [SCRAPY, "crawl", spider], env=environment, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while not replica.requests and process.poll() is None:
            time.sleep(0.001)
        clock = time.monotonic() - began
        process.kill()
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
    if not replica.requests:
        sys.exit(f"{spider} made no request")
    return Start(used.ru_utime + used.ru_stime, clock)


def main() -> int:
    """Print the medians and their ratios; return the exit status."""
    site = GeneratedSite(50, seed=1, now=datetime(2026, 11, 20, tzinfo=UTC)).site
    pairs = []
    with Replica(site) as replica, tempfile.TemporaryDirectory() as name:
        bare = bare_project(Path(name))
        for number in range(ROUNDS + 1):
            pair = start(replica, "ecns", ROOT, f"{name}/{number}"), start(replica, "bare", bare, name)
            if number:  # the first round fills the caches
                pairs.append(pair)
    print(f"{'start to first request':>24} {'ecnscrawl':>10} {'bare':>6} {'ratio':>6}")
    ratios = {}
    for figure in ("processor", "clock"):
        columns = [(getattr(ours, figure), getattr(bare, figure)) for ours, bare in pairs]
        ratios[figure] = statistics.median(ours / bare for ours, bare in columns)
        ours, bare_seconds = (statistics.median(column) for column in zip(*columns, strict=True))
        print(f"{figure:>22} s {ours:>10.2f} {bare_seconds:>6.2f} {ratios[figure]:>6.2f}")
    return int(ratios["processor"] > MAX_RATIO)


if __name__ == "__main__":
    sys.exit(main())
