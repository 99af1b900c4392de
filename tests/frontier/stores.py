"""The stores of the state, by name, and how each is opened for a test."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ecnscrawl.frontier.base import State
from ecnscrawl.frontier.postgres import claims, schema
from ecnscrawl.frontier.postgres.connection import ReadingConnection, RetryPolicy, open_connection
from ecnscrawl.frontier.postgres.state import PostgresState
from ecnscrawl.frontier.postgres.writes import write
from ecnscrawl.frontier.records import PendingArticle
from ecnscrawl.frontier.server_address import ServerAddress
from ecnscrawl.frontier.sqlite.database import SqliteState
from tests.postgres import conninfo
from tests.samples import address

NOW = 1_795_000_000
WAITING = PendingArticle("ecns:ihtest1", address(1).url, "world", NOW, 1)

Open = Callable[[], State]  #: opens the state of one site; after a `close` with what was committed


@contextmanager
def _sqlite(request: pytest.FixtureRequest) -> Iterator[Open]:
    folder: Path = request.getfixturevalue("tmp_path")
    yield lambda: SqliteState(folder / "state.sqlite")


@contextmanager
def _postgres(request: pytest.FixtureRequest) -> Iterator[Open]:
    server: dict[str, str] = request.getfixturevalue("postgres_server")
    site = f"{uuid.uuid4().hex}.example"
    address = ServerAddress("a test's", conninfo(server))
    with open_connection(address) as writing:
        schema.create(writing)
        held = claims.claim(writing, site, "a test", 600)
        assert held is not None
        reader = ReadingConnection(lambda: open_connection(address), RetryPolicy(0))
        yield lambda: PostgresState(reader, site, lambda changes: write(writing, held, changes))
        reader.close()


STORES = {"sqlite": _sqlite, "postgres": _postgres}
PARAMETERS = ["sqlite", pytest.param("postgres", marks=pytest.mark.system)]
