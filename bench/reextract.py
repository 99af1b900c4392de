"""`python -m bench.reextract [ROUNDS]`: measure `scrapy reextract` against a bare lxml parse of the same bytes.

The archives are made by the archive writer, of generated pages of three sizes. Each is re-extracted with one and with
two jobs, in turn. The time of an archive of a few pages, which is that of the start, is taken off. Two jobs cannot gain
more than two bare processes gain against one on this machine, so that is measured too.

`python -m bench.reextract gigabyte` re-extracts one archive of a gigabyte with two jobs.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from lxml import html

from bench.archives import pages, write_archive
from bench.ours import environment, measured_scrapy, numbers
from bench.pages import seconds
from bench.whole_process import Measured

#: Bytes of a page, and how many of them are an archive: enough for some seconds of one process.
ARCHIVES: Mapping[int, int] = {12_000: 3000, 48_000: 2000, 76_000: 1500}
FEW = 50  #: pages of the archive whose time is that of the start
JOBS = (1, 2)
ROUNDS = 3
GIGABYTE = 1_000_000_000


def reextracted(path: Path, jobs: int) -> tuple[Measured, float]:
    """Re-extract an archive into an empty folder; return the processor seconds of the process that stores too."""
    with tempfile.TemporaryDirectory(dir=path.parent) as out:
        return measured_scrapy(["reextract", str(path), "--out", out, "--jobs", str(jobs)], environment())


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
    """Return how many pages two processes parse, which share nothing, while one parses one page."""
    times = 3000
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(parse, [page] * 2))
        begun = time.monotonic()
        pool.submit(parse, page, times).result()
        one = time.monotonic() - begun
        begun = time.monotonic()
        list(pool.map(parse, [page] * 2, [times] * 2))
        return 2 * one / (time.monotonic() - begun)


@dataclass(frozen=True)
class Figures:
    """What was measured with pages of one size, in some rounds."""

    size: int  #: bytes of a page
    parse: float  #: milliseconds of a bare parse
    costs: Mapping[int, Sequence[Cost]]  #: of each number of jobs
    gain: float  #: pages a second of two jobs, to those of one
    bare_gain: float  #: the same of bare parses


def measure(folder: Path, size: int, number: int, rounds: int) -> Figures:
    """Re-extract an archive of so many pages of a size with each number of jobs, in turn."""
    some = [page for _, page in islice(pages(size), 200)]
    path, few = folder / f"{size}.warc.gz", folder / f"{size}-few.warc.gz"
    write_archive(path, islice(pages(size), number))
    write_archive(few, islice(pages(size), FEW))
    bare: list[float] = []
    costs: dict[int, list[Cost]] = {jobs: [] for jobs in JOBS}
    bare_gains = []
    for _ in range(rounds):
        bare += [seconds(partial(parse, page)) * 1e3 for page in some]
        for jobs in JOBS:
            costs[jobs].append(cost(path, few, number, jobs))
        bare_gains.append(gain_of_two(some[0]))
    path.unlink()
    gain = statistics.median(one.wall / two.wall for one, two in zip(*costs.values(), strict=True))
    return Figures(len(some[0]), statistics.median(bare), costs, gain, statistics.median(bare_gains))


def print_costs(figures: Figures) -> None:
    """Print a row for each number of jobs: medians."""
    for jobs, costs in figures.costs.items():
        wall, processor, own, memory = (
            statistics.median(getattr(each, name) for each in costs) for name in ("wall", "processor", "own", "memory")
        )
        print(
            f"| {figures.size:,} | {figures.parse:.2f} | {jobs} | {1000 / wall:.0f} | {processor:.2f} | {own:.2f} |"
            f" {figures.parse / processor:.2f} | {memory:.0f} |",
            flush=True,
        )


def by_size(folder: Path, rounds: int) -> None:
    """Print what a page costs, by its size and the number of jobs, and what the second job gains."""
    print(
        "| bytes | bare parse, ms | jobs | pages/s | CPU ms a page | own process | parse : CPU | MB, largest process |"
    )
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    measured_sizes = []
    for size, number in ARCHIVES.items():
        measured_sizes.append(measure(folder, size, number, rounds))
        print_costs(measured_sizes[-1])
    print("\n| bytes | two jobs : one, pages a second | two bare parses : one |\n| ---: | ---: | ---: |")
    for each in measured_sizes:
        print(f"| {each.size:,} | {each.gain:.2f} | {each.bare_gain:.2f} |")


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
    """Measure archives of pages of three sizes, or one of a gigabyte."""
    with tempfile.TemporaryDirectory() as name:
        if words[:1] == ["gigabyte"]:
            gigabyte(Path(name))
        else:
            by_size(Path(name), *numbers(words, ROUNDS))


if __name__ == "__main__":
    main(sys.argv[1:])
