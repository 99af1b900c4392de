"""The file of articles under way, and beside it what `published/` keeps of each of them."""

from pathlib import Path

from ecnscrawl.items import Article, to_line
from ecnscrawl.storage import ids_file
from ecnscrawl.storage.ids_file import IdsFile
from ecnscrawl.storage.record_file import RecordFile


class ArticleFile:
    """Both files; raises OSError where the disk does.

    Published is first what names the records: killed between the two, the next run makes it again from the records.
    """

    def __init__(self, articles: Path, published: Path, name: str) -> None:
        """The name must be a new one."""
        self._file = RecordFile(articles, name)
        try:
            self._ids = IdsFile(published, name)
        except OSError:
            self._file.discard()
            raise
        self.name = name

    @property
    def records(self) -> int:
        """How many were appended."""
        return self._file.records

    @property
    def size(self) -> int:
        """Bytes of records that were appended."""
        return self._file.size

    @property
    def committed(self) -> int:
        """Bytes of records that the state knows."""
        return self._file.committed

    def append(self, article: Article) -> int:
        """Add a record; gives the offset that it stands at."""
        self._ids.append(ids_file.of_article(article))
        return self._file.append(to_line(article))

    def sync(self) -> None:
        """Return only when all records that were appended are on the disk."""
        self._file.sync()
        self._ids.write()

    def commit(self) -> None:
        """Note that the state knows all records that were appended."""
        self._file.commit()
        self._ids.commit()

    def cut(self) -> None:
        """Drop the records that the state does not know, after a failure."""
        self._file.cut()
        self._ids.cut()

    def publish(self) -> None:
        """Give the records the name that readers see; all of them must be synced."""
        self._ids.publish()
        self._file.publish()

    def discard(self) -> None:
        """Remove both, which hold nothing."""
        self._ids.discard()
        self._file.discard()
