"""What is written to a database in threads is begun again when it may succeed the next time."""

import time
from typing import Any

import psycopg
import pytest

from ecnscrawl.frontier.postgres.address import ServerAddress
from ecnscrawl.frontier.postgres.connection import Patience, open_connection
from ecnscrawl.frontier.postgres.writer import Writer

pytestmark = pytest.mark.system


def test_a_transaction_of_a_process_that_was_frozen_is_begun_again(database: ServerAddress) -> None:
    """The server has ended it, because it would keep others from the site."""
    begun: list[float] = []

    def work(connection: "psycopg.Connection[Any]") -> None:
        with connection.transaction():
            connection.execute("SELECT 1")
            begun.append(time.monotonic())
            if len(begun) == 1:
                time.sleep(1)  # frozen
            connection.execute("SELECT 1")

    writer = Writer(lambda: open_connection(database, longest=0.3), Patience(30))
    writer.wait_for(work)
    writer.close()
    assert len(begun) == 2
