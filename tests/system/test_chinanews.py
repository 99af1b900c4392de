"""The second site of the project is crawled by the same command: its feed, its newest articles, its daily archive."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from replica import Replica, Site
from replica.saved_site import saved_sites
from tests.saved_pages import FIXTURES, articles, expected_of
from tests.system.crawling import Crawl, Ended
from tests.system.promises import KEYS, digest, without

pytestmark = pytest.mark.system

HOST = "https://www.chinanews.com.cn"
EXPECTED = {record["id"]: record for page in articles() if page.site == "chinanews" for record in [expected_of(page)]}
NEWEST = {"chinanews:10707619", "chinanews:10707152", "chinanews:10237779", "chinanews:8860197", "chinanews:8000831"}
OLDER = sorted(record["url"] for id_, record in EXPECTED.items() if id_ not in NEWEST)


@dataclass(frozen=True)
class ChinanewsCrawl(Crawl):
    """The command line of a user who crawls this site."""

    def chinanews(self, *arguments: str) -> Ended:
        return self.scrapy(*self.command(*arguments, spider="chinanews")[1:])

    @property
    def folder(self) -> Path:
        return self.data / "chinanews"


@dataclass(frozen=True)
class After:
    """What there is after a run."""

    ended: Ended
    records: list[dict[str, Any]]  #: of this run
    requests: dict[str, int]  #: the status of each request, by its path


def run(crawl: ChinanewsCrawl, replica: Replica, *arguments: str) -> After:
    replica.requests.clear()
    before = len(crawl.records)
    ended = crawl.chinanews(*arguments)
    return After(ended, crawl.records[before:], {each.path: each.status for each in replica.requests})


def served() -> Site:
    return next(site for site in saved_sites(FIXTURES) if urlsplit(HOST).hostname in site.hosts)


@dataclass(frozen=True)
class Story:
    """A first run, one in which nothing has changed, days of the archive, and the older articles by their addresses."""

    crawl: ChinanewsCrawl
    first: After
    second: After
    archive: After
    named: After


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with Replica(served()) as replica:
        crawl = ChinanewsCrawl(tmp_path_factory.mktemp("chinanews") / "data", replica.environment())
        first, second = run(crawl, replica), run(crawl, replica)
        archive = run(crawl, replica, "-a", "since=2010-01-05", "-a", "until=2010-01-06")
        named = run(crawl, replica, "-a", f"urls={','.join(OLDER)}")
        yield Story(crawl, first, second, archive, named)


def test_the_newest_articles_are_stored_exactly_as_a_reader_sees_them(story: Story) -> None:
    assert (story.first.ended.status, story.first.ended.stats["new"]) == (0, "5"), story.first.ended.err
    assert {record["id"]: without(record) for record in story.first.records} == {id_: EXPECTED[id_] for id_ in NEWEST}


def test_a_first_run_reads_feed_and_listing_and_leaves_the_archive_alone(story: Story) -> None:
    listings = {path: status for path, status in story.first.requests.items() if not path.endswith(".shtml")}
    assert listings == {
        "/robots.txt": 200,
        "/rss/scroll-news.xml": 200,
        "/scroll-news/news1.html": 200,
        "/scroll-news/news2.html": 200,
        "/scroll-news/news3.html": 404,  # the end of the listing
    }
    assert not [path for path in story.first.requests if path.endswith("/news.shtml")]


def test_the_second_run_asks_conditionally_and_stores_nothing(story: Story) -> None:
    assert (story.second.ended.status, story.second.records) == (0, [])
    assert story.second.requests == {
        "/robots.txt": 200,
        "/rss/scroll-news.xml": 304,
        "/scroll-news/news1.html": 304,
    }


def test_dates_are_read_from_the_archive_which_begins_at_until(story: Story) -> None:
    assert story.archive.ended.status == 0, story.archive.ended.err
    assert [without(record) for record in story.archive.records] == [EXPECTED["chinanews:2053118"]]
    days = [path for path in story.archive.requests if path.endswith("/news.shtml")]
    assert days[:3] == [f"/scroll-news/2010/010{day}/news.shtml" for day in (6, 5, 4)]


def test_articles_of_all_layouts_are_stored_by_their_addresses(story: Story) -> None:
    assert story.named.ended.status == 0, story.named.ended.err
    stored = {record["id"]: without(record) for record in story.crawl.records}
    assert stored == EXPECTED


def test_every_record_keeps_the_contract(story: Story) -> None:
    for record in story.crawl.records:
        assert tuple(record) == KEYS
        assert record["content_hash"] == digest(record)
        assert record["url"].startswith(f"{HOST}/")


def test_nothing_of_the_site_raises_an_alarm(story: Story) -> None:
    reports = sorted((story.crawl.folder / "reports").glob("2*.json"))
    assert len(reports) >= 3
    assert [json.loads(report.read_bytes())["alarms"] for report in reports] == [[]] * len(reports)
