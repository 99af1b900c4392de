"""The state of a site in each of its stores."""

from collections.abc import Iterator

import pytest

from ecnscrawl.frontier.base import State
from tests.frontier.stores import PARAMETERS, STORES, Open


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
