"""A library of articles to browse."""

from pathlib import Path

import pytest

from tests.exporters.library import BRIDGE, FERRY, HARVEST, HARVEST_CORRECTED, Library

FIRST, SECOND = "20261121T120000Z-000001.jsonl", "20261122T120000Z-000002.jsonl"


def publish_all(library: Library) -> None:
    library.publish(FIRST, [FERRY, BRIDGE, HARVEST])
    library.publish(SECOND, [HARVEST_CORRECTED])


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """The published files of a user, in which an article is corrected."""
    made = Library(tmp_path)
    publish_all(made)
    return made
