"""The database that DATABASE_URL names, for commands that are no run."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.settings import BaseSettings

from ecnscrawl.frontier.postgres import schema
from ecnscrawl.frontier.postgres.reads import RowReader
from ecnscrawl.frontier.postgres.worker import Worker, WorkerTerms
from ecnscrawl.frontier.server_address import ServerAddress, parse_server
from ecnscrawl.monitoring.latest_rows import LatestRows
from ecnscrawl.monitoring.overview import LatestReports, ReportSource

if TYPE_CHECKING:
    from psycopg import Connection


def database_address(settings: BaseSettings) -> ServerAddress | None:
    """Return the address of the database; None where there is none. Raises WrongUsage."""
    url = settings["DATABASE_URL"]
    return parse_server(url) if url else None


@contextmanager
def report_source(settings: BaseSettings, data: Path) -> Iterator[ReportSource]:
    """Yield where the reports of all sites are: the database, if there is one, else the data folder.

    Raises WrongUsage, and CannotStart, also for errors of the database in the block.
    """
    if (address := database_address(settings)) is None:
        yield LatestReports(data)
        return
    with row_reader(address) as reader:
        yield LatestRows(reader, data)


@contextmanager
def row_reader(address: ServerAddress) -> Iterator[RowReader]:
    """Yield a reader of a database that has its tables. Raises CannotStart, also for its errors in the block."""
    worker = Worker(address, WorkerTerms(retry_seconds=0))
    worker.open()
    try:
        with worker.at_the_start():
            yield worker.reader
    finally:
        worker.close()


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
