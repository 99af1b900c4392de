"""What the tables of an SQLite state share: the connection, the statement that inserts a row, rows by name."""

import sqlite3
from collections.abc import Iterable, Iterator

from ecnscrawl.frontier.columns import Row


class Table:
    """What each table's class has: the connection."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def forget_read(self) -> None:
        """Forget what was read before, because it may have been rolled back."""


def insert(table: str, names: Iterable[str]) -> str:
    """Return the statement that inserts a row, or replaces the one with its key; its values are named parameters.

    >>> insert("walks", ["listing", "first_run"])
    'INSERT OR REPLACE INTO walks (listing, first_run) VALUES (:listing, :first_run)'
    """
    columns = tuple(names)
    parameters = ", ".join(f":{name}" for name in columns)
    return f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({parameters})"


def named_rows(cursor: sqlite3.Cursor) -> Iterator[Row]:
    """Yield the rows of a statement, each with its values by the names of the statement's columns."""
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield dict(zip(names, row, strict=True))
