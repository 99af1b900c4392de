"""A repeated crawl requests only what is new or may have changed, conditionally if possible."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from replica import Replica, Site
from replica.generated_site import GeneratedSite
from replica.listing_page import FEED_PATH
from replica.sections import LISTINGS
from tests.system.crawling import Crawl
from tests.system.editing import (
    articles_asked,
    is_conditional,
    put_listing_page,
    put_long_listing,
    take_log,
    without_validators,
)

pytestmark = pytest.mark.system

Serve = Callable[[Site], Replica]
CrawlOf = Callable[[Replica], Crawl]
NOW = datetime.now(UTC)
LISTING_PATHS = {path for path, _ in LISTINGS} | {FEED_PATH, "/"}
ONE_LISTING = ("-a", "sections=world")


def settled_site(articles: int = 40) -> GeneratedSite:
    """A site whose articles are all too old to be corrected."""
    return GeneratedSite(articles, seed=41, now=NOW - timedelta(days=3))


def test_a_second_run_of_an_unchanged_site_requests_only_its_listings_and_conditionally(
    serve: Serve, crawl_of: CrawlOf
) -> None:
    replica = serve(settled_site().site)
    crawl = crawl_of(replica)
    assert crawl.run().status == 0
    take_log(replica)
    files = crawl.files

    ended = crawl.run()

    assert ended.status == 0
    assert ended.stats | {"seconds": "0"} == {
        "site": "ecns", "status": "healthy", "new": "0", "updated": "0", "unchanged": "0", "failed": "0",
        "seconds": "0", "file": "-", "reason": None,
    }  # fmt: skip
    assert crawl.files == files
    log = [request for request in take_log(replica) if request.path != "/robots.txt"]
    assert sorted(request.path for request in log) == sorted(LISTING_PATHS)
    assert all(is_conditional(request) and request.status == 304 for request in log)


def test_three_new_articles_cost_three_downloads(serve: Serve, crawl_of: CrawlOf) -> None:
    generated = settled_site()
    replica = serve(generated.site)
    crawl = crawl_of(replica)
    assert crawl.run().status == 0
    take_log(replica)
    added = generated.publish(3, datetime.now(UTC))
    twins = set(added) & set(generated.duplicate_of)

    ended = crawl.run()

    assert ended.stats["new"] == "3"
    asked = articles_asked(replica)
    pages = [generated.stories[id_.removeprefix("ecns:")].pages for id_ in added]
    assert not twins
    assert len(asked) == sum(map(len, pages))
    assert {record["id"] for record in crawl.records[-3:]} == set(added)


def test_without_validators_an_unchanged_listing_is_known_by_its_content(serve: Serve, crawl_of: CrawlOf) -> None:
    generated = settled_site()
    without_validators(generated.site)
    replica = serve(generated.site)
    crawl = crawl_of(replica)
    assert crawl.run().status == 0
    take_log(replica)

    ended = crawl.run()

    assert (ended.status, ended.stats["new"]) == (0, "0")
    log = [request for request in take_log(replica) if request.path != "/robots.txt"]
    assert sorted(request.path for request in log) == sorted(LISTING_PATHS)
    assert {request.status for request in log} == {200}


def test_a_link_hidden_where_an_early_stop_does_not_look_is_found_by_a_full_run(
    serve: Serve, crawl_of: CrawlOf
) -> None:
    generated = settled_site(20)
    stories = list(generated.stories.values())
    hidden, *shown = stories
    put_long_listing(generated.site, shown)
    replica = serve(generated.site)
    crawl = crawl_of(replica)
    assert crawl.run(*ONE_LISTING).status == 0
    put_listing_page(generated.site, 3, [hidden])
    assert crawl.run(*ONE_LISTING).stats["new"] == "0"
    take_log(replica)

    ended = crawl.run(*ONE_LISTING, "-a", "full=1")

    assert ended.stats["new"] == "1"
    assert crawl.records[-1]["id"] == f"ecns:{hidden.cms_id}"
    assert {request.path for request in articles_asked(replica)} == {
        hidden.page_path(n + 1) for n in range(len(hidden.pages))
    }


def test_known_articles_named_by_the_user_are_requested_conditionally(serve: Serve, crawl_of: CrawlOf) -> None:
    generated = settled_site(20)
    replica = serve(generated.site)
    crawl = crawl_of(replica)
    assert crawl.run().status == 0
    take_log(replica)
    url = next(record["url"] for record in crawl.records if record["id"] not in generated.features("paged"))

    ended = crawl.run("-a", f"urls={url}")

    assert (ended.stats["unchanged"], ended.stats["new"], ended.stats["file"]) == ("1", "0", "-")
    (request,) = articles_asked(replica)
    assert is_conditional(request)
    assert request.status == 304


def test_articles_read_outside_the_dates_are_kept_in_mind_for_a_run_that_requests_them(
    serve: Serve, crawl_of: CrawlOf
) -> None:
    generated = GeneratedSite(0, seed=42, now=NOW)
    noon = datetime(2026, 11, 20, 4, tzinfo=UTC)
    (inside,), (outside,), (far,) = (generated.publish(1, noon - timedelta(days=days)) for days in (0, 1, 4))
    put_long_listing(generated.site, list(generated.stories.values()))
    replica = serve(generated.site)
    crawl = crawl_of(replica)
    asking = (*ONE_LISTING, "-a", "since=2026-11-20", "-a", "until=2026-11-21")

    assert crawl.run(*asking).stats["new"] == "1"
    assert crawl.run(*asking).stats["new"] == "0"
    paths = [request.path for request in articles_asked(replica)]
    assert paths.count(generated.stories[outside.removeprefix("ecns:")].path) <= 1
    assert [record["id"] for record in crawl.records] == [inside]

    assert crawl.run(*ONE_LISTING, "-a", "since=2026-11-19", "-a", "until=2026-11-19").stats["new"] == "1"
    assert [record["id"] for record in crawl.records] == [inside, outside]
    assert crawl.run(*ONE_LISTING).stats["new"] == "1"
    assert [record["id"] for record in crawl.records] == [inside, outside, far]
