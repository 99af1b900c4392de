"""Connections to a database for commands about databases: `publish`, `state init` and `state copy`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ecnscrawl.frontier.postgres import schema
from ecnscrawl.frontier.postgres.worker import Worker, WorkerTerms
from ecnscrawl.frontier.server_address import ServerAddress

if TYPE_CHECKING:
    from psycopg import Connection


@contextmanager
def connected(address: ServerAddress, argument: str | None = None) -> Iterator["Connection[Any]"]:
    """Yield a connection to a database that has its tables. Raises CannotStart, also for its errors in the block.

    `argument` is what the command calls an address that stands on the command line; None for that of DATABASE_URL.
    """
    worker = Worker(address, WorkerTerms())
    with worker.at_the_start(), worker.first_connection() as connection:
        if argument is None:
            schema.check(connection)
        else:
            schema.check(connection, address.name, f"ECNSCRAWL_DATABASE_URL={argument} ")
        yield connection


def make_tables(address: ServerAddress) -> str:
    """Make the tables, or bring them to this version; return what was done. Raises CannotStart."""
    worker = Worker(address, WorkerTerms())
    with worker.first_connection() as connection, worker.at_the_start():
        found = schema.create(connection)
    if found == schema.VERSION:
        return f"{address.name}: the tables are there already, in version {found}"
    if found:
        return f"{address.name}: the tables are in version {schema.VERSION} now, and were in {found}"
    return f"{address.name}: the tables are made, in version {schema.VERSION}"
