"""A listing by date, by next link or by sitemaps is walked, stopped, limited and gone on with as one by number is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from replica import Replica, Resource
from tests.system.crawling import Crawl, Ended
from tests.system.listed_by import HOST, SOURCES
from tests.system.newsstand import HTML, Newsstand, Story

pytestmark = pytest.mark.system

PAGES = 4
STORIES = [Story(number) for number in range(1, 2 * PAGES + 1)]
TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()


@dataclass
class Listed:
    """A user at a site that lists two stories on each of its pages."""

    kind: str
    crawl: Crawl
    stand: Newsstand
    replica: Replica

    def path(self, number: int) -> str:
        match self.kind:
            case "date":  # no page for the second day: nothing happened
                return f"/archive/{TODAY - timedelta(days=number if number > 1 else 0)}.shtml"
            case "next link":
                return f"/archive/{number}.shtml"
        return f"/sitemap-{number}.xml"

    def put(self, number: int, *stories: Story, is_whole: bool = True) -> None:
        if self.kind == "sitemap":
            entries = "".join(f"<url><loc>{story.url}</loc></url>" for story in stories)
            self.stand.site.put(self.path(number), Resource(f"<urlset>{entries}</urlset>".encode(), "text/xml"))
            return
        links = "".join(f'<a href="{story.url}">A story</a>' for story in stories)
        more = f'<a rel="next" href="{self.path(number + 1)}">More</a>' if number < PAGES else ""
        end = "</body></html>" if is_whole else ""
        self.stand.site.put(self.path(number), Resource(f"<html><body>{links}{more}{end}".encode(), HTML))

    def run(self, *arguments: str) -> Ended:
        self.replica.requests.clear()
        return self.crawl.run("-s", "SPIDER_MODULES=tests.system.listed_by", *arguments, LISTED_BY=self.kind)

    @property
    def stored(self) -> int:
        return len({record["id"] for record in self.crawl.records})

    @property
    def listed(self) -> list[str]:
        """The pages of the listing that the last run requested, in order."""
        return [each.path for each in self.replica.requests if each.path.startswith(("/archive", "/sitemap"))]


@pytest.fixture(params=SOURCES)
def listed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Listed]:
    stand = Newsstand()
    stand.publish(*STORIES)
    with Replica(stand.site) as replica:
        made = Listed(request.param, Crawl(tmp_path / "data", replica.environment()), stand, replica)
        for number in range(1, PAGES + 1):
            made.put(number, *STORIES[2 * number - 2 : 2 * number])
        names = "".join(f"<sitemap><loc>{HOST}{made.path(number)}</loc></sitemap>" for number in range(1, PAGES + 1))
        stand.site.put("/sitemap.xml", Resource(f"<sitemapindex>{names}</sitemapindex>".encode(), "text/xml"))
        yield made


def test_all_pages_are_read_and_then_only_what_may_be_news(listed: Listed) -> None:
    assert listed.run().status == 0
    assert listed.stored == len(STORIES)
    assert {listed.path(number) for number in range(1, PAGES + 1)} <= set(listed.listed)
    fresh = Story(99)
    listed.stand.publish(fresh)
    listed.put(1, fresh, *STORIES[:1])
    ended = listed.run()
    assert (ended.status, ended.stats["new"]) == (0, "1")
    # Of sitemaps whose index says no time of change each is requested; a listing that shows what is known has ended.
    if listed.kind != "sitemap":
        assert listed.path(PAGES) not in listed.listed
    ended = listed.run("-a", "full=1")
    assert (ended.status, ended.stats["new"]) == (0, "0")
    assert {listed.path(number) for number in range(1, PAGES + 1)} <= set(listed.listed)
    assert not any(each.status == 304 for each in listed.replica.requests if each.path in listed.listed)


def test_the_users_limit_is_healthy_and_the_next_run_goes_on(listed: Listed) -> None:
    assert listed.run("-a", "max_pages=2").status == 0
    assert 0 < listed.stored < len(STORIES)
    assert len(listed.listed) == 2
    assert listed.run().status == 0
    assert listed.stored == len(STORIES)


def test_a_listing_that_uses_up_its_budget_goes_on_in_later_runs(listed: Listed) -> None:
    first = listed.run("-s", "LISTING_MAX_REQUESTS=5")
    assert first.status == 3
    assert "LISTING_MAX_REQUESTS" in first.err
    assert listed.stored < len(STORIES)
    assert listed.run().status == 0
    assert listed.stored == len(STORIES)


def test_a_page_that_is_cut_off_is_requested_again_and_hides_nothing(listed: Listed) -> None:
    if listed.kind == "sitemap":
        whole = listed.stand.site.resource(listed.path(2)).body
        listed.stand.site.replace(listed.path(2), body=whole[: -len("</urlset>")])
    else:
        listed.put(2, *STORIES[2:4], is_whole=False)
    listed.run()
    assert listed.listed.count(listed.path(2)) == 2
    assert listed.stored == len(STORIES)
    listed.put(2, *STORIES[2:4])
    assert listed.run().status == 0
    assert listed.path(2) in listed.listed  # its walk was left open


def test_a_source_without_any_article_is_named(listed: Listed) -> None:
    for number in range(1, PAGES + 1):
        listed.put(number)
    assert listed.run().stats["new"] == "0"
    assert "it links to no article" in str(listed.crawl.report)
    assert len(listed.listed) == {"date": 3, "next link": 1, "sitemap": 1 + PAGES}[listed.kind]


@pytest.mark.parametrize(
    ("arguments", "days"),
    [
        ((), []),
        (("-a", "since=1d"), [0, 1, 2, 3]),  # an address may be a day older than its article
        (("-a", "until=2d", "-a", "since=3d"), [2, 3, 4, 5]),
        (("-a", "sections=archive", "-a", "max_pages=2"), [0, 1]),
    ],
    ids=["everything new", "since", "until", "named"],
)
def test_an_archive_is_read_only_if_asked_for_and_from_the_day_of_until(
    tmp_path: Path, arguments: tuple[str, ...], days: list[int]
) -> None:
    stand = Newsstand()
    stories = [Story(number, day=(TODAY - timedelta(days=number)).isoformat()) for number in range(10)]
    stand.publish(*stories)
    paths = [f"/archive/{TODAY - timedelta(days=number)}.shtml" for number in range(10)]
    for path, shown in (("/latest.shtml", stories[0]), *zip(paths, stories, strict=True)):
        stand.site.put(path, Resource(f'<html><body><a href="{shown.url}">A</a></body></html>'.encode(), HTML))
    with Replica(stand.site) as replica:
        crawl = Crawl(tmp_path / "data", replica.environment())
        crawl.run("-s", "SPIDER_MODULES=tests.system.listed_by", *arguments, LISTED_BY="archive")
        requested = [each.path for each in replica.requests]
    assert [path for path in requested if path.startswith("/archive")] == [paths[number] for number in days]
    assert ("/latest.shtml" in requested) == ("sections=archive" not in arguments)
