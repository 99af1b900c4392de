"""What is written to a database is begun again when it may succeed, and keeps nobody out for long."""

import signal
import subprocess
import sys
import time
from typing import Any

import psycopg
import pytest

from ecnscrawl.frontier.postgres import claims, schema
from ecnscrawl.frontier.postgres.connection import RetryPolicy, open_connection
from ecnscrawl.frontier.postgres.writer import Writer
from ecnscrawl.frontier.server_address import ServerAddress

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

    writer = Writer(lambda: open_connection(database, longest=0.3), RetryPolicy(30))
    writer.wait_for(work)
    writer.close()
    assert len(begun) == 2


#: Writes to a site in one transaction, with the limits of a lease of 1.5 seconds.
WRITE = """
import sys
from ecnscrawl.frontier.postgres import claims, writes
from ecnscrawl.frontier.server_address import ServerAddress
from ecnscrawl.frontier.postgres.changes import Changes
from ecnscrawl.frontier.postgres.connection import open_connection

connection = open_connection(ServerAddress("there", sys.argv[1]), 0.5)
held = claims.claim(connection, "gazette.example", "the frozen one", 1.5)
rows = [["gazette.example", f"{number}.example"] for number in range(5)]
insert = "INSERT INTO ecnscrawl.forgotten (site, id) VALUES (%s, %s)"
print("ready", flush=True)
sys.stdin.readline()
writes.write(connection, held, Changes(rows={insert: rows}))
"""


def test_a_process_frozen_in_the_midst_of_a_write_keeps_nobody_from_its_site(database: ServerAddress) -> None:
    with open_connection(database) as other, open_connection(database) as locking:
        schema.create(other)
        process = subprocess.Popen(
            [sys.executable, "-c", WRITE, database.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            process.stdout.readline()
            with locking.transaction():
                locking.execute("LOCK TABLE ecnscrawl.forgotten IN EXCLUSIVE MODE")
                process.stdin.write("\n")
                process.stdin.flush()
                waiting = (
                    "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
                )
                until = time.monotonic() + 60
                while other.execute(waiting).fetchone() is None:
                    assert time.monotonic() < until
                process.send_signal(signal.SIGSTOP)
            while claims.claim(other, "gazette.example", "the next one", 60) is None:
                assert time.monotonic() < until
                time.sleep(0.1)
        finally:
            process.kill()
            process.communicate()
