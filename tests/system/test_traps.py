"""An endless site costs a run no more than its budgets; what was stored is complete, and the next run continues."""

from collections import Counter
from collections.abc import Callable

import pytest

from replica import LoggedRequest, Replica, Resource, Site
from tests.system.crawling import Crawl, Ended
from tests.system.newsstand import HTML, Newsstand, Story, article
from tests.system.promises import breaches
from tests.system.traps import EndlessSite

pytestmark = pytest.mark.system

WORLD = ("-a", "sections=world")
FULL = (*WORLD, "-a", "full=1")
MAX_REDIRECTS = 5
UNDER_WAY = 8  # requests, or fewer, when a listing is left
IN_LINE = 3  # of UNDER_WAY_REQUESTS: what stands in line when a run ends is not sent any more


def setting(name: str, value: int) -> tuple[str, str]:
    return "-s", f"{name}={value}"


def pages_of(log: list[LoggedRequest]) -> list[str]:
    """The requests of a run, except robots.txt."""
    return [request.path for request in log if request.path != "/robots.txt"]


def deepest(log: list[LoggedRequest]) -> int:
    """The last page of the listing that a run asked for."""
    numbers = [path.removeprefix("/world/index_").removesuffix(".shtml") for path in pages_of(log) if "index_" in path]
    return max(map(int, numbers), default=1)


def assert_is_whole(crawl: Crawl, ended: Ended) -> None:
    """Check that the records fulfil the contract and are as many as the last line counts."""
    assert [breach for file in crawl.files for breach in breaches(file)] == []
    assert len({record["id"] for record in crawl.records}) == len(crawl.records)
    assert ended.stats["file"] == (crawl.files[-1].name if ended.stats["new"] != "0" else "-")


Served = Callable[[Site], Replica]
Crawling = Callable[[Replica], Crawl]


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
