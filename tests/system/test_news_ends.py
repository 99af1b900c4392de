"""`scrapy crawl news` holds articles back for a while: each that was read is stored, however the run ends."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from replica import Fault, LoggedRequest, StatusFault
from replica.gazette import Gazette, stories
from tests.system.crawling import MANNERS_OFF, ROOT
from tests.system.news_user import NOW, Reader

pytestmark = pytest.mark.system

THIRTY = stories(30, NOW - timedelta(hours=1))
PATHS = {each.path for each in THIRTY}


@pytest.fixture
def thirty(reader: Callable[[Gazette], Reader]) -> Reader:
    """A user of a site whose front page links to thirty articles."""
    gazette = Gazette()
    gazette.publish(*THIRTY)
    gazette.front([each.path for each in THIRTY])
    return reader(gazette)


def read_by(user: Reader) -> set[str]:
    """The articles that the last run was given."""
    return {path for path, status in user.asked.items() if path in PATHS and status == 200}


def test_a_run_that_ends_in_a_pause_of_the_host_stores_each_article_that_it_has_read(thirty: Reader) -> None:
    def pause_after_five(request: LoggedRequest) -> Fault | None:
        is_over = request.path in PATHS and len(read_by(thirty)) >= 5
        return StatusFault(503, headers=(("Retry-After", "600"),)) if is_over else None

    thirty.replica.fault = pause_after_five
    ended = thirty.run(options=("-s", "CLOSESPIDER_TIMEOUT=3"))
    assert 5 <= len(read_by(thirty)) <= 10, ended.err
    assert thirty.paths == read_by(thirty)


def test_a_run_that_is_stopped_by_its_budget_stores_each_article_that_it_has_read(thirty: Reader) -> None:
    ended = thirty.run(options=("-s", "RUN_MAX_REQUESTS=25"))
    assert "RUN_MAX_REQUESTS" in ended.last_line
    assert 0 < len(read_by(thirty)) < len(THIRTY)
    assert thirty.paths == read_by(thirty)


BROKEN_READER = """
import sys
from scrapy.crawler import CrawlerProcess
from scrapy.utils.project import get_project_settings
from ecnscrawl.pages.generic import GenericPage

def ending(page, *, is_closed=None, whole=GenericPage.ending):
    if "number-3-" in page.document.url:
        raise LookupError("a page that nobody has thought of")
    return whole(page, is_closed=is_closed)

GenericPage.ending = ending
settings = get_project_settings()
for word in sys.argv[2:]:
    settings.set(*word.split("="))
process = CrawlerProcess(settings)
process.crawl("news", site=sys.argv[1])
process.start()
"""


def test_a_page_that_breaks_the_reader_is_one_failure_and_all_others_are_stored(
    reader: Callable[[Gazette], Reader],
) -> None:
    gazette = Gazette()
    published = stories(6, NOW - timedelta(hours=1))
    gazette.publish(*published)
    gazette.front([each.path for each in published])
    user = reader(gazette)
    environment = os.environ | user.replica.environment() | {"ECNSCRAWL_DATA_DIR": str(user.crawl.data)}
    command = [sys.executable, "-c", BROKEN_READER, gazette.host, *MANNERS_OFF[1::2]]
    subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert user.paths == {each.path for each in published} - {published[3].path}
    assert user.crawl.report["failing"] == [
        {"url": gazette.url(published[3].path), "reason": "cannot be read: LookupError"}
    ]


def test_an_article_that_is_linked_under_two_addresses_is_read_from_its_own(
    reader: Callable[[Gazette], Reader],
) -> None:
    gazette = Gazette()
    published = stories(4, NOW - timedelta(hours=1))
    for each in published:
        own = replace(each, head=f'<link rel="canonical" href="{gazette.url(each.path)}">')
        short = replace(own, path=f"/amp{each.path}", paragraphs=each.paragraphs[:3])
        gazette.publish(own, short)
    pairs = [(f"/amp{each.path}", each.path) for each in published]
    gazette.front([path for pair in (*pairs[:2], pairs[2][::-1], pairs[3][::-1]) for path in pair])
    user = reader(gazette)
    ended = user.run()
    assert (ended.status, ended.stats["new"], ended.stats["updated"], ended.stats["unchanged"]) == (0, "4", "0", "0")
    assert {len(record["body"].split("\n\n")) for record in user.crawl.records} == {4}
    assert user.run().stats["new"] == "0"
    assert user.asked == {"/": 304}
