"""Load records into a SQLite database."""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from ecnscrawl.exporters import reader
from ecnscrawl.exporters.loading.address import DatabaseAddress
from ecnscrawl.exporters.loading.database import FileName, LoadFailed
from ecnscrawl.exporters.loading.tables import (
    KEYS,
    MEDIA,
    VIEW,
    article_row,
    create_statements,
    insert_statement,
    is_prepared,
    media_rows,
)
from ecnscrawl.exporters.tabular import as_cell

KIND = "sqlite"
LOCK_TIMEOUT = 30  # seconds to wait for another program that writes


class SqliteDatabase:
    """A SQLite file, see Database; times are ISO 8601 texts, as its date functions read them, lists JSON texts."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection = connection
        self._name = name

    def prepare(self) -> None:
        with self._transaction():
            if not self.is_prepared():
                for statement in create_statements(KIND):
                    self._connection.execute(statement)

    def is_prepared(self) -> bool:
        names = [*KEYS, VIEW]
        rows = self._connection.execute(
            "SELECT lower(master.name), info.name FROM sqlite_master AS master, pragma_table_info(master.name) info"
            f" WHERE master.type IN ('table', 'view') AND lower(master.name) IN ({', '.join('?' * len(names))})"
            " ORDER BY info.cid",
            names,
        )
        found: dict[str, list[str]] = {}
        for table, column in rows:
            found.setdefault(table, []).append(column)
        return is_prepared(KIND, found, self._name)

    def loaded(self) -> set[FileName]:
        return {FileName(*row) for row in self._connection.execute("SELECT site, name FROM loaded_files")}

    def add(self, file: FileName, path: Path, loaded_at: str) -> int:
        articles = insert_statement(KIND, "articles")
        media = {name: insert_statement(KIND, name) for name in MEDIA}
        records = added = 0
        execute = self._connection.execute
        with self._transaction():
            if execute("SELECT 1 FROM loaded_files WHERE site = ? AND name = ?", file).fetchone():
                return 0
            for record in reader.read(path):
                records += 1
                row = tuple(as_cell(value) for value in article_row(record))
                if execute(articles, row).rowcount:
                    added += 1
                    for name, statement in media.items():
                        self._connection.executemany(statement, media_rows(record, name))
            execute(insert_statement(KIND, "loaded_files"), (*file, records, loaded_at))
        return added

    def present(self, ids: Collection[str]) -> set[str]:
        execute = self._connection.execute
        return {id_ for id_ in ids if execute("SELECT 1 FROM articles WHERE id = ?", [id_]).fetchone()}

    def forget(self, ids: Collection[str]) -> dict[str, int]:
        execute = self._connection.execute
        execute("PRAGMA secure_delete = ON")  # else the texts stay readable in the file's free pages
        with self._transaction():
            removed = {
                name: sum(execute(f"DELETE FROM {name} WHERE id = ?", [id_]).rowcount for id_ in ids)
                for name in ("articles", *MEDIA)
            }
        execute("PRAGMA wal_checkpoint(TRUNCATE)")  # where the texts stay too
        return removed

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        self._connection.commit()


@contextmanager
def connect(address: DatabaseAddress) -> Iterator[SqliteDatabase]:
    """Yield a connection to the file, which is created if it is missing. Raises LoadFailed."""
    is_new = not address.path.exists()
    try:
        with closing(sqlite3.connect(address.path, timeout=LOCK_TIMEOUT, isolation_level=None)) as connection:
            if is_new:
                with suppress(sqlite3.OperationalError):  # another first load is doing the same
                    connection.execute("PRAGMA journal_mode = WAL")  # so that others can read during a load
            yield SqliteDatabase(connection, address.name)
    except sqlite3.Error as error:
        raise LoadFailed(f"{address.name} cannot be written: {error}") from None
