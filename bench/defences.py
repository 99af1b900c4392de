"""`python -m bench.defences [N]`: measure what the defences cost a crawl of N articles at full speed.

It crawls the same replica with all defences and with `bench.undefended`, in turn, and prints medians over the rounds. A
crawl at full speed is bound by the processor. So the throughput is measured in articles per second of processor time,
which other work on the machine hardly changes; articles per second of wall-clock time are printed too. It fails if the
loss is more than the project promises.
"""

import os
import statistics
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime

from bench.ours import FULL_SPEED, ROOT, SCRAPY
from bench.whole_process import measured
from replica import Replica
from replica.generated_site import GeneratedSite

ROUNDS = 7
MAX_LOSS = 0.05  #: share of the throughput
DEFENDED, UNDEFENDED = "ecnscrawl.settings", "bench.undefended"


@dataclass(frozen=True)
class Speed:
    """Articles per second of processor time, and per second of wall-clock time between first and last request."""

    processor: float
    clock: float


def speed(replica: Replica, articles: int, settings: str) -> Speed:
    """Crawl the replica once, and return the speed."""
    replica.requests.clear()
    with tempfile.TemporaryDirectory() as folder:
        names = {"ECNSCRAWL_DATA_DIR": folder, "SCRAPY_SETTINGS_MODULE": settings}
        crawl = measured([SCRAPY, "crawl", "ecns", *FULL_SPEED], os.environ | replica.environment() | names, ROOT)
    if crawl.status:
        sys.exit(f"the crawl with {settings} failed with exit status {crawl.status}: {crawl.err}")
    log = replica.requests
    return Speed(articles / crawl.processor, articles / (log[-1].time - log[0].time))


def main(articles: int) -> int:
    """Print the medians and their ratios; return the exit status."""
    site = GeneratedSite(articles, seed=1, now=datetime(2026, 11, 20, tzinfo=UTC)).site
    with Replica(site) as replica:
        pairs = [(speed(replica, articles, DEFENDED), speed(replica, articles, UNDEFENDED)) for _ in range(ROUNDS)]
    print(f"{articles} articles, {ROUNDS} rounds")
    print(f"{'articles a second':>20} {'defended':>9} {'without':>9} {'ratio':>7}")
    ratios = {}
    for name in ("processor", "clock"):
        stats = [(getattr(on, name), getattr(off, name)) for on, off in pairs]
        ratios[name] = statistics.median(on / off for on, off in stats)
        on, off = (statistics.median(each) for each in zip(*stats, strict=True))
        print(f"{name:>20} {on:>9.0f} {off:>9.0f} {ratios[name]:>7.3f}")
    return int(ratios["processor"] < 1 - MAX_LOSS)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 1000))
