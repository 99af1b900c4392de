"""Databases to load into, as their users address and query them."""

import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import duckdb
import psycopg

Rows = list[tuple[Any, ...]]
KINDS = ("sqlite", "duckdb", "postgresql")


@dataclass(frozen=True)
class Target:
    """A database: its address, and what a query finds in it."""

    address: str
    name: str  #: in messages
    query: Callable[[str], Rows] = field(repr=False)

    @property
    def counts(self) -> dict[str, int]:
        """The number of rows of each table, and of the records that the noted files have; none before the first load."""
        try:
            (row,) = self.query(
                "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM images),"
                " (SELECT count(*) FROM videos), (SELECT count(*) FROM loaded_files),"
                " (SELECT coalesce(sum(records), 0) FROM loaded_files)"
            )
        except (sqlite3.OperationalError, duckdb.CatalogException, psycopg.errors.UndefinedTable):
            return dict.fromkeys(("articles", "images", "videos", "files", "noted"), 0)
        return dict(zip(("articles", "images", "videos", "files", "noted"), map(int, row), strict=True))


def file_target(kind: str, path: Path) -> Target:
    """A SQLite or DuckDB file."""

    def query(sql: str) -> Rows:
        if kind == "sqlite":
            with closing(sqlite3.connect(path)) as database:
                return database.execute(sql).fetchall()
        with duckdb.connect(str(path)) as connection:
            return connection.execute(sql).fetchall()

    return Target(f"{kind}:///{path}", str(path), query)


def server_target(environment: dict[str, str]) -> Target:
    """A new database of a PostgreSQL server, reached by its socket."""
    database = f"news_{uuid.uuid4().hex}"
    options = urlencode({"host": environment["PGHOST"], "user": environment["PGUSER"]}, quote_via=quote)
    with psycopg.connect(f"postgresql:///postgres?{options}", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {database}".encode())
    address = f"postgresql:///{database}?{options}"

    def query(sql: str) -> Rows:
        with psycopg.connect(address) as connection:
            return connection.execute(sql.encode()).fetchall()

    return Target(address, f"postgresql:///{database}", query)
