"""What the commands that read archives share: check the files, read them again, print what cannot be read."""

import errno
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from ecnscrawl import hints
from ecnscrawl.exceptions import CannotStart, StorageFailed
from ecnscrawl.redaction import print_safely
from ecnscrawl.reextraction.job import Reextraction, Summary, Terms
from ecnscrawl.reextraction.reading import MODULES
from ecnscrawl.storage.archive.opening import open_archive
from ecnscrawl.storage.jsonl import DamagedFile
from ecnscrawl.workers.garbage import freeze_start
from ecnscrawl.workers.limits import WorkerLimits
from ecnscrawl.workers.pool import WorkerPool

_MAX_PRINTED = 100  # lines about records that cannot be read; the last line counts them all


def read_again(terms: Terms, files: Sequence[Path], jobs: int | None, limits: WorkerLimits) -> Summary:
    """Read archive files in worker processes, by default one for each processor. Raises EcnscrawlError.

    The limits are for one page.
    """
    with stoppable() as warn:
        pool = WorkerPool(jobs or len(os.sched_getaffinity(0)), limits, MODULES)
        return Reextraction(terms, warn).run(files, pool)


@contextmanager
def stoppable() -> "Iterator[Callable[[str], None]]":
    """Yield what prints a warning, and raise EcnscrawlError where the job is stopped, by a signal or by the disk."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    freeze_start()
    lines = _Lines()
    try:
        yield lines
    except KeyboardInterrupt:
        raise CannotStart("stopped; what was stored is whole, and the same command goes on") from None
    except (StorageFailed, DamagedFile) as error:
        raise CannotStart(str(error)) from None
    lines.end()


class _Lines:
    """Prints what cannot be read, up to a number of lines."""

    def __init__(self) -> None:
        self._number = 0

    def __call__(self, line: str) -> None:
        self._number += 1
        if self._number <= _MAX_PRINTED:
            print_safely(f"ecnscrawl: warning: {line}", error=True)

    def end(self) -> None:
        """Say how many lines were not printed."""
        if self._number > _MAX_PRINTED:
            print_safely(f"ecnscrawl: warning: and {self._number - _MAX_PRINTED} more", error=True)


def check_files(files: Sequence[Path], advice: str = "name a WARC file") -> None:
    """Raise CannotStart if the library is missing, or one of the files cannot be read. `advice` ends the message."""
    if find_spec("fastwarc") is None:
        raise CannotStart(f"reading WARC files needs FastWARC; {hints.install_extra('archive', 'fastwarc')}")
    for path in files:
        if path.is_dir():
            raise CannotStart(f"{path} is a folder; name the files in it")
        try:
            open_archive(path).close()
        except OSError as error:
            way_out = "" if error.errno == errno.ESPIPE else f"; {advice}"  # a pipe's message has it
            raise CannotStart(f"{path}: {error.strerror}{way_out}") from None
