"""The files that a run writes: its records, the rejected ones, the articles that are gone, and the archived pages."""

from pathlib import Path

import msgspec

from ecnscrawl.items import Article
from ecnscrawl.storage.archive.writer import ArchiveWriter
from ecnscrawl.storage.folder.article_file import ArticleFile
from ecnscrawl.storage.folder.gone_file import GoneFile
from ecnscrawl.storage.folder.record_file import OptionalFile


class RunFiles:
    """The files, which are synced, committed and cut together. Every method may raise OSError."""

    def __init__(self, folder: Path, run_id: str, archive: ArchiveWriter | None = None) -> None:
        """`folder` is the site's. A file is created when its first line is written."""
        self._folder = folder
        self.archive = archive
        self.records: ArticleFile | None = None
        self._rejects = OptionalFile(folder / "rejected", f"{run_id}.jsonl")
        self.gone = GoneFile(folder / "gone", f"{run_id}.jsonl")

    def open_records(self, name: str) -> ArticleFile:
        """Start a file of records. The name must be new."""
        self.records = ArticleFile(self._folder / "articles", self._folder / "published", name)
        return self.records

    def add_reject(self, article: Article, reasons: list[str]) -> None:
        """Append a record that failed validation, with its reasons."""
        self._rejects.append(msgspec.json.encode({"reasons": reasons, "record": article}) + b"\n")

    def sync(self) -> None:
        """Return when all appended lines are on the disk."""
        for file in self._all():
            file.sync()

    def commit(self) -> None:
        """Note that the state knows all appended lines."""
        for file in self._all():
            file.commit()

    def cut(self) -> None:
        """Remove the lines that the state does not know, after a failure."""
        for file in self._all():
            file.cut()

    def publish_records(self) -> ArticleFile | None:
        """Publish the records and return their file; None if there are none. The next record begins another file."""
        records, self.records = self.records, None
        if records and not records.size:
            records.discard()
            return None
        if records:
            records.publish()
        return records

    def publish_others(self) -> bool:
        """Publish the other two files, and say whether there was any; one without a committed line is removed."""
        return any([self._rejects.publish(), self.gone.publish()])

    def _all(self) -> list[ArchiveWriter | ArticleFile | OptionalFile | GoneFile]:
        """The files in the order of syncing: the pages before the records that were made of them."""
        first = [file for file in (self.archive, self.records) if file is not None]
        return [*first, self._rejects, self.gone]
