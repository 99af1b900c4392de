"""A missing listing is noted if it was never there, and a reason if it was."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from replica import Replica, Resource, Site
from replica.generated_site import GeneratedSite
from replica.listing_page import FEED_PATH
from replica.sections import LISTINGS
from tests.system.crawling import Crawl

pytestmark = pytest.mark.system


@pytest.fixture
def site() -> Site:
    """A small site."""
    return GeneratedSite(12, seed=44, now=datetime.now(UTC) - timedelta(days=3)).site


def test_a_listing_that_never_was_there_is_noted_and_healthy(
    site: Site, serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]
) -> None:
    site.remove("/voices/")
    crawl = crawl_of(serve(site))
    for _ in range(2):
        assert crawl.run().status == 0
        assert crawl.report["listings"]["voices"]["failure"] == "HTTP 404"


def test_a_listing_that_was_there_before_makes_the_run_unhealthy(
    site: Site, serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]
) -> None:
    crawl = crawl_of(serve(site))
    assert crawl.run().status == 0
    site.remove("/voices/")
    ended = crawl.run()
    assert ended.status == 3
    assert "listing voices is gone" in str(ended.stats["reason"])


def test_a_run_that_finds_no_listing_at_all_is_unhealthy(
    site: Site, serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]
) -> None:
    for path in {path for path, _ in LISTINGS} | {FEED_PATH, "/"}:
        site.remove(path)
    ended = crawl_of(serve(site)).run()
    assert ended.status == 3
    assert "no listing could be read" in str(ended.stats["reason"])


def test_a_section_that_is_redirected_to_the_front_page_is_not_a_listing_any_more(
    serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]
) -> None:
    generated = GeneratedSite(60, seed=12, now=datetime.now(UTC))
    replica = serve(generated.site)
    crawl = crawl_of(replica)
    assert crawl.run().status == 0
    generated.site.put("/world/", Resource(b"", status=301, location="https://www.ecns.cn/"))
    ended = crawl.run()
    assert ended.status == 3
    assert "listing world is gone (redirected to https://www.ecns.cn/)" in str(ended.stats["reason"])
