"""A database whose sites are claimed."""

from collections.abc import Iterator

import pytest

from tests.frontier.postgres.sites_database import SitesDatabase


@pytest.fixture
def sites(postgres_server: dict[str, str]) -> Iterator[SitesDatabase]:
    """An empty database whose sites are claimed."""
    opened = SitesDatabase(postgres_server)
    yield opened
    opened.close()
