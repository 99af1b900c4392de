"""Load records into a DuckDB database."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ecnscrawl import hints
from ecnscrawl.exceptions import CannotStart
from ecnscrawl.exporters import reader
from ecnscrawl.exporters.columns import columns_of
from ecnscrawl.exporters.duckdb import source_of
from ecnscrawl.exporters.loading.address import DatabaseAddress
from ecnscrawl.exporters.loading.database import FileName, LoadFailed
from ecnscrawl.exporters.loading.tables import (
    KEYS,
    MEDIA,
    VIEW,
    create_statements,
    insert_statement,
    is_prepared,
    tables,
)
from ecnscrawl.exporters.schema import DUCKDB
from ecnscrawl.items import Article

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KIND = "duckdb"
MEMORY_LIMIT = "1GB"  # DuckDB holds the index of the key in memory, some 200 bytes a record
_NAMED = "list_contains($ids, id)"
_TYPES = {column.name: column.type for column in columns_of(Article, DUCKDB)}


class DuckdbDatabase:
    """A DuckDB file, see Database; times are `TIMESTAMP` in UTC, lists of texts `VARCHAR[]`."""

    def __init__(self, connection: "DuckDBPyConnection", name: str) -> None:
        self._connection = connection
        self._name = name

    def prepare(self) -> None:
        with self._transaction():
            if not self.is_prepared():
                for statement in create_statements(KIND):
                    self._connection.execute(statement)

    def is_prepared(self) -> bool:
        rows = self._connection.execute(
            "SELECT lower(table_name), column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_catalog = current_catalog()"
            " AND list_contains($names, lower(table_name)) ORDER BY ordinal_position",
            {"names": [*KEYS, VIEW]},
        ).fetchall()
        found: dict[str, list[str]] = {}
        for table, column in rows:
            found.setdefault(table, []).append(column)
        return is_prepared(KIND, found, self._name)

    def loaded(self) -> set[FileName]:
        rows = self._connection.execute("SELECT site, name FROM loaded_files").fetchall()
        return {FileName(*row) for row in rows}

    def add(self, file: FileName, path: Path, loaded_at: str) -> int:
        records = sum(1 for _ in reader.read(path))  # checks each line; DuckDB takes null for what a record lacks
        execute = self._connection.execute
        with self._transaction():
            if execute("SELECT 1 FROM loaded_files WHERE site = ? AND name = ?", list(file)).fetchone():
                return 0
            source, values = source_of([path], _TYPES)
            execute(
                f"CREATE OR REPLACE TEMP TABLE incoming AS SELECT * EXCLUDE file FROM {source}"
                " ANTI JOIN articles USING (id, revision)"
                " QUALIFY row_number() OVER (PARTITION BY id, revision) = 1",
                values,
            )
            columns = ", ".join(column.name for column in tables(KIND)["articles"])
            execute(insert_statement(KIND, "articles", f"SELECT {columns} FROM incoming"))
            for name, media in MEDIA.items():
                fields = ", ".join(f"{name}[position].{column.name}" for column in columns_of(media, DUCKDB))
                numbered = f"SELECT id, revision, {name}, unnest(range(1, len({name}) + 1)) AS position FROM incoming"
                execute(insert_statement(KIND, name, f"SELECT id, revision, position, {fields} FROM ({numbered})"))
            added = execute("SELECT count(*) FROM incoming").fetchone()
            assert added is not None
            execute(insert_statement(KIND, "loaded_files"), [*file, records, loaded_at])
            execute("DROP TABLE incoming")
        return int(added[0])

    def present(self, ids: Collection[str]) -> set[str]:
        rows = self._connection.execute(f"SELECT DISTINCT id FROM articles WHERE {_NAMED}", {"ids": list(ids)})
        return {id_ for (id_,) in rows.fetchall()}

    def forget(self, ids: Collection[str]) -> dict[str, int]:
        removed = {}
        with self._transaction():
            for name in ("articles", *MEDIA):
                count = self._connection.execute(f"DELETE FROM {name} WHERE {_NAMED}", {"ids": list(ids)}).fetchone()
                assert count is not None
                removed[name] = int(count[0])
        self._connection.execute("CHECKPOINT")  # else the texts stay in the file's log
        return removed

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


@contextmanager
def connect(address: DatabaseAddress) -> Iterator[DuckdbDatabase]:
    """Yield a connection to the file, which is created if it is missing. Raises CannotStart or LoadFailed."""
    try:
        import duckdb  # noqa: PLC0415 - an extra
    except ImportError:
        raise CannotStart(
            f"loading into DuckDB needs the package duckdb; {hints.install_extra('load', 'duckdb')}"
        ) from None
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
        "threads": 1,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    try:
        with duckdb.connect(str(address.path), config=config) as connection:
            yield DuckdbDatabase(connection, address.name)
    except duckdb.Error as error:
        raise LoadFailed(f"{address.name} cannot be written: {str(error).splitlines()[0]}") from None
