"""`python -m bench.reextract [ROUNDS]`: measure `scrapy reextract` against a bare lxml parse of the same bytes.

The archives are made by the archive writer, of generated pages of three sizes. Each is re-extracted with one and with
two jobs, in turn. The time of an archive of a few pages, which is that of the start, is taken off. Two jobs cannot gain
more than two bare processes gain against one on this machine, so that is measured too.

`python -m bench.reextract gigabyte` re-extracts one archive of a gigabyte with two jobs.
"""

import gzip
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from itertools import count, islice
from pathlib import Path

from lxml import html

from bench.ours import ROOT, environment
from bench.pages import seconds
from bench.site import NOW, bench_site
from bench.whole_process import Measured, measured
from ecnscrawl.extraction import extract
from ecnscrawl.storage.archive.exchange import Exchange
from ecnscrawl.storage.archive.records import Records

#: Bytes of a page, and how many of them are an archive: enough for some seconds of one process.
ARCHIVES: Mapping[int, int] = {12_000: 3000, 48_000: 2000, 76_000: 1500}
FEW = 50  #: pages of the archive whose time is that of the start
JOBS = (1, 2)
ROUNDS = 3
GIGABYTE = 1_000_000_000
MODELS = 40  #: articles of which the others are variants
#: Scrapy's command line, which says at its end how much processor time its own process took.
_PROGRAM = """
import atexit, os, sys, time
own = os.getpid()
atexit.register(lambda: os.getpid() == own and print("own", time.process_time()))
from scrapy.cmdline import execute
execute(["scrapy", *sys.argv[1:]])
"""
_HEADERS = ((b"Content-Type", b"text/html; charset=utf-8"), (b"Content-Encoding", b"gzip"))
_NUMBER = re.compile(r"\d{7}(?=\.shtml)")


def pages(size: int) -> Iterator[tuple[str, bytes]]:
    """Yield addresses and pages without end. Each has a headline and an address of its own."""
    generated = bench_site(MODELS, size=size)
    models = []
    for record in generated.truth.values():
        url, title = str(record["url"]), str(record["title"])
        page = gzip.decompress(generated.site.resource(url).body)
        article = extract(page.replace(title.encode(), b"Another headline"), url)
        if record["layout"] == "2026" and article and article.title == "Another headline" and article.body:
            models.append((url, title.encode(), page))
    for number in count(1_000_000):
        url, title_bytes, page = models[number % len(models)]
        yield _NUMBER.sub(str(number), url), page.replace(title_bytes, title_bytes + b" %d" % number)


def write_archive(path: Path, found: Iterator[tuple[str, bytes]], size: int = 0) -> int:
    """Write the pages into an archive, or as many as it takes to reach a size, in bytes; return their number."""
    number = 0
    records = Records(path.name, {"software": "ecnscrawl bench", "isPartOf": "ecns"}, "2026-11-20T00:00:00Z")
    with path.open("wb") as file:
        file.write(records.first)
        for url, page in found:
            body = gzip.compress(page, 1, mtime=0)
            exchange = Exchange(url=url, at=NOW + timedelta(seconds=number), body=body, headers=_HEADERS)
            file.write(b"".join(records.of([exchange])))
            number += 1
            if size and file.tell() >= size:
                break
    return number


def reextracted(path: Path, jobs: int) -> tuple[Measured, float]:
    """Re-extract an archive into an empty folder; return the processor seconds of the own process too.

    Ends the program where that fails.
    """
    with tempfile.TemporaryDirectory(dir=path.parent) as out:
        words = ("reextract", str(path), "--out", out, "--jobs", str(jobs))
        run = measured([sys.executable, "-c", _PROGRAM, *words], environment(), ROOT)
    if run.status:
        sys.exit(f"reextract has failed: {run.err[-2000:]}")
    return run, float(run.out.split()[-1])


@dataclass(frozen=True)
class Cost:
    """Milliseconds a page, without the start, and MB of the largest process."""

    wall: float
    processor: float  #: of all processes
    own: float  #: of the process that stores the records
    memory: float


