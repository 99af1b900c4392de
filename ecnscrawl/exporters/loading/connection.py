"""Open the database at an address, with the library for its kind."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from ecnscrawl.exporters.loading import duckdb, postgres, sqlite
from ecnscrawl.exporters.loading.address import DatabaseAddress
from ecnscrawl.exporters.loading.database import Database

_CONNECT: dict[str, Callable[[DatabaseAddress], AbstractContextManager[Database]]] = {
    "sqlite": sqlite.connect,
    "duckdb": duckdb.connect,
    "postgresql": postgres.connect,
}


@contextmanager
def open_database(address: DatabaseAddress) -> Iterator[Database]:
    """Yield a connection to a database whose tables are there.

    Raises CannotStart where a library is missing, WrongUsage where the database has other tables of these names, and
    LoadFailed, also for errors of the database inside the block.
    """
    with connect(address) as database:
        database.prepare()
        yield database


def connect(address: DatabaseAddress) -> AbstractContextManager[Database]:
    """Return a connection to a database whose tables may be missing; a SQLite or DuckDB file is created if it is.

    Raises CannotStart where a library is missing, and LoadFailed, also for errors of the database inside the block.
    """
    return _CONNECT[address.kind](address)
