"""If a listing or feed is cut off, its links are followed, and it is read again."""

from collections.abc import Callable
from itertools import count

import pytest

from replica import Fault, LoggedRequest, Replica, Resource, Site
from replica.cutting import Cut
from replica.listing_page import FEED_PATH, page_path
from tests.system.crawling import Crawl
from tests.system.newsstand import HOST, Newsstand, Story

pytestmark = pytest.mark.system

Serve = Callable[[Site], Replica]
CrawlOf = Callable[[Replica], Crawl]
STORIES = [Story(number) for number in range(1, 13)]
SECOND_PAGE = page_path("/world/", 2)
CUT = "cut off: it shows no end, and two copies of it differ"
SAME = "it shows no end, in two copies that are the same"


def stand_of(*pages: list[Story]) -> Newsstand:
    """A site that lists these stories on the pages of one listing, with validators."""
    stand = Newsstand()
    for stories in pages:
        stand.publish(*stories)
    stand.list("/world/", *[[story.url for story in stories] for stories in pages])
    stand.site.put("/robots.txt", Resource(b"User-agent: *\nAllow: /\n", "text/plain"))
    for path in ("/world/", SECOND_PAGE) if len(pages) > 1 else ("/world/",):
        stand.site.replace(path, etag='"whole"')
    return stand


def cut(path: str, *shares: float) -> Callable[[LoggedRequest], Fault | None]:
    """Cuts the answers for a path off, one after the other; further ones come whole."""
    numbers = count()

    def choose(request: LoggedRequest) -> Fault | None:
        if request.path != path or (number := next(numbers)) >= len(shares):
            return None
        return Cut("close", shares[number])

    return choose


def ids(crawl: Crawl) -> set[str]:
    return {record["id"] for record in crawl.records}


def times(replica: Replica, path: str) -> int:
    return sum(request.path == path for request in replica.requests)


def test_a_listing_that_is_cut_off_once_is_requested_again_in_the_same_run(serve: Serve, crawl_of: CrawlOf) -> None:
    replica = serve(stand_of(STORIES).site)
    replica.fault = cut("/world/", 0.5)
    crawl = crawl_of(replica)
    assert crawl.run("-a", "sections=world").status == 0
    assert ids(crawl) == {story.id for story in STORIES}
    assert crawl.report["listings"]["world"]["failure"] is None


def test_what_a_cut_listing_shows_is_stored_and_the_rest_by_the_next_run(serve: Serve, crawl_of: CrawlOf) -> None:
    replica = serve(stand_of(STORIES).site)
    replica.fault = cut("/world/", 0.5, 0.3)
    crawl = crawl_of(replica)
    ended = crawl.run("-a", "sections=world")
    assert ended.status == 3
    assert f"world: {CUT}" in ended.last_line
    shown = ids(crawl)
    assert 3 < len(shown) < len(STORIES)
    assert crawl.run("-a", "sections=world").status == 0  # without validators: a 304 would hide the rest
    assert ids(crawl) == {story.id for story in STORIES}


def test_a_listing_cut_the_same_way_twice_hides_nothing_either(serve: Serve, crawl_of: CrawlOf) -> None:
    replica = serve(stand_of(STORIES).site)
    replica.fault = cut("/world/", 0.5, 0.5)
    crawl = crawl_of(replica)
    assert f"world: {SAME}" in crawl.run("-a", "sections=world").last_line
    assert crawl.run("-a", "sections=world").status == 0
    assert ids(crawl) == {story.id for story in STORIES}


@pytest.mark.parametrize("share", [0.0, 0.2, 0.6])
def test_a_cut_page_is_not_the_last_one_of_its_listing(share: float, serve: Serve, crawl_of: CrawlOf) -> None:
    pages = [STORIES[:4], STORIES[4:8], STORIES[8:]]
    replica = serve(stand_of(*pages).site)
    replica.fault = cut(SECOND_PAGE, share, share + 0.05)
    crawl = crawl_of(replica)
    crawl.run("-a", "sections=world")
    crawl.run("-a", "sections=world")
    assert ids(crawl) == {story.id for story in STORIES}
    crawl.run("-a", "sections=world")
    before = len(replica.requests)
    crawl.run("-a", "sections=world")  # by now it is walked to its end, and its first page says that nothing is new
    assert len(replica.requests) - before == 2


def test_a_feed_that_is_cut_off_is_requested_again_and_not_remembered(serve: Serve, crawl_of: CrawlOf) -> None:
    stand = Newsstand()
    stand.publish(*STORIES)
    stand.feed(*STORIES)
    stand.site.replace(FEED_PATH, etag='"whole"')
    replica = serve(stand.site)
    replica.fault = cut(FEED_PATH, 0.5, 0.3)
    crawl = crawl_of(replica)
    crawl.run()
    assert crawl.report["listings"][HOST + FEED_PATH]["failure"] == CUT
    assert times(replica, FEED_PATH) == 2
    assert ids(crawl) < {story.id for story in STORIES}
    crawl.run()
    assert ids(crawl) == {story.id for story in STORIES}
    assert crawl.report["listings"][HOST + FEED_PATH]["failure"] is None


