"""Fixtures of the tests of exports."""

from pathlib import Path

import pytest

from tests.exporters.library import BRIDGE, FERRY, HARVEST, HARVEST_CORRECTED, Library


@pytest.fixture
def empty_library(tmp_path: Path) -> Library:
    """A site of which nothing is stored yet."""
    return Library(tmp_path)


@pytest.fixture
def library(empty_library: Library) -> Library:
    """Two runs' files: in the second an article of the first is corrected."""
    empty_library.publish("20261121T120000Z-000001.jsonl", [FERRY, BRIDGE, HARVEST])
    empty_library.publish("20261122T120000Z-000002.jsonl", [HARVEST_CORRECTED])
    return empty_library