def cost(path: Path, few: Path, number: int, jobs: int) -> Cost:
    """Re-extract the archive of so many pages, and the one of a few."""
    (start, own_start), (whole, own) = reextracted(few, jobs), reextracted(path, jobs)
    thousands = (number - FEW) / 1000
    return Cost(
        (whole.seconds - start.seconds) / thousands,
        (whole.processor - start.processor) / thousands,
        (own - own_start) / thousands,
        whole.peak_memory / 1e6,
    )


def parse(page: bytes, times: int = 1) -> None:
    """Parse a page."""
    for _ in range(times):
        html.document_fromstring(page)


def gain_of_two(page: bytes) -> float:
    """Return how much faster two processes parse pages than one does, which share nothing."""
    times = 3000
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(parse, [page] * 2))
        begun = time.monotonic()
        pool.submit(parse, page, times).result()
        one = time.monotonic() - begun
        begun = time.monotonic()
        list(pool.map(parse, [page] * 2, [times] * 2))
        return 2 * one / (time.monotonic() - begun)


def by_size(folder: Path, rounds: int) -> None:
    """Print what a page costs, by its size and the number of jobs, and what the second job gains."""
    print(
        "| bytes | bare parse, ms | jobs | pages/s | CPU ms a page | own process | parse : CPU | MB, largest process |"
    )
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    gains = []
    for size, number in ARCHIVES.items():
        some = [page for _, page in islice(pages(size), 200)]
        path, few = folder / f"{size}.warc.gz", folder / f"{size}-few.warc.gz"
        write_archive(path, islice(pages(size), number))
        write_archive(few, islice(pages(size), FEW))
        bare: list[float] = []
        found: dict[int, list[Cost]] = {jobs: [] for jobs in JOBS}
        machine = []
        for _ in range(rounds):
            bare += [seconds(lambda page=page: parse(page)) * 1e3 for page in some]  # type: ignore[misc]
            for jobs in JOBS:
                found[jobs].append(cost(path, few, number, jobs))
            machine.append(gain_of_two(some[0]))
        parse_ms = statistics.median(bare)
        for jobs, costs in found.items():
            wall, processor, own, memory = (
                statistics.median(getattr(each, name) for each in costs)
                for name in ("wall", "processor", "own", "memory")
            )
            print(
                f"| {len(some[0]):,} | {parse_ms:.2f} | {jobs} | {1000 / wall:.0f} | {processor:.2f} | {own:.2f} |"
                f" {parse_ms / processor:.2f} | {memory:.0f} |",
                flush=True,
            )
        ours = statistics.median(one.wall / two.wall for one, two in zip(*found.values(), strict=True))
        gains.append((len(some[0]), ours, statistics.median(machine)))
        path.unlink()
    print("\n| bytes | two jobs : one, pages a second | two bare parses : one |\n| ---: | ---: | ---: |")
    for length, ours, theirs in gains:
        print(f"| {length:,} | {ours:.2f} | {theirs:.2f} |")


def gigabyte(folder: Path) -> None:
    """Print how long one large archive takes with two jobs."""
    path = folder / "large.warc.gz"
    number = write_archive(path, pages(76_000), GIGABYTE)
    run, _ = reextracted(path, 2)
    print("| bytes | pages of 76 KB | seconds | pages/s | CPU seconds | MB, largest process |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    print(
        f"| {path.stat().st_size:,} | {number:,} | {run.seconds:.0f} | {number / run.seconds:.0f} |"
        f" {run.processor:.0f} | {run.peak_memory / 1e6:.0f} |"
    )


def main(words: Sequence[str]) -> None:
    """Measure the one or the other."""
    with tempfile.TemporaryDirectory() as name:
        if words[:1] == ["gigabyte"]:
            gigabyte(Path(name))
        else:
            by_size(Path(name), int(words[0]) if words else ROUNDS)


if __name__ == "__main__":
    main(sys.argv[1:])
