"""`python -m bench.rebuild [ARTICLES [FILES]]`: measure how long a run takes to begin if the state was lost.

Three runs begin: one without a state, which rebuilds it from `published/`; one with the state; and one with the state
and an empty `published/`, as after an upgrade, which writes each file there again from the state.

     articles    files  published MB  rebuild s  start s  take over s  memory MB
    1,000,000    8,760           232      158.4     0.04         10.7        121

(2026-11-26, two cores that eight others kept busy: the rebuild took 22 s of processor time.)
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from bench.ours import numbers
from bench.state import identify
from ecnscrawl.frontier.records import PublishedRecord
from ecnscrawl.storage.folder import ids_file
from ecnscrawl.storage.folder.run import FileRun
from ecnscrawl.storage.run_settings import RunSettings, utc_now

HOUR = 3600
FIRST = datetime(2025, 1, 1, tzinfo=UTC)


def records(numbers: range) -> Iterator[PublishedRecord]:
    """Yield what is kept of these articles, published a minute apart."""
    for number in numbers:
        id_, at = identify(number), FIRST + timedelta(minutes=number)
        url = f"https://www.ecns.cn/news/2025-01-10/detail-{id_[5:]}.shtml"
        yield PublishedRecord(id_, 1, sha256(b"%d" % number).hexdigest(), url, at, at, "second")


def fill(published: Path, count: int, files: int) -> float:
    """Write the files of `published/`; return their size in MB."""
    each = -(-count // files)
    parts = ((f"20250101T000000Z-{n:06x}.jsonl", records(range(n * each, (n + 1) * each))) for n in range(files))
    ids_file.write_all(published, parts)
    return sum(path.stat().st_size for path in published.iterdir()) / 1e6


def enter(folder: Path) -> float:
    """Return the seconds that a run takes to begin."""
    run = FileRun(folder, utc_now, RunSettings(recheck_ages=(HOUR, 3 * HOUR, 9 * HOUR)))
    start = time.perf_counter()
    run.enter()
    seconds = time.perf_counter() - start
    run.finish()
    return seconds


def main(count: int, files: int) -> None:
    """Print a row."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "ecns"
        published = folder / "published"
        published.mkdir(parents=True)
        size = fill(published, count, files)
        rebuilt, started = enter(folder), enter(folder)
        shutil.rmtree(published)
        taken_over = enter(folder)
        memory = getrusage(RUSAGE_SELF).ru_maxrss / 1e3
    print(f"{'articles':>13} {'files':>8} {'published MB':>13} {'rebuild s':>10} {'start s':>8}", end="")
    print(f" {'take over s':>12} {'memory MB':>10}")
    print(
        f"{count:>13,} {files:>8,} {size:>13.0f} {rebuilt:>10.1f} {started:>8.2f} {taken_over:>12.1f} {memory:>10.0f}"
    )


if __name__ == "__main__":
    main(*numbers(sys.argv[1:], 1_000_000, 8760))
