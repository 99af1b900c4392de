"""The table `files`: the files of records, and which articles each of them holds."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime

from ecnscrawl.frontier.records import PublishedRecord
from ecnscrawl.frontier.sqlite.table import Table, named_rows

_NUMBER_FILE = "INSERT OR IGNORE INTO files (name, committed, published) VALUES (:name, 0, 0)"
_SET_COMMITTED = "UPDATE files SET committed = :size, published = :published WHERE name = :name"
_RECORDS = """
SELECT id, revision, content_hash, url, coalesce(published_at, first_seen) AS published_at,
    last_checked AS fetched_at, published_precision
FROM articles
WHERE file = (SELECT number FROM files WHERE name = ?) AND content_hash IS NOT NULL ORDER BY offset
"""
_BEYOND = "file = :file AND offset >= :offset"
_MAKE_PENDING = f"""
INSERT OR REPLACE INTO pending (id, url, listing, first_seen, first_run, attempts, next_try)
SELECT id, url, listing, first_seen, first_run, 0, 0 FROM articles WHERE {_BEYOND} AND revision <= 1
"""
_FORGET_FIRST_VERSIONS = f"DELETE FROM articles WHERE {_BEYOND} AND revision <= 1"
_FORGET_REVISIONS = f"""
UPDATE articles SET revision = revision - 1, content_hash = NULL, next_check = 0, parts = NULL, file = NULL,
    offset = NULL
WHERE {_BEYOND}
"""


class FileTable(Table):
    """Files of records; see `base.Files`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        super().__init__(db)
        self._numbers: dict[str, int] = {}  #: of files by name; that of the run's file is asked for with each record

    def file_number(self, name: str) -> int:
        if name not in self._numbers:
            self._db.execute(_NUMBER_FILE, {"name": name})
            self._numbers[name] = self._db.execute("SELECT number FROM files WHERE name = ?", (name,)).fetchone()[0]
        return self._numbers[name]

    def committed(self, name: str) -> int:
        row = self._db.execute("SELECT committed FROM files WHERE name = ?", (name,)).fetchone()
        return row[0] if row else 0

    def set_committed(self, name: str, size: int, *, published: bool = False) -> None:
        self._db.execute(_SET_COMMITTED, {"name": name, "size": size, "published": published})

    def drop_file(self, name: str) -> None:
        self._numbers.pop(name, None)
        self._db.execute("DELETE FROM files WHERE name = ?", (name,))

    def published_files(self) -> set[str]:
        return {name for (name,) in self._db.execute("SELECT name FROM files WHERE published")}

    def records_of(self, name: str) -> Iterator[PublishedRecord]:
        for row in list(named_rows(self._db.execute(_RECORDS, (name,)))):
            row["content_hash"] = row["content_hash"].hex()
            for time in ("published_at", "fetched_at"):
                row[time] = datetime.fromtimestamp(row[time], UTC)
            yield PublishedRecord(**row)

    def forget_beyond(self, file: int, offset: int) -> int:
        place = {"file": file, "offset": offset}
        self.forget_read()
        self._db.execute(_MAKE_PENDING, place)
        first_versions = self._db.execute(_FORGET_FIRST_VERSIONS, place).rowcount
        return first_versions + self._db.execute(_FORGET_REVISIONS, place).rowcount

    def forget_read(self) -> None:
        self._numbers.clear()
        super().forget_read()
