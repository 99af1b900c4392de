"""`python -m bench.workers [N] [ROUNDS]`: crawl N articles with 0, 1 and 2 worker processes, in turn, and compare.

The site is `bench.site`, behind a TLS proxy on loopback, without delays. The processor's time of the crawl's own
process bounds the pages a second where there are enough processors; that of all processes is what a crawl costs.
"""

import os
import statistics
import sys
import tempfile
from dataclasses import dataclass

from bench.ours import FULL_SPEED, environment, measured_scrapy, numbers
from bench.site import Served, served

ARTICLES, ROUNDS = 1000, 3
WORKERS = (0, 1, 2)


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
        words = ["crawl", "ecns", *FULL_SPEED, "-s", f"PAGE_WORKERS={workers}"]
        run, own = measured_scrapy(words, environment(site.environment, names))
    pages = len(site.urls)
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
    main(*numbers(sys.argv[1:], ARTICLES, ROUNDS))
