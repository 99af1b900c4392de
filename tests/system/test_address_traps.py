"""Redirects, links and numbers that lead to the same place without end."""

from collections import Counter

import pytest

from replica import Resource, Site
from tests.system.newsstand import HTML, Newsstand, Story, article
from tests.system.trapped import FULL, IN_LINE, MAX_REDIRECTS, WORLD, Crawling, Served, deepest, pages_of, setting

pytestmark = pytest.mark.system


def redirecting(count: int) -> tuple[Site, list[Story]]:
    """A site each article of which leads to itself, for ever."""
    stand = Newsstand()
    stories = [Story(number) for number in range(count)]
    for story in stories:
        stand.site.put(story.path(), Resource(status=302, location=story.url))
    stand.list("/world/", [story.url for story in stories])
    return stand.site, stories


def test_a_redirect_loop_costs_a_few_requests_and_is_a_counted_failure(serve: Served, crawl_of: Crawling) -> None:
    site, (story,) = redirecting(1)
    replica = serve(site)
    crawl = crawl_of(replica)
    crawl.run(*WORLD)
    assert Counter(pages_of(replica.requests))[story.path()] == 1 + MAX_REDIRECTS
    assert crawl.report["failures"] == {"max redirections reached": 1}


def test_a_run_ends_at_its_maximum_of_redirects(serve: Served, crawl_of: Crawling) -> None:
    site, _ = redirecting(20)
    replica = serve(site)
    crawl = crawl_of(replica)
    ended = crawl.run(*WORLD, *setting("RUN_MAX_REDIRECTS", 12))
    assert ended.status == 3
    assert "RUN_MAX_REDIRECTS" in str(ended.stats["reason"])
    assert 12 - IN_LINE <= crawl.report["requests"]["redirects"] <= 12
    assert len(replica.requests) < 1 + 1 + 20 + 13


def test_a_listing_that_leads_to_itself_is_given_up(serve: Served, crawl_of: Crawling) -> None:
    stand = Newsstand()
    stand.site.put("/world/", Resource(status=302, location="https://www.ecns.cn/world/"))
    replica = serve(stand.site)
    ended = crawl_of(replica).run(*WORLD)
    assert len(pages_of(replica.requests)) == 1 + MAX_REDIRECTS
    assert "max redirections reached" in str(ended.stats["reason"])


def test_an_article_under_a_thousand_addresses_is_requested_once(serve: Served, crawl_of: Crawling) -> None:
    story = Story(1)
    paths = [f"/{word}-{number}{story.path()}" for number in range(500) for word in ("session", "view")]
    stand = Newsstand()
    for path in (story.path(), *paths):
        stand.site.put(path, Resource(story.page(), HTML))
    links = [f"{path}?id={number}" for number, path in enumerate(paths)]
    stand.list("/world/", links)
    replica = serve(stand.site)
    ended = crawl_of(replica).run(*WORLD)
    assert (ended.status, ended.stats["new"]) == (0, "1")
    assert len([path for path in pages_of(replica.requests) if story.cms_id in path]) == 1


def test_an_article_under_many_numbers_is_stored_once_and_costs_no_more_than_the_budget(
    serve: Served, crawl_of: Crawling
) -> None:
    stand = Newsstand()
    stories = [Story(number) for number in range(300)]
    page = Resource(article("Always the same", "2025-03-10 09:30:00", "The very same paragraph."), HTML)
    for story in stories:
        stand.site.put(story.path(), page)
    stand.list("/world/", [story.url for story in stories])
    replica = serve(stand.site)
    crawl = crawl_of(replica)
    ended = crawl.run(*WORLD, *setting("LISTING_MAX_REQUESTS", 80))
    assert (ended.status, len(pages_of(replica.requests)), len(crawl.records)) == (3, 80, 1)
    assert crawl.report["counts"]["duplicate"] == 78


def test_a_listing_that_links_to_itself_ends_at_a_page_that_shows_nothing_new(
    serve: Served, crawl_of: Crawling
) -> None:
    stand = Newsstand()
    story = Story(1)
    stand.publish(story)
    stand.list("/world/", *[[story.url, "https://www.ecns.cn/world/index_2.shtml", "/world/"]] * 50)
    replica = serve(stand.site)
    assert crawl_of(replica).run(*FULL).status == 0
    assert deepest(replica.requests) == 2
