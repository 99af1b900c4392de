"""The memory of a browser does not grow with the number of rendered pages."""

import os
from statistics import median

import pytest

from bench.render import crawl
from tests.system.chromium import chromium

pytestmark = pytest.mark.system

PAGES = int(os.environ.get("RENDERED_PAGES", "100"))  # `make soak` takes more


def test_after_many_pages_the_memory_is_what_it_was_after_a_quarter_of_them() -> None:
    chromium()
    crawled = crawl(PAGES, scripted=True, after=0)
    assert crawled.status == 0
    early, late = crawled.between(PAGES * 2 // 9, PAGES // 3), crawled.between(PAGES * 9 // 10, PAGES)
    assert early
    assert late
    assert median(late) <= 1.2 * median(early), (median(early), median(late))
