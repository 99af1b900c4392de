"""Feed storages for files and standard output: with `-O FILE` the old file stays until the new one is complete."""

import os
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from scrapy import Spider
from scrapy.extensions.feedexport import FileFeedStorage, StdoutFeedStorage


class WholeFileFeedStorage(FileFeedStorage):
    """Writes a file beside the target, then renames it. Opens devices, and files that `-o` appends to, directly."""

    def __init__(self, uri: str, *, feed_options: dict[str, Any] | None = None) -> None:
        super().__init__(uri, feed_options=feed_options)
        self._target = Path(self.path)
        self._replaces = self.write_mode == "wb" and not is_device(self._target)
        self._is_over = False
        self._size_before = 0  # of a file that is appended to
        if self._replaces:
            # The same name in all runs, so that the next run replaces the file that a killed run left.
            self.path = str(self._target.with_name(f".{self._target.name}.part"))

    def open(self, spider: Spider) -> IO[Any]:
        if is_device(self._target):
            fd = os.open(self._target, os.O_WRONLY | os.O_CLOEXEC | os.O_NONBLOCK)  # fails for a FIFO without a reader
            os.set_blocking(fd, True)
            return os.fdopen(fd, "wb")
        if not self._replaces:
            file = super().open(spider)
            self._size_before = os.fstat(file.fileno()).st_size
            return file
        part = Path(self.path)
        part.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)  # never written through: in /tmp it may be somebody's link
        return os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666), "wb")

    def give_up(self) -> Path | None:
        """Remove the unfinished file after a forced stop. Return its target, or None if the feed was complete."""
        if self._is_over:
            return None
        self._remove_part()
        return self._target

    def fail(self, file: IO[bytes] | None) -> None:
        """Give up a feed that cannot be written, and leave the target as it was before the run."""
        self._is_over = True
        if file is None:
            return
        with suppress(OSError, ValueError):
            fd = os.dup(file.fileno())
            with suppress(OSError, ValueError):
                file.close()  # before truncating, because it still tries to write its buffer
            is_ours = os.fstat(fd).st_size == os.lseek(fd, 0, os.SEEK_CUR)
            if not self._replaces and not is_device(self._target) and is_ours:  # nobody else has appended since
                os.ftruncate(fd, self._size_before)  # half a line would spoil the next one
            os.close(fd)
        self._remove_part()

    def _remove_part(self) -> None:
        if self._replaces:
            with suppress(OSError):  # the next run replaces it
                Path(self.path).unlink(missing_ok=True)

    def store(self, file: IO[bytes]) -> None:
        file.flush()  # before it is closed, so that `fail` can still undo a failure
        if self._replaces:
            os.fsync(file.fileno())
        file.close()
        if self._replaces:
            Path(self.path).rename(self._target)
        self._is_over = True


class StandardOutputFeedStorage(StdoutFeedStorage):
    """Standard output, flushed before the run's health is judged, so that an error counts."""

    def store(self, file: IO[bytes]) -> None:
        file.flush()

    def fail(self, file: IO[bytes] | None) -> None:
        """Discard the buffered output, which cannot be written and would fail again when the process ends."""
        if file is not None:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, sys.stdout.fileno())
            os.close(null)


def is_device(path: Path) -> bool:
    """Whether the path is a device, a FIFO or a name such as /dev/stdout, which a rename must not replace."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    names_a_descriptor = path.is_symlink() and path.absolute().parts[1] in ("dev", "proc")
    return names_a_descriptor or not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def give_up_feeds(storages: Iterable[Any]) -> list[Path]:
    """Remove the unfinished files of feeds after a forced stop; return their targets."""
    targets = [storage.give_up() for storage in storages if isinstance(storage, WholeFileFeedStorage)]
    return [target for target in targets if target]
