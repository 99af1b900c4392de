"""The file of records that a run is writing, and its file in `published/`, which are written together."""

from pathlib import Path

from ecnscrawl.items import Article, to_line
from ecnscrawl.storage.folder.ids_file import IdsFile
from ecnscrawl.storage.folder.published_records import of_article
from ecnscrawl.storage.folder.record_file import RecordFile


class ArticleFile:
    """Both files. Every method may raise OSError.

    The file in `published/` is published first. If the run is killed between the two, the next one makes it again from
    the records.
    """

    def __init__(self, articles: Path, published: Path, name: str) -> None:
        """Create both files; `name` must be a new name of a file of records."""
        self._file = RecordFile(articles, name)
        try:
            self._ids = IdsFile(published, name)
        except OSError:
            self._file.discard()
            raise
        self.name = name
        self.number: int | None = None  #: by which the state knows it

    @property
    def records(self) -> int:
        """How many records were appended."""
        return self._file.records

    @property
    def size(self) -> int:
        """How many bytes of records were appended."""
        return self._file.size

    @property
    def committed(self) -> int:
        """How many bytes of records the state knows."""
        return self._file.committed

    def append(self, article: Article) -> int:
        """Append a record, and return its offset in bytes."""
        self._ids.append(of_article(article))
        return self._file.append(to_line(article))

    def sync(self) -> None:
        """Return when all appended records are on the disk."""
        self._file.sync()
        self._ids.write()

    def commit(self) -> None:
        """Note that the state knows all appended records."""
        self._file.commit()
        self._ids.commit()

    def cut(self) -> None:
        """Remove the records that the state does not know, after a failure."""
        self._file.cut()
        self._ids.cut()

    def publish(self) -> None:
        """Rename both files to the names that readers see; all records must be synced."""
        self._ids.publish()
        self._file.publish()

    def discard(self) -> None:
        """Remove both files, which hold no record."""
        self._ids.discard()
        self._file.discard()
