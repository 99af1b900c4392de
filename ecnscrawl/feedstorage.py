"""`-O FILE` as Scrapy users know it, but the old file stays until the new one is whole."""

import os
from pathlib import Path
from typing import IO, Any

from scrapy import Spider
from scrapy.extensions.feedexport import FileFeedStorage


class WholeFileFeedStorage(FileFeedStorage):
    """Writes beside the target and renames; `-o`, which appends, is Scrapy's own."""

    def __init__(self, uri: str, *, feed_options: dict[str, Any] | None = None) -> None:
        super().__init__(uri, feed_options=feed_options)
        self._target = Path(self.path)
        self._replaces = self.write_mode == "wb"
        if self._replaces:
            # One name for all runs, so that what a killed run left behind is written over by the next one.
            self.path = str(self._target.with_name(f".{self._target.name}.part"))

    def open(self, spider: Spider) -> IO[Any]:
        if not self._replaces:
            return super().open(spider)
        part = Path(self.path)
        part.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)  # and made anew: a link that stands there, as in /tmp, may lead anywhere
        return os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666), "wb")

    def store(self, file: IO[bytes]) -> None:
        if self._replaces:
            file.flush()
            os.fsync(file.fileno())
        file.close()
        if self._replaces:
            Path(self.path).rename(self._target)
