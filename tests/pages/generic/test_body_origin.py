"""The report names the extractor that read the body nearly as it is stored."""

from datetime import UTC, datetime

import pytest

from ecnscrawl.pages.base import read
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.generic import GenericPage
from ecnscrawl.pages.generic.chooser import nearest
from replica.gazette import story

STORY = story(3, datetime(2026, 11, 24, tzinfo=UTC))


def origin(markup: str) -> str:
    page = GenericPage(Source("https://gazette.example/town/library", markup.encode()))
    return read([page]).extractors["blocks"]


def test_a_plain_page_is_read_by_trafilatura() -> None:
    assert origin(STORY.page()) == "trafilatura"


@pytest.mark.parametrize(
    ("chosen", "covered", "name"),
    [
        ([1, 2], [[0, 1, 1, 0], [0, 1, 0, 0], [0, 1, 1, 1]], "trafilatura"),
        ([1, 2], [[1, 1, 1, 1], [0, 1, 1, 0], [0, 0, 0, 0]], "readability"),
        ([1, 2], [[0, 0.5, 0, 0], [1, 0, 0, 0], [0, 1, 1, 0]], "article-body"),
        ([1, 2], [[1, 0, 0, 1], [0, 0.5, 0.5, 0], [0, 0, 0, 0]], "blocks"),
        ([], [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]], "blocks"),
    ],
)
def test_the_name_is_that_of_the_nearest_reading(chosen: list[int], covered: list[list[float]], name: str) -> None:
    assert nearest([40, 100, 200, 60], chosen, covered) == name
