"""Open the state's SQLite file, bring it to the newest version, and commit or roll back."""

import sqlite3
from pathlib import Path

from ecnscrawl import safe_files
from ecnscrawl.exceptions import CannotStart
from ecnscrawl.frontier.sqlite import migrations
from ecnscrawl.frontier.sqlite.articles import ArticleTable
from ecnscrawl.frontier.sqlite.bulk import BulkIndexing
from ecnscrawl.frontier.sqlite.files import FileTable
from ecnscrawl.frontier.sqlite.forgotten import ForgottenTable
from ecnscrawl.frontier.sqlite.listings import ListingTable
from ecnscrawl.frontier.sqlite.migrations import VERSION
from ecnscrawl.frontier.sqlite.pending import PendingTable


class SqliteState(ArticleTable, BulkIndexing, PendingTable, ForgottenTable, ListingTable, FileTable):
    """A `State` in an SQLite file, which one process has open."""

    def __init__(self, path: Path) -> None:
        """Open or create the file; one of an older version is brought to the newest, see `migrations`.

        Raises CannotStart for a newer version, `sqlite3.DatabaseError` for a damaged file, OSError.
        """
        with safe_files.sqlite_file(path):
            db = sqlite3.connect(path, isolation_level=None, cached_statements=256)
        super().__init__(db)
        try:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=FULL")
            db.execute("PRAGMA cache_size=-4000")  # KB: the upper pages of all trees, also of a million articles
            db.execute("PRAGMA secure_delete=ON")  # else what is forgotten stays readable in the file's free pages
            self._open(path)
        except BaseException:
            db.close()
            raise

    def _open(self, path: Path) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise CannotStart(
                f"{path} was written by a newer version (state version {version}, this one knows {VERSION}); "
                "upgrade ecnscrawl, or move the file away to have the state rebuilt from the articles"
            )
        if version:
            migrations.migrate(self._db, version)
        self._db.execute("BEGIN IMMEDIATE")
        if not version:
            migrations.create(self._db)
        self._db.execute("SELECT count(*) FROM facts").fetchone()  # raises where the file is damaged

    def check_whole(self) -> None:
        """Raise `sqlite3.DatabaseError` if a page of the file is damaged; reads all of it."""
        found = self._db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(str(found).replace("\n", " "))

    def commit(self) -> None:
        self._db.execute("COMMIT")
        self._db.execute("BEGIN IMMEDIATE")

    def rollback(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
        self.forget_read()
        self._db.execute("BEGIN IMMEDIATE")

    def close(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
        self._db.close()
