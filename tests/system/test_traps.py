"""An endless site costs a run no more than its budgets; what was stored is complete, and the next run continues."""

import pytest

from replica import Resource
from tests.system.crawling import Ended
from tests.system.newsstand import HTML, Newsstand, Story
from tests.system.trapped import FULL, IN_LINE, WORLD, Crawling, Served, assert_is_whole, deepest, pages_of, setting
from tests.system.traps import EndlessSite

pytestmark = pytest.mark.system


def test_an_endless_listing_costs_its_budget_and_is_named_as_the_reason(serve: Served, crawl_of: Crawling) -> None:
    replica = serve(EndlessSite(links=10))
    crawl = crawl_of(replica)
    ended = crawl.run(*WORLD, *setting("LISTING_MAX_REQUESTS", 60))
    assert len(pages_of(replica.requests)) == 60
    assert ended.status == 3
    assert (
        ended.stats["reason"]
        == "listing world wanted more than its 60 requests (LISTING_MAX_REQUESTS); the next run goes on"
    )
    assert crawl.report["overspent"] == {"world": 60}
    assert int(ended.stats["new"]) == len(crawl.records) >= 50
    assert_is_whole(crawl, ended)


def test_the_budget_of_an_always_new_listing_halves_in_each_run(serve: Served, crawl_of: Crawling) -> None:
    site = EndlessSite(links=10)
    replica = serve(site)
    crawl = crawl_of(replica)
    costs = []
    for site.hour in range(4):
        replica.requests.clear()
        assert crawl.run(*WORLD, *setting("LISTING_MAX_REQUESTS", 200)).status == 3
        costs.append(len(pages_of(replica.requests)))
    assert costs == [200, 100, 50, 50]


def test_new_articles_on_the_first_page_are_stored_however_many_are_left_over(
    serve: Served, crawl_of: Crawling
) -> None:
    site = EndlessSite(links=200)
    crawl = crawl_of(serve(site))
    assert crawl.run(*WORLD, *setting("LISTING_MAX_REQUESTS", 60)).status == 3
    site.links = 20
    for site.hour in range(1, 3):
        assert crawl.run(*WORLD, *setting("LISTING_MAX_REQUESTS", 60)).status == 3
        assert {story.id for story in site.stories(1)} <= {record["id"] for record in crawl.records}


def test_a_listing_that_was_read_to_its_end_gets_its_whole_budget_again(serve: Served, crawl_of: Crawling) -> None:
    site = EndlessSite(links=10)
    replica = serve(site)
    crawl = crawl_of(replica)
    assert crawl.run(*WORLD, *setting("LISTING_MAX_REQUESTS", 120)).status == 3
    site.pages = 1
    assert crawl.run(*WORLD).status == 0
    site.pages, site.hour = None, 1
    replica.requests.clear()
    crawl.run(*WORLD, *setting("LISTING_MAX_REQUESTS", 120))
    assert len(pages_of(replica.requests)) == 120


def test_a_full_crawl_of_a_long_listing_is_finished_in_several_runs(serve: Served, crawl_of: Crawling) -> None:
    site = EndlessSite(links=10, pages=20)
    replica = serve(site)
    crawl = crawl_of(replica)
    ends: list[Ended] = []
    depths: list[int] = []
    while not ends or (ends[-1].status == 3 and len(ends) < 6):
        replica.requests.clear()
        ends.append(crawl.run(*FULL, *setting("LISTING_MAX_REQUESTS", 100)))
        depths.append(deepest(replica.requests))
        assert len(pages_of(replica.requests)) <= 100
        assert_is_whole(crawl, ends[-1])
    assert [ended.status for ended in ends] == [3, 3, 0]
    assert depths == sorted(set(depths))
    assert {record["id"] for record in crawl.records} == {
        story.id for page in range(1, 21) for story in site.stories(page)
    }


def test_the_links_of_a_page_beyond_the_budget_wait_for_later_runs(serve: Served, crawl_of: Crawling) -> None:
    site = EndlessSite(links=130, pages=1)
    replica = serve(site)
    crawl = crawl_of(replica)
    ended = crawl.run(*WORLD, *setting("LISTING_MAX_REQUESTS", 100))
    assert (ended.status, len(pages_of(replica.requests))) == (3, 100)
    later = [crawl.run(*WORLD, *setting("LISTING_MAX_REQUESTS", 100)).status for _ in range(2)]
    assert (later, len(crawl.records)) == ([0, 0], 130)


def test_the_budget_of_a_listing_is_not_reduced_if_only_left_over_links_used_it_up(
    serve: Served, crawl_of: Crawling
) -> None:
    replica = serve(EndlessSite(links=300, pages=1))
    crawl = crawl_of(replica)
    costs, statuses = [], []
    for _ in range(4):
        replica.requests.clear()
        statuses.append(crawl.run(*WORLD, *setting("LISTING_MAX_REQUESTS", 120)).status)
        costs.append(len(pages_of(replica.requests)))
    assert statuses == [3, 0, 0, 0]  # left-over articles wait, and do not make a run unhealthy
    assert costs == [120, 32, 61, 61]  # its end is seen by the second: the pages, and half of the budget


def test_other_listings_are_read_anyway(serve: Served, crawl_of: Crawling) -> None:
    site = EndlessSite(links=10)
    story = Story(99_999, folder="business")
    site.put(story.path(), Resource(story.page(), HTML))
    site.put("/business/", Resource(f"<li><a href={story.url}>One</a></li>".encode(), HTML))
    crawl = crawl_of(serve(site))
    crawl.run("-a", "sections=world,business", *setting("LISTING_MAX_REQUESTS", 30))
    assert story.id in {record["id"] for record in crawl.records}


def test_a_run_ends_at_its_maximum_of_requests_and_the_next_ones_continue(serve: Served, crawl_of: Crawling) -> None:
    site = EndlessSite(links=10, pages=4)
    replica = serve(site)
    crawl = crawl_of(replica)
    most = setting("RUN_MAX_REQUESTS", 20)
    ended = crawl.run(*WORLD, *most)
    assert len(replica.requests) == crawl.report["requests"]["total"]
    assert 20 - IN_LINE <= len(replica.requests) <= 20
    assert ended.status == 3
    assert ended.stats["reason"] == "stopped at the most requests of a run, RUN_MAX_REQUESTS; the next run goes on"
    assert_is_whole(crawl, ended)
    runs = 1
    while ended.status == 3 and runs < 6:
        ended, runs = crawl.run(*WORLD, *most), runs + 1
    assert ended.status == 0
    assert len(crawl.records) == 40


def test_a_run_ends_soon_after_its_maximum_of_bytes(serve: Served, crawl_of: Crawling) -> None:
    stand = Newsstand()
    stories = [Story(number) for number in range(40)]
    for story in stories:
        stand.site.put(story.path(), Resource(story.page() + b"<!--" + b"x" * 100_000 + b"-->", HTML))
    stand.list("/world/", [story.url for story in stories])
    crawl = crawl_of(serve(stand.site))
    ended = crawl.run(*WORLD, *setting("RUN_MAX_BYTES", 1_000_000))
    assert ended.status == 3
    assert "RUN_MAX_BYTES" in str(ended.stats["reason"])
    assert 1_000_000 <= crawl.report["bytes_received"] <= 1_000_000 + 4 * 110_000
    assert_is_whole(crawl, ended)
