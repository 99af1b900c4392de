"""Articles are found in the feed, on the front page and on the pages of listings, in any spelling."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from replica import LoggedRequest, Replica, Resource
from replica.site import HOST
from tests.system.crawling import Crawl, Ended
from tests.system.newsstand import HTML, Newsstand, Story

pytestmark = pytest.mark.system

IN_FEED, ON_FRONT_PAGE, ON_PAGE_3, BEHIND_REPEATED, BEHIND_REDIRECT = (Story(number) for number in range(5))
SPELLINGS = {
    "mobile": (Story(10), '"https://www.ecns.cn/m{path}"'),
    "http": (Story(11), '"http://www.ecns.cn{path}"'),
    "without scheme": (Story(12), "//www.ecns.cn{path}"),
    "from the root": (Story(13), "{path}"),
    "with a query": (Story(14), '"https://www.ecns.cn{path}?utm_source=newsletter&amp;utm_medium=email"'),
    "with a fragment": (Story(15), "https://www.ecns.cn{path}#"),
    "without www": (Story(16), '"https://ecns.cn{path}"'),
    "in capitals and blanks": (Story(17), '" HTTPS://WWW.ECNS.CN{path}\n"'),
    "mobile http with a query": (Story(18), '"http://ecns.cn/m{path}?from=app"'),
}
LOOKS_LIKE = Story(99).path()
ELSEWHERE = (
    f"https://www.chinadaily.example{LOOKS_LIKE}",
    f"https://www.ecns.cn.mirror.example{LOOKS_LIKE}",
    f"https://notecns.cn{LOOKS_LIKE}",
    f"https://www.ecns.cn@mirror.example{LOOKS_LIKE}",
    f"https://127.0.0.1{LOOKS_LIKE}",
    f"https://www.ecns.cn:8443{LOOKS_LIKE}",
    f"https://mirror.example/?u=https://www.ecns.cn{LOOKS_LIKE}",
    f"ftp://www.ecns.cn{LOOKS_LIKE}",
    "mailto:desk@mirror.example",
    "javascript:void(0)",
)
NO_ARTICLES = ("/app/ecns/index.shtml", "/jobs.shtml", "/world/2025-03-10/", "https://www.ecns.cn/special/")
FILLER = [Story(number, folder="business") for number in range(200, 220)]
REDIRECTED_AWAY = Story(300)
AWAY = f"https://mirror.example{REDIRECTED_AWAY.path()}"


@dataclass(frozen=True)
class Job:
    """A crawl that has ended, and what the site was asked for meanwhile, in order."""

    crawl: Crawl
    ended: Ended
    requests: list[LoggedRequest]

    @property
    def times(self) -> Counter[str]:
        """How often each address was asked for."""
        return Counter(request.url for request in self.requests)

    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        return [request.path for request in self.requests]


def newsstand() -> Newsstand:
    stand = Newsstand()
    spelled = [story for story, _ in SPELLINGS.values()]
    stand.publish(IN_FEED, ON_FRONT_PAGE, ON_PAGE_3, BEHIND_REPEATED, BEHIND_REDIRECT, *spelled, *FILLER)
    stand.feed(IN_FEED)
    stand.front(ON_FRONT_PAGE.url, *ELSEWHERE)
    stand.list(
        "/world/",
        [*(href.format(path=story.path()) for story, href in SPELLINGS.values()), *ELSEWHERE, *NO_ARTICLES],
        [FILLER[0].url],
        [ON_PAGE_3.url],
    )
    stand.list("/business/", [s.url for s in FILLER[:10]], [s.url for s in FILLER[10:]], *[[BEHIND_REPEATED.url]] * 3)
    stand.list("/culture/", [FILLER[0].url], [BEHIND_REDIRECT.url], [], [FILLER[1].url])
    stand.site.put("/culture/index_3.shtml", Resource(status=302, location="/culture/"))
    return stand


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Job]:
    with Replica(newsstand().site) as replica:
        crawl = Crawl(tmp_path_factory.mktemp("discovery") / "data", replica.environment())
        yield Job(crawl, crawl.run(), replica.requests)


def is_found(job: Job, story: Story) -> bool:
    """Return whether the story was requested once, at its canonical address, and stored."""
    stored = [record["id"] for record in job.crawl.records]
    return job.times[story.url] == 1 and stored.count(story.id) == 1


def test_the_run_is_healthy(job: Job) -> None:
    assert job.ended.status == 0, job.ended.err


def test_an_article_that_stands_only_in_the_feed_is_found(job: Job) -> None:
    assert is_found(job, IN_FEED)


def test_an_article_that_stands_only_on_the_front_page_is_found(job: Job) -> None:
    assert is_found(job, ON_FRONT_PAGE)


def test_an_article_that_stands_only_on_the_third_page_of_a_listing_is_found(job: Job) -> None:
    assert is_found(job, ON_PAGE_3)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_article_is_requested_at_its_canonical_address_however_it_is_linked(job: Job, spelling: str) -> None:
    story, _ = SPELLINGS[spelling]
    assert is_found(job, story)
    assert [url for url in job.times if story.cms_id in url] == [story.url]


def test_an_article_that_many_pages_link_is_requested_once(job: Job) -> None:
    assert is_found(job, FILLER[0])
    assert is_found(job, FILLER[1])


def test_links_to_other_hosts_are_never_asked(job: Job) -> None:
    assert {request.host for request in job.requests} == {HOST}


def test_links_that_are_no_articles_are_never_asked(job: Job) -> None:
    assert Story(99).path() not in job.paths()
    assert [url for url in job.times if url.removeprefix("https://www.ecns.cn") in NO_ARTICLES] == []


def test_a_listing_is_read_page_by_page_until_one_is_missing(job: Job) -> None:
    pages = [request.path for request in job.requests if request.path.startswith("/world/index_")]
    assert pages == ["/world/index_2.shtml", "/world/index_3.shtml", "/world/index_4.shtml"]


def test_a_listing_ends_where_a_page_repeats_the_one_before_it(job: Job) -> None:
    pages = [request.path for request in job.requests if request.path.startswith("/business/index_")]
    assert pages == ["/business/index_2.shtml", "/business/index_3.shtml", "/business/index_4.shtml"]
    assert is_found(job, BEHIND_REPEATED)


def test_a_listing_ends_where_a_page_is_redirected_to_the_first_one(job: Job) -> None:
    pages = [request.path for request in job.requests if request.path.startswith("/culture/index_")]
    assert pages == ["/culture/index_2.shtml", "/culture/index_3.shtml"]
    assert is_found(job, BEHIND_REDIRECT)


def test_robots_txt_is_asked_first_and_the_feed_next(job: Job) -> None:
    assert job.paths()[:2] == ["/robots.txt", "/rss/rss.xml"]


def test_articles_are_requested_before_deeper_listing_pages(tmp_path_factory: pytest.TempPathFactory) -> None:
    stand = Newsstand()
    stories = [Story(number) for number in range(60)]
    stand.publish(*stories)
    stand.list("/world/", *([story.url for story in stories[at : at + 20]] for at in (0, 20, 40)))
    with Replica(stand.site) as replica:
        Crawl(tmp_path_factory.mktemp("order") / "data", replica.environment()).run("-a", "sections=world")
        asked = [request.path for request in replica.requests]
    for page, before in ((2, 20), (3, 40)):
        at = asked.index(f"/world/index_{page}.shtml")
        # Two requests may be under way at once, and may arrive in either order.
        assert len([path for path in asked[:at] if "/detail-" in path]) in range(before - 1, before + 1)


def test_a_redirect_of_an_article_to_another_host_is_not_followed(tmp_path_factory: pytest.TempPathFactory) -> None:
    stand = Newsstand()
    stand.publish(FILLER[0])
    stand.list("/world/", [REDIRECTED_AWAY.url, FILLER[0].url])
    stand.site.put(REDIRECTED_AWAY.path(), Resource(status=301, location=AWAY))
    stand.site.put(AWAY, Resource(REDIRECTED_AWAY.page(), HTML))
    with Replica(stand.site) as replica:
        crawl = Crawl(tmp_path_factory.mktemp("away") / "data", replica.environment())
        ended = crawl.run("-a", "sections=world")
        hosts = {request.host for request in replica.requests}
    assert hosts == {HOST}
    assert [record["id"] for record in crawl.records] == [FILLER[0].id]
    assert ended.stats["failed"] == "1"
    assert "mirror.example" in str(crawl.report["failing"])
