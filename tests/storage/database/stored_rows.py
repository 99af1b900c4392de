"""What a run on a database has stored, and a database that refuses to store."""

from collections.abc import Iterator
from contextlib import contextmanager

from ecnscrawl.frontier.postgres.connection import open_connection
from ecnscrawl.frontier.server_address import ServerAddress
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.pages.document import Source
from ecnscrawl.storage.database.run import DatabaseRun
from ecnscrawl.visits import Outcome
from tests.samples import address, article, visit
from tests.site_folder import store


def rows(database: ServerAddress, statement: str) -> list[tuple[object, ...]]:
    """What a statement gives."""
    with open_connection(database) as connection:
        return connection.execute(statement.encode()).fetchall()


@contextmanager
def read_only(database: ServerAddress) -> Iterator[None]:
    """The database refuses all changes, as a server that became a standby."""
    name = database.url.rpartition("/")[2]
    with open_connection(database) as connection:
        for value in ("on", "off"):
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {value}".encode())
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                [name],
            )
            if value == "on":
                yield


def stored(run: DatabaseRun, stats: RunStats, *numbers: int) -> None:
    """Store and count articles, as the pipeline does."""
    for number in numbers:
        stats.add(visit(Outcome.NEW, number))
        stats.add_record(article(number), {}, Source(address(number).url, b"<p>x</p>"))
        store(run, article(number))
