"""`-O FILE` as Scrapy users know it, but the old file stays until the new one is whole."""

import os
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.extensions.feedexport import FeedExporter, FileFeedStorage


class WholeFileFeedStorage(FileFeedStorage):
    """Writes beside the target and renames; `-o`, which appends, is Scrapy's own."""

    def __init__(self, uri: str, *, feed_options: dict[str, Any] | None = None) -> None:
        super().__init__(uri, feed_options=feed_options)
        self._target = Path(self.path)
        self._replaces = self.write_mode == "wb"
        self._is_stored = False
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

    def give_up(self) -> Path | None:
        """Called after an end by force: what has not become the target goes; gives back whose it was."""
        if self._is_stored:
            return None
        if self._replaces:
            with suppress(OSError):  # the next run writes over it
                Path(self.path).unlink(missing_ok=True)
        return self._target

    def store(self, file: IO[bytes]) -> None:
        self._is_stored = True
        if self._replaces:
            file.flush()
            os.fsync(file.fileno())
        file.close()
        if self._replaces:
            Path(self.path).rename(self._target)


def give_up_feeds(crawler: Crawler) -> list[Path]:
    """The files of feeds that an end by force has left unfinished; parts that stood beside them are removed."""
    exporter = crawler.get_extension(FeedExporter)
    storages = [slot.storage for slot in exporter.slots] if exporter else []
    targets = [storage.give_up() for storage in storages if isinstance(storage, WholeFileFeedStorage)]
    return [target for target in targets if target]
