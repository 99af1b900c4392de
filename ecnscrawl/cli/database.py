"""The database that DATABASE_URL names, for commands that are no run."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from scrapy.settings import BaseSettings

from ecnscrawl.exceptions import CannotStart
from ecnscrawl.frontier.postgres import schema
from ecnscrawl.frontier.postgres.address import ServerAddress, parse_server
from ecnscrawl.frontier.postgres.connection import database_errors, open_connection, reason_of

if TYPE_CHECKING:
    from psycopg import Connection

_CHECK = "check that the server runs, and the host, port, user, password and database of its address"


def database_address(settings: BaseSettings) -> ServerAddress | None:
    """Return the address of the database; None where there is none. Raises WrongUsage."""
    url = settings["DATABASE_URL"]
    return parse_server(url) if url else None


@contextmanager
def connected(address: ServerAddress) -> Iterator["Connection[Any]"]:
    """Yield a connection to a database that has its tables. Raises CannotStart, also for its errors in the block."""
    try:
        with open_connection(address) as connection:
            schema.check(connection)
            yield connection
    except database_errors() as error:
        raise CannotStart(f"{address.name}: {reason_of(error)}; {_CHECK}") from None
