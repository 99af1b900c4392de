"""A site's folder, as its readers and its owner see it, and runs that write to it."""

import json
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ecnscrawl.items import Article
from ecnscrawl.storage.folder.run import FileRun
from ecnscrawl.storage.run import Run
from tests.samples import known


def store(run: Run, *articles: Article) -> None:
    """Store articles, as the pipeline does."""
    for each in articles:
        run.store(each, known(each))


def published(folder: Path) -> list[str]:
    """The names of the files that readers see, in order."""
    return sorted(path.name for path in (folder / "articles").glob("*.jsonl"))


def hidden(folder: Path) -> list[Path]:
    """The files that readers do not see."""
    return list((folder / "articles").glob(".*"))


def records(folder: Path) -> bytes:
    """All that readers read."""
    return b"".join((folder / "articles" / name).read_bytes() for name in published(folder))


def reported(folder: Path) -> list[str]:
    """The ids of the runs that have a report, in order: those of files, and those of the lines of idle runs."""
    reports = folder / "reports"
    lines = [line for path in reports.glob("2*.jsonl") for line in path.read_bytes().splitlines()]
    return sorted([*(path.stem for path in reports.glob("2*Z-*.json")), *(json.loads(line)["run"] for line in lines)])


def known_numbers(run: FileRun) -> list[int]:
    """Which of the first ten made-up articles a run knows as stored."""
    return [number for number in range(10) if run.state.article(f"ecns:ihtest{number}")]


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Limit the size of files, as on a full disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
