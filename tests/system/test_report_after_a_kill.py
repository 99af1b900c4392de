"""A killed run writes no report; the next one reports what it published for it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from replica import Replica, Resource
from tests.system.crawling import Crawl
from tests.system.newsstand import HTML, Newsstand, Story

pytestmark = pytest.mark.system

EARLIER, STORIES, HANGING = Story(1), [Story(number) for number in range(2, 6)], Story(9)
EACH_AT_ONCE = ("-s", "COMMIT_RECORDS=1")


@pytest.fixture
def stand() -> Newsstand:
    stand = Newsstand()
    stand.publish(EARLIER, *STORIES)
    stand.list("/world/", [EARLIER.url])
    return stand


@pytest.fixture
def crawl(stand: Newsstand, tmp_path: Path) -> Iterator[Crawl]:
    with Replica(stand.site) as replica:
        yield Crawl(tmp_path / "data", replica.environment())


def kill_in_the_middle(crawl: Crawl) -> None:
    """Start a run, and kill it when it has stored all but the article that hangs."""
    process = crawl.start("-a", "sections=world", *EACH_AT_ONCE)
    try:
        deadline = time.monotonic() + 60
        while sum(part.read_bytes().count(b"\n") for part in crawl.folder.glob("articles/.*.part")) < len(STORIES):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        process.kill()
        process.communicate()


def test_a_kill_leaves_the_report_of_the_run_before_and_the_next_run_reports_the_recovery(
    crawl: Crawl, stand: Newsstand
) -> None:
    assert crawl.run("-a", "sections=world").status == 0
    reports = crawl.folder / "reports"
    before = {path.name: path.read_bytes() for path in reports.iterdir()}
    stand.site.put(HANGING.path(), Resource(HANGING.page(), HTML, delay=120))
    stand.list("/world/", [story.url for story in [*STORIES, HANGING]])
    kill_in_the_middle(crawl)
    assert {path.name: path.read_bytes() for path in reports.iterdir()} == before

    stand.site.put(HANGING.path(), Resource(HANGING.page(), HTML))
    ended = crawl.run("-a", "sections=world")
    assert ended.status == 0, ended.err
    (recovered,) = crawl.report["recovered"]
    assert recovered not in crawl.report["files"]
    assert crawl.report["counts"]["new"] == 1  # what the killed run stored is not counted again
    stored = {file.name: file.read_bytes().count(b"\n") for file in crawl.files}
    assert stored[recovered] == len(STORIES)
    assert sum(stored.values()) == len(STORIES) + 2
