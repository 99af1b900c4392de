"""Where feeds go: `-O FILE` as Scrapy users know it, but the old file stays until the new one is whole."""

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.extensions.feedexport import FeedExporter, FileFeedStorage, StdoutFeedStorage


class WholeFileFeedStorage(FileFeedStorage):
    """Writes beside the target and renames. `-o`, which appends, and devices are written as they are."""

    def __init__(self, uri: str, *, feed_options: dict[str, Any] | None = None) -> None:
        super().__init__(uri, feed_options=feed_options)
        self._target = Path(self.path)
        self._replaces = self.write_mode == "wb" and not is_device(self._target)
        self._is_over = False
        self._size_before = 0  # of a file that is appended to
        if self._replaces:
            # One name for all runs, so that what a killed run left behind is written over by the next one.
            self.path = str(self._target.with_name(f".{self._target.name}.part"))

    def open(self, spider: Spider) -> IO[Any]:
        if is_device(self._target):
            fd = os.open(self._target, os.O_WRONLY | os.O_CLOEXEC | os.O_NONBLOCK)  # a FIFO that nobody reads fails
            os.set_blocking(fd, True)
            return os.fdopen(fd, "wb")
        if not self._replaces:
            file = super().open(spider)
            self._size_before = os.fstat(file.fileno()).st_size
            return file
        part = Path(self.path)
        part.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)  # and made anew: a link that stands there, as in /tmp, may lead anywhere
        return os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666), "wb")

    def give_up(self) -> Path | None:
        """Called after an end by force: what has not become the target goes; gives back whose it was."""
        if self._is_over:
            return None
        self._remove_part()
        return self._target

    def fail(self, file: IO[bytes] | None) -> None:
        """Called where the feed cannot be written: the target is as it was before the run."""
        self._is_over = True
        if file is None:
            return
        with suppress(OSError, ValueError):
            fd = os.dup(file.fileno())
            with suppress(OSError, ValueError):
                file.close()  # first: it tries to write what is still buffered
            is_ours = os.fstat(fd).st_size == os.lseek(fd, 0, os.SEEK_CUR)
            if not self._replaces and not is_device(self._target) and is_ours:  # nobody else has appended since
                os.ftruncate(fd, self._size_before)  # half a line would spoil the next one
            os.close(fd)
        self._remove_part()

    def _remove_part(self) -> None:
        if self._replaces:
            with suppress(OSError):  # the next run writes over it
                Path(self.path).unlink(missing_ok=True)

    def store(self, file: IO[bytes]) -> None:
        file.flush()  # while it is still open, so that a failure can be taken back
        if self._replaces:
            os.fsync(file.fileno())
        file.close()
        if self._replaces:
            Path(self.path).rename(self._target)
        self._is_over = True


class StandardOutputFeedStorage(StdoutFeedStorage):
    """Standard output, of which all is written, or an error raised, before the run is judged."""

    def store(self, file: IO[bytes]) -> None:
        file.flush()

    def fail(self, file: IO[bytes] | None) -> None:
        """Called where it cannot be written: what is still buffered would fail once more at the process's end."""
        if file is not None:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, sys.stdout.fileno())
            os.close(null)


def is_device(path: Path) -> bool:
    """Whether this is no file that a rename may replace: a device, a FIFO, or a name such as /dev/stdout."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    names_a_descriptor = path.is_symlink() and path.absolute().parts[1] in ("dev", "proc")
    return names_a_descriptor or not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def give_up_feeds(crawler: Crawler) -> list[Path]:
    """The files of feeds that an end by force has left unfinished; parts that stood beside them are removed."""
    exporter = crawler.get_extension(FeedExporter)
    storages = [slot.storage for slot in exporter.slots] if exporter else []
    targets = [storage.give_up() for storage in storages if isinstance(storage, WholeFileFeedStorage)]
    return [target for target in targets if target]
