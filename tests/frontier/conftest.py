"""The state of a site in each of its stores."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from ecnscrawl.frontier.base import State
from tests.frontier.stores import PARAMETERS, STORES, Open
from tests.postgres import postgres


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> dict[str, str]:
    """A PostgreSQL server for all tests of a worker. It is stopped after the last test, which may not stop anything."""
    stack = ExitStack()
    pytestconfig.add_cleanup(stack.close)
    return stack.enter_context(postgres())


@pytest.fixture(params=PARAMETERS)
def open_state(request: pytest.FixtureRequest) -> Iterator[Open]:
    """How the state of one site is opened."""
    with STORES[request.param](request) as opening:
        yield opening


@pytest.fixture
def state(open_state: Open) -> Iterator[State]:
    """An empty state."""
    opened = open_state()
    yield opened
    opened.close()
