"""Connections whose server is frozen, is away or is kept by locks: what is tried again, for how long, and what is not."""

import os
import signal
import socket
from collections.abc import Iterator
from random import Random
from threading import Event, Timer
from typing import Any

import psycopg
import pytest

from ecnscrawl.frontier.postgres import schema
from ecnscrawl.frontier.postgres.connection import ReadingConnection, RetryPolicy, open_connection
from ecnscrawl.frontier.postgres.writer import MAX_CONNECTIONS, Writer
from ecnscrawl.frontier.server_address import ServerAddress

pytestmark = pytest.mark.system

LONGEST = 0.3  #: seconds of a statement
MANY = 60.0  #: seconds; no test waits so long


class Server:
    """A database, and how often somebody has connected to it."""

    def __init__(self, address: ServerAddress) -> None:
        self.address = address
        self.opened: list[psycopg.Connection[Any]] = []
        self.is_away = False
        self.tries = 0

    def connect(self) -> "psycopg.Connection[Any]":
        """Return a connection with limits of time. Raises OperationalError while the server is away."""
        self.tries += 1
        if self.is_away:
            raise psycopg.OperationalError("connection refused")
        self.opened.append(open_connection(self.address, LONGEST))
        return self.opened[-1]

    def freeze(self) -> int:
        """Freeze the process that serves the last connection; return its number."""
        pid = self.opened[-1].info.backend_pid
        os.kill(pid, signal.SIGSTOP)
        return pid


@pytest.fixture
def server(database: ServerAddress) -> Iterator[Server]:
    """A database with tables."""
    with open_connection(database) as connection:
        schema.create(connection)
    made = Server(database)
    yield made
    for connection in made.opened:
        connection.close()


def test_a_read_goes_on_where_the_server_does_not_answer(server: Server) -> None:
    reader = ReadingConnection(server.connect, RetryPolicy(MANY))
    reader.rows("SELECT 1", [])
    frozen = server.freeze()
    try:
        assert reader.rows("SELECT 2", []) == [(2,)]
    finally:
        os.kill(frozen, signal.SIGCONT)
    assert server.tries == 2
    reader.close()


def test_a_write_goes_on_where_the_server_does_not_answer(server: Server) -> None:
    writer = Writer(server.connect, RetryPolicy(MANY))
    frozen: list[int] = []

    def work(connection: "psycopg.Connection[Any]") -> None:
        if not frozen:
            frozen.append(server.freeze())
        with connection.transaction():
            connection.execute("INSERT INTO ecnscrawl.forgotten VALUES ('ecns', 'ecns:1')")

    try:
        writer.wait_for(work)
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
    writer.close()
    with open_connection(server.address) as connection:
        assert connection.execute("SELECT count(*) FROM ecnscrawl.forgotten").fetchone() == (1,)


def test_a_frozen_server_is_named_as_the_reason(server: Server) -> None:
    reader = ReadingConnection(server.connect, RetryPolicy(0))
    reader.rows("SELECT 1", [])
    frozen = server.freeze()
    server.is_away = True
    connection = server.opened[-1]
    try:
        with pytest.raises(psycopg.OperationalError, match=r"^the server has not answered for 0\.45 s$"):
            connection.execute("SELECT 2")
    finally:
        os.kill(frozen, signal.SIGCONT)


def test_a_process_that_has_to_end_waits_once_for_a_frozen_server(server: Server) -> None:
    policy = RetryPolicy(MANY)

    def connect() -> "psycopg.Connection[Any]":
        server.opened.append(open_connection(server.address, may_wait=policy.may_wait))
        return server.opened[-1]

    reader, writer = ReadingConnection(connect, policy), Writer(connect, policy)
    reader.rows("SELECT 1", [])
    frozen = [server.freeze()]

    def work(connection: "psycopg.Connection[Any]") -> None:
        frozen.append(server.freeze())
        with connection.transaction():
            connection.execute("SELECT 2")

    write = writer.begin(work)
    Timer(0.1, policy.give_up).start()
    try:
        with pytest.raises(psycopg.OperationalError, match="did not answer before the process had to end"):
            reader.rows("SELECT 2", [])
        write.wait()
        assert "did not answer before the process had to end" in str(write.error)
        with pytest.raises(psycopg.OperationalError, match="did not answer before the process had to end"):
            reader.rows("SELECT 3", [])
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)


