"""Load records into a PostgreSQL database."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecnscrawl import hints
from ecnscrawl.exceptions import CannotStart
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

if TYPE_CHECKING:
    from psycopg import Connection, Cursor

KIND = "postgresql"
CONNECT_TIMEOUT = 30  # seconds
LOCK_TIMEOUT = 60  # seconds that forgetting waits for a load that is under way
_LOCK = 0x65636E73  # any number that is ours: two first loads would both create the tables


class PostgresDatabase:
    """A PostgreSQL database; see Database.

    Times have a time zone, lists of texts are arrays. The tables are in the first schema of the search path.
    """

    def __init__(self, connection: "Connection[Any]", name: str) -> None:
        self._connection = connection
        self._name = name

    def prepare(self) -> None:
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            if not self.is_prepared():
                for statement in create_statements(KIND):
                    cursor.execute(statement.encode())

    def is_prepared(self) -> bool:
        rows = self._connection.execute(
            "SELECT relname, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
            " WHERE relname = ANY(%s) AND pg_table_is_visible(attrelid) AND attnum > 0 AND NOT attisdropped"
            " ORDER BY attnum",
            [[*KEYS, VIEW]],
        )
        found: dict[str, list[str]] = {}
        for table, column in rows:
            found.setdefault(table, []).append(column)
        return is_prepared(KIND, found, self._name)

    def loaded(self) -> set[FileName]:
        return {FileName(*row) for row in self._connection.execute("SELECT site, name FROM loaded_files")}

    def add(self, file: FileName, path: Path, loaded_at: str) -> int:
        with self._connection.transaction(), self._connection.cursor() as cursor:
            # A load of the same file by another process is waited for here.
            statement = insert_statement(KIND, "loaded_files", "VALUES (%s, %s, 0, %s)")
            if not cursor.execute(statement.encode(), [*file, loaded_at]).rowcount:
                return 0
            records = self._copy(cursor, path)
            for name in MEDIA:
                cursor.execute(
                    f"DELETE FROM new_{name} AS new USING articles AS old"
                    " WHERE old.id = new.id AND old.revision = new.revision".encode()
                )
            added = cursor.execute(insert_statement(KIND, "articles", "SELECT * FROM new_articles").encode()).rowcount
            for name in MEDIA:
                cursor.execute(insert_statement(KIND, name, f"SELECT * FROM new_{name}").encode())
            cursor.execute("UPDATE loaded_files SET records = %s WHERE site = %s AND name = %s", [records, *file])
            for name in ("articles", *MEDIA):
                cursor.execute(f"DROP TABLE new_{name}".encode())
        return added

    def present(self, ids: Collection[str]) -> set[str]:
        rows = self._connection.execute("SELECT DISTINCT id FROM articles WHERE id = ANY(%s)", [list(ids)])
        return {id_ for (id_,) in rows}

    def forget(self, ids: Collection[str]) -> dict[str, int]:
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}s'".encode())
            cursor.execute("LOCK TABLE loaded_files IN SHARE ROW EXCLUSIVE MODE")  # each load has inserted into it
            return {
                name: cursor.execute(f"DELETE FROM {name} WHERE id = ANY(%s)".encode(), [list(ids)]).rowcount
                for name in ("articles", *MEDIA)
            }

    def _copy(self, cursor: "Cursor[Any]", path: Path) -> int:
        """Copy the records of a file into temporary tables; return how many there are in the file."""
        for name in ("articles", *MEDIA):
            cursor.execute(f"CREATE TEMP TABLE new_{name} (LIKE {name}) ON COMMIT DROP".encode())
        seen: set[tuple[str, int]] = set()
        media: dict[str, list[tuple[Any, ...]]] = {name: [] for name in MEDIA}
        records = 0
        with cursor.copy("COPY new_articles FROM STDIN") as copy:
            for record in reader.read(path):
                records += 1
                if (key := (record["id"], record["revision"])) in seen:
                    continue
                seen.add(key)
                copy.write_row(article_row(record))
                for name, rows in media.items():
                    rows.extend(media_rows(record, name))
        for name, rows in media.items():
            with cursor.copy(f"COPY new_{name} FROM STDIN".encode()) as copy:
                for row in rows:
                    copy.write_row(row)
        return records


@contextmanager
def connect(address: DatabaseAddress) -> Iterator[PostgresDatabase]:
    """Yield a connection to the server. Raises CannotStart or LoadFailed."""
    try:
        import psycopg  # noqa: PLC0415 - an extra
    except ImportError:
        raise CannotStart(
            f"loading into PostgreSQL needs the package psycopg; {hints.install_extra('load', 'psycopg')}"
        ) from None
    try:
        connecting = psycopg.connect(address.url, autocommit=True, connect_timeout=CONNECT_TIMEOUT)
    except psycopg.Error as error:
        reason = _reason(error).removeprefix("connection failed: ").removeprefix("connection is bad: ")
        raise LoadFailed(
            f"{address.name} cannot be reached ({reason}); check that the server runs,"
            " and the host, port, user and database of the address"
        ) from None
    try:
        with connecting as connection:
            connection.execute("SET client_encoding TO 'UTF8'")
            yield PostgresDatabase(connection, address.name)
    except psycopg.Error as error:
        raise LoadFailed(f"{address.name} cannot be written: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
