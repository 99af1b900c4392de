"""The memory of a browser does not grow with the number of rendered pages."""

import os
from statistics import median

import pytest

from bench.render import crawl
from tests.system.chromium import chromium

pytestmark = pytest.mark.system

#: `make soak` takes more. Some 35 pages lie between the two medians: if no page was closed, each a process of 30 MB, the
#: memory would be three times as large, and 3 MB that each page leaves behind are too much already.
PAGES = int(os.environ.get("RENDERED_PAGES", "50"))


def test_after_many_pages_the_memory_is_what_it_was_after_a_quarter_of_them() -> None:
    chromium()
    crawled = crawl(PAGES, scripted=True, after=0)
    assert crawled.status == 0
    early, late = crawled.between(PAGES * 2 // 9, PAGES // 3), crawled.between(PAGES * 9 // 10, PAGES)
    assert early
    assert late
    assert median(late) <= 1.2 * median(early), (median(early), median(late))
