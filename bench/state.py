"""`python -m bench.state [N …]`: measure start-up, memory and lookups with a state of N known articles.

Start-up is the time from the start of `scrapy crawl` to the first request that the replica gets. Memory is the peak of
the crawl's resident memory. Of both the difference to a crawl with an empty state is printed.

    articles  fill s  file MB  lookup us  start +s  memory +MB
   1,000,000      84      580       11.1     -0.01        -0.0
  10,000,000    2090     5771       15.2     -0.02        -0.0

(2026-11-24, two cores, the second while others kept them busy. The project promises for a million: start less than a
second later, memory less than 60 MB more, a lookup below 50 us.)
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from bench.ours import ROOT, SCRAPY, WITHOUT_DELAYS
from bench.whole_process import measured
from ecnscrawl.frontier.records import CacheValidators, StoredArticle
from ecnscrawl.frontier.sqlite.database import SqliteState
from replica import Replica, Site

ROUNDS = 5
LOOKUPS = 20_000
HOUR = 3600


def identify(number: int) -> str:
    """Return the id of article `number`; the ids are not in an order that would help an index."""
    return f"ecns:i{number * 7919 % 1_000_003:06d}abcdefg{number:08d}"


def known(numbers: range, now: int) -> Iterator[StoredArticle]:
    """Yield articles as after years of crawling: a few recent ones with a next check, the others without."""
    for number in numbers:
        url = f"https://www.ecns.cn/news/2025-01-10/detail-{identify(number)[5:]}.shtml"
        published = now - 60 * number
        parts = (CacheValidators(url, f'"{number:032x}"', "Fri, 10 Jan 2025 08:52:22 GMT"),)
        check = now + HOUR if number < 2000 else None
        digest = blake2b(b"%d" % number, digest_size=32).digest()
        yield StoredArticle(identify(number), url, "world", digest, 1, None, published, now, 1, now, check, parts, None)


def fill(folder: Path, count: int) -> SqliteState:
    """Return a state with `count` articles."""
    (folder / "ecns").mkdir(parents=True)
    state, now = SqliteState(folder / "ecns" / "state.sqlite"), int(time.time())
    for start in range(0, count, 100_000):
        for each in known(range(start, min(start + 100_000, count)), now):
            state.store(each, None, None)
        state.commit()
    return state


def lookup_microseconds(state: SqliteState, count: int) -> float:
    """Return the median time of looking up an id; half of the ids are known."""
    chosen = random.Random(1)
    ids = [identify(chosen.randrange(2 * count)) for _ in range(LOOKUPS)]
    times = []
    for id_ in ids:
        start = time.perf_counter()
        state.article(id_)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e6


def first_request(folder: Path) -> tuple[float, float]:
    """Return seconds from the start of a crawl to its first request, and its peak memory in MB."""
    with Replica(Site()) as replica:
        environment = os.environ | replica.environment() | {"ECNSCRAWL_DATA_DIR": str(folder)}
        command = [SCRAPY, "crawl", "ecns", *WITHOUT_DELAYS]
        start = time.monotonic()
        crawl = measured(command, environment, ROOT)
        return replica.requests[0].time - start, crawl.peak_memory / 1e6


def main(counts: list[int]) -> None:
    """Print a row for each size."""
    print(f"{'articles':>10} {'fill s':>7} {'file MB':>8} {'lookup us':>10} {'start +s':>9} {'memory +MB':>11}")
    with tempfile.TemporaryDirectory() as name:
        empty = Path(name) / "empty"
        fill(empty, 0).close()
        for count in counts:
            folder = Path(name) / str(count)
            start = time.perf_counter()
            state = fill(folder, count)
            filled = time.perf_counter() - start
            lookup = lookup_microseconds(state, count)
            state.close()
            size = (folder / "ecns" / "state.sqlite").stat().st_size / 1e6
            pairs = [(first_request(folder), first_request(empty)) for _ in range(ROUNDS)]
            seconds = statistics.median(full[0] - bare[0] for full, bare in pairs)
            memory = statistics.median(full[1] - bare[1] for full, bare in pairs)
            print(f"{count:>10,} {filled:>7.0f} {size:>8.0f} {lookup:>10.1f} {seconds:>+9.2f} {memory:>+11.1f}")


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [1_000_000])
