"""`python -m bench.workers [N] [ROUNDS]`: crawl N articles with 0, 1 and 2 worker processes, in turn, and compare.

The site is `bench.site`, behind a TLS proxy on loopback, without delays. The processor's time of the crawl's own
process bounds the pages a second where there are enough processors; that of all processes is what a crawl costs.
"""

import os
import statistics
import sys
import tempfile
from dataclasses import dataclass

from bench.ours import FULL_SPEED, ROOT, environment
from bench.site import Served, served
from bench.whole_process import measured

ARTICLES, ROUNDS = 1000, 3
WORKERS = (0, 1, 2)
#: Scrapy's command line, which says at its end how much processor time its own process took.
_PROGRAM = """
import atexit, sys, time
atexit.register(lambda: print("own", time.process_time()))
from scrapy.cmdline import execute
execute(["scrapy", *sys.argv[1:]])
"""


@dataclass(frozen=True)
class Cost:
    """One crawl: pages a second, milliseconds a page of the own process and of all, MB of the largest process."""

    pages: float
    own: float
    all_processes: float
    memory: float


def crawl(site: Served, workers: int) -> Cost:
    """Crawl the site. Ends the program if the crawl is not healthy."""
    with tempfile.TemporaryDirectory() as folder:
        names = {"ECNSCRAWL_DATA_DIR": folder, "CHROMIUM_PATH": sys.executable}
        words = ("crawl", "ecns", *FULL_SPEED, "-s", f"PAGE_WORKERS={workers}")
        run = measured([sys.executable, "-c", _PROGRAM, *words], environment(site.environment, names), ROOT)
    if run.status:
        sys.exit(f"the crawl with {workers} workers has failed: {run.err[-2000:]}")
    own, pages = float(run.out.split()[-1]), len(site.urls)
    return Cost(pages / run.seconds, own * 1000 / pages, run.processor * 1000 / pages, run.peak_memory / 1e6)


def main(articles: int, rounds: int) -> None:
    """Print a table of medians; the first round is not counted, as it fills caches."""
    found: dict[int, list[Cost]] = {workers: [] for workers in WORKERS}
    with served(articles) as site:
        for number in range(rounds + 1):
            for workers in WORKERS:
                cost = crawl(site, workers)
                if number:
                    found[workers].append(cost)
    print(f"{articles} articles, {rounds} rounds, load {os.getloadavg()[0]:.0f} on {os.cpu_count()} processors\n")
    print("| workers | pages/s | CPU ms a page, own process | all processes | MB, largest process |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for workers, costs in found.items():
        pages, own, every, memory = (
            statistics.median(getattr(cost, name) for cost in costs)
            for name in ("pages", "own", "all_processes", "memory")
        )
        print(f"| {workers} | {pages:.0f} | {own:.2f} | {every:.2f} | {memory:.0f} |")


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:3]]
    main(*given, *(ARTICLES, ROUNDS)[len(given) :])
