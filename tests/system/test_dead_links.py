"""A listing of articles that do not exist is left, and a normal one with some dead links is not."""

import pytest

from replica import Resource
from tests.system.newsstand import HTML, Story
from tests.system.trapped import FULL, UNDER_WAY, WORLD, Crawling, Served
from tests.system.traps import EndlessSite

pytestmark = pytest.mark.system


@pytest.mark.parametrize("links", [45, 10_000], ids=["pages of 45", "one page of all"])
def test_an_endless_listing_of_articles_that_do_not_exist_is_left_after_two_hundred_of_them(
    serve: Served, crawl_of: Crawling, links: int
) -> None:
    replica = serve(EndlessSite(links, dead=lambda _: True))
    crawl = crawl_of(replica)
    ended = crawl.run(*WORLD)
    dead = [request for request in replica.requests if "/detail-" in request.path]
    assert 200 <= len(dead) <= 200 + UNDER_WAY
    assert ended.status == 3
    assert "listing world was left for this run: 200 links in a row led nowhere" in str(ended.stats["reason"])
    assert crawl.report["listings"]["world"]["was_left"] is True


def test_articles_of_other_listings_do_not_hide_an_endless_one(serve: Served, crawl_of: Crawling) -> None:
    site = EndlessSite(45, dead=lambda number: number < 9_000_000)
    site.sidebar = [Story(number) for number in range(9_000_000, 9_000_010)]
    replica = serve(site)
    crawl = crawl_of(replica)
    for _ in range(2):  # then they are stored
        replica.requests.clear()
        assert crawl.run(*WORLD, "-s", "PENDING_ATTEMPTS=1").status == 3
        assert len([request for request in replica.requests if "/detail-" in request.path]) <= 10 + 45 + 200 + UNDER_WAY
        assert crawl.report["listings"]["world"]["was_left"] is True
        site.hour += 1
    assert len(crawl.records) == 10


def test_a_listing_that_is_left_costs_less_in_each_run_and_others_are_read(serve: Served, crawl_of: Crawling) -> None:
    site = EndlessSite(45, dead=lambda _: True)
    story = Story(99_999, folder="business")
    site.put(story.path(), Resource(story.page(), HTML))
    site.put("/business/", Resource(f"<li><a href={story.url}>One</a></li>".encode(), HTML))
    replica = serve(site)
    crawl = crawl_of(replica)
    costs = []
    for site.hour in range(3):
        replica.requests.clear()
        crawl.run("-a", "sections=world,business", "-s", "LISTING_MAX_REQUESTS=400", "-s", "PENDING_ATTEMPTS=1")
        costs.append(len([request for request in replica.requests if "/world/" in request.path]))
    assert story.id in {record["id"] for record in crawl.records}
    assert costs[0] > costs[1] > costs[2]


def test_left_over_links_of_a_listing_do_not_delay_its_new_articles(serve: Served, crawl_of: Crawling) -> None:
    site = EndlessSite(1000, dead=lambda number: number < 100_000)
    replica = serve(site)
    crawl = crawl_of(replica)
    crawl.run(*WORLD)
    site.hour, site.links, site.pages = 1, 20, 1  # the site is mended
    replica.requests.clear()
    ended = crawl.run(*WORLD)
    assert {story.id for story in site.stories(1)} <= {record["id"] for record in crawl.records}
    assert len([request for request in replica.requests if "/detail-" in request.path]) <= 20 + 200 + UNDER_WAY
    assert "was left" not in str(ended.stats["reason"])


def test_a_normal_listing_with_some_dead_links_is_read_to_its_end(serve: Served, crawl_of: Crawling) -> None:
    site = EndlessSite(45, pages=10, dead=lambda number: number % 5 == 0)
    crawl = crawl_of(serve(site))
    ended = crawl.run(*WORLD)
    assert ended.status == 0, ended.err
    assert (len(crawl.records), crawl.report["counts"]["failed"]) == (360, 90)
    assert crawl.report["listings"]["world"]["was_left"] is False


def test_dead_links_among_stored_articles_do_not_count_as_a_row(serve: Served, crawl_of: Crawling) -> None:
    site = EndlessSite(45, pages=10, dead=lambda number: number % 45 >= 15)
    crawl = crawl_of(serve(site))
    crawl.run(*WORLD)
    assert len(crawl.records) == 150
    ended = crawl.run(*FULL, "-s", "PENDING_BACKOFF=0", "-a", "recheck=none")
    assert crawl.report["listings"]["world"]["was_left"] is False, ended.err
