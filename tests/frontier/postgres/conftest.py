"""A database that has no tables yet."""

import uuid
from collections.abc import Iterator

import pytest

from ecnscrawl.frontier.postgres.address import ServerAddress
from ecnscrawl.frontier.postgres.connection import open_connection
from tests.frontier.postgres.sites_database import SitesDatabase
from tests.postgres import conninfo


@pytest.fixture
def database(postgres_server: dict[str, str]) -> Iterator[ServerAddress]:
    """The address of an empty database."""
    name = f"test_{uuid.uuid4().hex}"
    server = ServerAddress("the tests' server", conninfo(postgres_server))
    with open_connection(server) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        yield ServerAddress("the test's database", conninfo(postgres_server | {"PGDATABASE": name}))
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def sites(postgres_server: dict[str, str]) -> Iterator[SitesDatabase]:
    """An empty database whose sites are claimed."""
    opened = SitesDatabase(postgres_server)
    yield opened
    opened.close()
