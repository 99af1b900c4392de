"""A browser closes every page, so the document itself must show its end before it is rendered."""

from collections.abc import Callable

import pytest

from replica import Replica, Site
from tests.system.chromium import chromium
from tests.system.crawling import Crawl
from tests.system.newsstand import Newsstand
from tests.system.tearing import copied, put, without_times
from tests.system.test_torn_pages import NOW, cut_by, in_the_middle

pytestmark = pytest.mark.system


def test_a_rendered_page_that_was_cut_off_is_not_stored(
    serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]
) -> None:
    article = copied("new-cms", 1)
    stand = Newsstand()
    put(stand, [article])
    replica = serve(stand.site)
    replica.fault = cut_by(in_the_middle(article, "close"))
    crawl = crawl_of(replica)
    browser = {"CHROMIUM_PATH": chromium()}
    crawl.run(*NOW, "-a", "render=always", timeout=180, **browser)
    assert crawl.records == []
    assert [each["reason"] for each in crawl.report["failing"]] == [
        "cut off: it shows no end, and two copies of it differ"
    ]
    assert crawl.report["rendering"]["by_kind"]["article"] == 2
    replica.fault = None
    crawl.run(*NOW, "-a", "render=always", timeout=180, **browser)
    assert [without_times(record) for record in crawl.records] == [article.whole]
