"""A browser does not grow with the pages that it has rendered."""

from statistics import median

import pytest

from bench.render import crawl
from tests.system.chromium import chromium

pytestmark = pytest.mark.system

PAGES = 200


def test_after_two_hundred_pages_the_memory_is_what_it_was_after_fifty() -> None:
    chromium()
    crawled = crawl(PAGES, scripted=True, after=0)
    assert crawled.status == 0
    early, late = crawled.between(45, 65), crawled.between(PAGES - 20, PAGES)
    assert early
    assert late
    assert median(late) <= 1.2 * median(early), (median(early), median(late))
