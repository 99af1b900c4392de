"""`scrapy crawl news` is killed at any moment while the site goes on publishing: each version of an article once."""

import os
import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from replica import Replica, Site
from replica.gazette import Gazette, Story, story
from tests.system.crawling import Crawl
from tests.system.news_user import NOW
from tests.system.reader import Reader

pytestmark = pytest.mark.system

ROUNDS = int(os.environ.get("KILL_ROUNDS", "4"))  # `make soak` takes more
FIRST, MORE = 30, 4  #: articles, before the first round and in each
SETTINGS = ("-s", "COMMIT_RECORDS=3", "-s", "FILE_RECORDS=8", "-s", "PENDING_BACKOFF=0", "-s", "RETRY_TIMES=0")


class KilledCrawl(Crawl):
    """The command line of a user who crawls this site."""

    def command(self, *arguments: str, spider: str = "news") -> list[str]:
        return super().command("-a", "site=gazette.example", "-a", "recheck=all", *SETTINGS, *arguments, spider=spider)


def show(gazette: Gazette, published: list[Story]) -> None:
    """Let the front page and a feed show what is published."""
    gazette.publish(*published)
    gazette.front([each.path for each in published[::2]])
    gazette.feed(published[1::2])


def killed_after(crawl: Crawl, replica: Replica, requests: int, seconds: float) -> None:
    """Run the crawl, and kill it some time after so many requests."""
    replica.requests.clear()
    process = crawl.start()
    deadline = time.monotonic() + 60
    while len(replica.requests) < requests and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    time.sleep(seconds)
    process.kill()
    process.communicate()


def test_each_version_of_each_article_is_there_once(serve: Callable[[Site], Replica], tmp_path: Path) -> None:
    chance = random.Random(3)
    gazette = Gazette()
    published = [story(number, NOW - timedelta(minutes=10 * number + 5)) for number in range(FIRST)]
    show(gazette, published)
    replica = serve(gazette.site)
    crawl = KilledCrawl(tmp_path / "data", replica.environment())
    reader = Reader(crawl.data / gazette.host / "articles")
    corrected: set[str] = set()
    for number in range(ROUNDS):
        killed_after(crawl, replica, chance.randrange(5, 50), chance.uniform(0, 0.05))
        reader.look()
        stored = {record["url"] for record in reader.records}
        for each in [each for each in published if gazette.url(each.path) in stored - corrected][:2]:
            published[published.index(each)] = replace(each, title=f"{each.title}, says the council")
            corrected.add(gazette.url(each.path))
        new = [story(FIRST + MORE * number + more, NOW - timedelta(minutes=more)) for more in range(MORE)]
        published = new + published
        show(gazette, published)
    ended = crawl.run()
    assert ended.status == 0, ended.err
    reader.look()
    assert not reader.unpublished
    versions = {records[-1]["url"]: [each["title"] for each in records] for records in reader.history.values()}
    assert versions == {
        gazette.url(each.path): [each.title.removesuffix(", says the council"), each.title]
        if gazette.url(each.path) in corrected
        else [each.title]
        for each in published
    }
