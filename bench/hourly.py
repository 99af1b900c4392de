"""`python -m bench.hourly [KNOWN [NEW]]`: measure the hourly run that finds nothing new, and one with NEW articles.

5,000 articles are known, 20 are new. The program fails if a run that finds nothing sends more requests, or receives
more bytes, than the project promises.
"""

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench.ours import ROOT, SCRAPY, WITHOUT_DELAYS, numbers
from bench.site import NOW, bench_site, pad
from bench.whole_process import measured
from replica import Replica

KNOWN, NEW = 5000, 20
ROUNDS = 5
MAX_REQUESTS, MAX_BYTES = 24, 60_000


@dataclass(frozen=True)
class Hourly:
    """The cost and the result of a run."""

    processor: float  #: seconds
    clock: float  #: seconds
    memory: float  #: MB at the peak
    requests: int
    received: int  #: bytes
    stored: int  #: records


def run(replica: Replica, data: Path) -> Hourly:
    """Crawl once. Ends the program if the run could not store anything."""
    names = {"ECNSCRAWL_DATA_DIR": str(data), "CHROMIUM_PATH": sys.executable}
    crawl = measured([SCRAPY, "crawl", "ecns", *WITHOUT_DELAYS], os.environ | replica.environment() | names, ROOT)
    if crawl.status not in (0, 3):  # 3: so few generated articles may be far from the average, which is an alarm
        sys.exit(f"the crawl ended with exit status {crawl.status}: {crawl.err[-2000:]}")
    report = json.loads((data / "ecns" / "reports" / "latest.json").read_bytes())
    counts, requests = report["counts"], report["requests"]["total"]
    stored = counts["new"] + counts["updated"]
    memory = crawl.peak_memory / 1e6
    return Hourly(crawl.processor, crawl.seconds, memory, requests, report["bytes_received"], stored)


def print_row(name: str, runs: Sequence[Hourly]) -> None:
    """Print the medians of some runs."""
    median = [statistics.median(getattr(each, key) for each in runs) for key in ("processor", "clock", "memory")]
    last = runs[-1]
    print(
        f"| {name} | {median[0]:.2f} | {median[1]:.1f} | {median[2]:.0f} | {last.requests} | {last.received:,} |"
        f" {last.stored} |",
        flush=True,
    )


def main(words: Sequence[str]) -> int:
    """Print the results; return the exit status."""
    known, new = numbers(words, KNOWN, NEW)
    generated = bench_site(known)
    with Replica(generated.site) as replica, tempfile.TemporaryDirectory() as name:
        print("| run | CPU s | seconds | MB | requests | bytes received | records |")
        print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
        print_row("the first", [run(replica, Path(name))])
        idle = [run(replica, Path(name)) for _ in range(ROUNDS)]
        print_row(f"nothing new, {known:,} known", idle)
        with_new = []
        for number in range(ROUNDS):
            generated.publish(new, NOW + timedelta(hours=number + 1))
            pad(generated)
            with_new.append(run(replica, Path(name)))
        print_row(f"{new} new, {known:,} known", with_new)
    return int(any(each.requests > MAX_REQUESTS or each.received >= MAX_BYTES for each in idle))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