def test_a_process_that_has_to_end_may_still_write_what_it_has(server: Server) -> None:
    policy = RetryPolicy(MANY)
    policy.give_up()
    writer = Writer(lambda: open_connection(server.address, may_wait=policy.may_wait), policy)
    slept: list[object] = []
    writer.wait_for(lambda connection: slept.extend(connection.execute("SELECT pg_sleep(0.3)").fetchall()))
    writer.close()
    assert len(slept) == 1


def test_a_process_that_has_to_end_waits_for_no_connection() -> None:
    policy = RetryPolicy(MANY)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = ServerAddress("a silent one", f"postgresql://127.0.0.1:{silent.getsockname()[1]}/news")
        Timer(0.1, policy.give_up).start()
        with pytest.raises(psycopg.OperationalError, match="did not answer before the process had to end"):
            open_connection(address, may_wait=policy.may_wait)


def test_the_reads_of_one_outage_wait_together_as_long_as_one_may(server: Server) -> None:
    reader = ReadingConnection(server.connect, RetryPolicy(MANY), longest=0.3)
    server.is_away = True
    with pytest.raises(psycopg.OperationalError):
        reader.rows("SELECT 1", [])
    assert server.tries > 1
    server.tries = 0
    for _ in range(5):
        with pytest.raises(psycopg.OperationalError):
            reader.rows("SELECT 1", [])
    assert server.tries == 5
    server.is_away = False
    assert reader.rows("SELECT 1", []) == [(1,)]
    reader.close()
    server.is_away, server.tries = True, 0
    with pytest.raises(psycopg.OperationalError):
        reader.rows("SELECT 1", [])
    assert server.tries > 1


def test_writes_that_are_tried_again_keep_no_other_from_writing(server: Server) -> None:
    policy = RetryPolicy(MANY)
    writer, waits = Writer(server.connect, policy), [Event() for _ in range(MAX_CONNECTIONS)]

    def locked_out(event: Event) -> None:
        def work(connection: "psycopg.Connection[Any]") -> None:
            event.set()
            raise psycopg.errors.LockNotAvailable("somebody holds the row")

        writer.begin(work)

    for event in waits:
        locked_out(event)
    assert all(event.wait(MANY) for event in waits)
    writer.wait_for(lambda _: None)
    policy.give_up()
    writer.close()


@pytest.mark.parametrize("statement", ["UPDATE ecnscrawl.sites SET epoch = 5", "SELECT epoch FROM ecnscrawl.sites"])
def test_a_lock_of_another_connection_of_this_process_is_waited_for(server: Server, statement: str) -> None:
    writer, tries = Writer(server.connect, RetryPolicy(MANY)), [Event(), Event()]

    def work(connection: "psycopg.Connection[Any]") -> None:
        tries[tries[0].is_set()].set()
        connection.execute(statement.encode())

    with open_connection(server.address) as holder:
        holder.execute("INSERT INTO ecnscrawl.sites (site) VALUES ('ecns')")
        with holder.transaction():
            holder.execute("LOCK TABLE ecnscrawl.sites")
            write = writer.begin(work)
            assert tries[1].wait(MANY)  # the first one was ended by its limit
        write.wait()
        assert write.error is None
    writer.close()


def test_what_is_too_large_for_the_database_is_not_tried_again(server: Server) -> None:
    letters = Random(1).choices("abcdefghijklmnopqrstuvwxyz", k=9000)
    writer, tries = Writer(server.connect, RetryPolicy(MANY)), []

    def work(connection: "psycopg.Connection[Any]") -> None:
        tries.append(1)
        connection.execute("INSERT INTO ecnscrawl.forgotten VALUES ('ecns', %s)", ["".join(letters)])

    with pytest.raises(psycopg.errors.ProgramLimitExceeded):
        writer.wait_for(work)
    assert tries == [1]
    writer.close()