def test_a_front_page_that_is_cut_off_is_requested_again(serve: Serve, crawl_of: CrawlOf) -> None:
    stand = Newsstand()
    stand.publish(*STORIES)
    stand.front(*[story.url for story in STORIES])
    stand.site.replace("/", etag='"whole"')
    replica = serve(stand.site)
    replica.fault = cut("/", 0.5, 0.3)
    crawl = crawl_of(replica)
    crawl.run()
    assert ids(crawl) < {story.id for story in STORIES}
    crawl.run()
    assert ids(crawl) == {story.id for story in STORIES}


def test_listings_of_a_site_without_ends_are_taken_after_ten_in_a_row(serve: Serve, crawl_of: CrawlOf) -> None:
    stand = stand_of(STORIES)
    page = stand.site.resource("/world/").body
    replica = serve(stand.site)
    crawl = crawl_of(replica)
    for run in range(1, 12):
        body = page.replace(b"</body></html>", f"<i>{run}</i>".encode())
        replica.site.replace("/world/", body=body, etag=f'"{run}"')
        ended = crawl.run("-a", "sections=world", "-a", "recheck=none")
        assert times(replica, "/world/") == (2 if run <= 10 else 1)
        assert ended.status == (3 if run <= 10 else 0)
        del replica.requests[:]
    assert ids(crawl) == {story.id for story in STORIES}


def without_end(stand: Newsstand, *paths: str) -> None:
    """Let these pages end as no page should."""
    for path in paths:
        body = stand.site.resource(path).body.replace(b"</html>", b"</html><script>var a=1;</script>")
        stand.site.replace(path, body=body)


def two_listings(*pages: list[Story]) -> Newsstand:
    """A site of two listings, of which one shows no end."""
    stand = stand_of(*pages)
    other = Story(99, folder="business")
    stand.publish(other)
    stand.list("/business/", [other.url])
    without_end(stand, *(page_path("/world/", number) for number in range(1, len(pages) + 1)), "/world/")
    return stand


BOTH = ("-a", "sections=world,business", "-a", "recheck=none")


def test_a_static_listing_without_an_end_costs_one_request_when_nothing_is_new(serve: Serve, crawl_of: CrawlOf) -> None:
    replica = serve(two_listings(STORIES[:4], STORIES[4:8], STORIES[8:]).site)
    crawl = crawl_of(replica)
    crawl.run(*BOTH)
    assert crawl.report["listings"]["world"]["failure"] == SAME
    assert len(crawl.records) == len(STORIES) + 1
    crawl.run(*BOTH)  # each of its pages once more, and all are as they were
    assert crawl.report["listings"]["world"]["failure"] is None
    for _ in range(2):
        del replica.requests[:]
        assert crawl.run(*BOTH).status == 0
        assert times(replica, "/world/") == 1
        assert len(replica.requests) == 3  # with robots.txt and the other listing


def test_a_page_without_an_end_beyond_the_last_one_ends_its_listing_in_the_next_run(
    serve: Serve, crawl_of: CrawlOf
) -> None:
    stand = stand_of(STORIES[:4], STORIES[4:])
    for number in range(3, 9):  # the site gives a page, without an article, for each number
        stand.site.put(page_path("/world/", number), Resource(b"<html><body><p>No more news.</p>", "text/html"))
    replica = serve(stand.site)
    crawl = crawl_of(replica)
    asked = []
    for _ in range(4):
        del replica.requests[:]
        crawl.run("-a", "sections=world", "-a", "recheck=none")
        asked.append([times(replica, page_path("/world/", number)) for number in (2, 3, 4)])
    assert asked == [[1, 2, 0], [1, 1, 0], [0, 0, 0], [0, 0, 0]]


def test_a_listing_s_row_of_pages_without_an_end_is_its_own(serve: Serve, crawl_of: CrawlOf) -> None:
    stand = two_listings(STORIES)
    pages = {path: stand.site.resource(path).body for path in ("/world/", "/business/")}
    replica = serve(stand.site)
    crawl = crawl_of(replica)
    for run in range(1, 12):
        for path, page in pages.items():
            replica.site.replace(path, body=page.replace(b"<ul", f"<i>{run}</i><ul".encode()), etag=f'"{run}"')
        crawl.run(*BOTH)
        assert times(replica, "/world/") == (2 if run <= 10 else 1)
        assert times(replica, "/business/") == 1
        del replica.requests[:]
    assert len(crawl.records) == len(STORIES) + 1


def test_a_listing_cut_at_another_place_in_each_run_is_never_taken_for_its_end(serve: Serve, crawl_of: CrawlOf) -> None:
    replica = serve(stand_of(STORIES[:6], STORIES[6:]).site)
    crawl = crawl_of(replica)
    for run in range(11):
        share = 0.1 + run * 0.04
        replica.fault = cut(SECOND_PAGE, share, share + 0.02)
        crawl.run("-a", "sections=world", "-a", "recheck=none")
        assert times(replica, SECOND_PAGE) == 2
        del replica.requests[:]
    replica.fault = None
    crawl.run("-a", "sections=world")
    assert ids(crawl) == {story.id for story in STORIES}
