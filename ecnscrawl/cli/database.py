"""The database that DATABASE_URL names, for commands that are no run."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from scrapy.settings import BaseSettings

from ecnscrawl.frontier.postgres import schema
from ecnscrawl.frontier.postgres.address import ServerAddress, parse_server
from ecnscrawl.frontier.postgres.worker import Worker, WorkerTerms

if TYPE_CHECKING:
    from psycopg import Connection


def database_address(settings: BaseSettings) -> ServerAddress | None:
    """Return the address of the database; None where there is none. Raises WrongUsage."""
    url = settings["DATABASE_URL"]
    return parse_server(url) if url else None


@contextmanager
def connected(address: ServerAddress) -> Iterator["Connection[Any]"]:
    """Yield a connection to a database that has its tables. Raises CannotStart, also for its errors in the block."""
    worker = Worker(address, WorkerTerms())
    with worker.at_the_start(), worker.first_connection() as connection:
        schema.check(connection)
        yield connection
