"""A disk that is full, read-only or gone during a run: one clear line, exit 3, nothing lost, nothing twice."""

import resource
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from replica import Fault, LoggedRequest, Replica, Site
from replica.generated_site import GeneratedSite
from tests.system.crawling import Crawl, Ended
from tests.system.editing import ARTICLE
from tests.system.mounts import Mounts
from tests.system.reader import Reader, assert_is_truth

pytestmark = pytest.mark.system

OFTEN = ("-s", "COMMIT_RECORDS=7")
LARGEST_FILE = 200_000  # bytes: the state outgrows it in mid-run


@cache
def generated() -> GeneratedSite:
    """The site, the same for all tests."""
    return GeneratedSite(60, seed=91, now=datetime.now(UTC) - timedelta(days=3))


@pytest.fixture
def replica(serve: Callable[[Site], Replica]) -> Replica:
    """The site, served."""
    return serve(generated().site)


@pytest.fixture
def crawl(replica: Replica, crawl_of: Callable[[Replica], Crawl]) -> Crawl:
    """Its crawl."""
    return crawl_of(replica)


def at_article(number: int, do: Callable[[], None]) -> Callable[[LoggedRequest], Fault | None]:
    """Something that happens when the article with this number is requested."""
    asked: list[str] = []

    def watch(request: LoggedRequest) -> Fault | None:
        if ARTICLE.search(request.path):
            asked.append(request.path)
            if len(asked) == number:
                do()
        return None

    return watch


def assert_says(ended: Ended, status: int, words: str) -> None:
    """The run ended with this status, and its one line says this."""
    assert ended.status == status, ended.err
    assert words in ended.last_line
    assert "Traceback" not in ended.err
    assert len(ended.err.splitlines()) == 1, ended.err


def assert_nothing_is_lost(crawl: Crawl, reader: Reader, *, is_empty: bool = False) -> None:
    """The reader, who may have read before, finds everything once after one more run."""
    reader.look()
    assert bool(reader.seen) != is_empty
    ended = crawl.run(*OFTEN)
    assert ended.status == 0, ended.err
    reader.look()
    assert_is_truth(reader, generated().truth, generated().duplicate_of)
    assert not reader.unpublished


def test_a_disk_that_fills_up_ends_the_run_and_loses_nothing(crawl: Crawl, mounts: Mounts) -> None:
    mounts.mount("-t", "tmpfs", "-o", "size=300k", "tmpfs", at=crawl.data)
    ended = crawl.run(*OFTEN)
    assert_says(ended, 3, "No space left on device")
    mounts.remount("size=8m", crawl.data)
    assert_nothing_is_lost(crawl, Reader(crawl.folder / "articles"))


def test_a_disk_too_full_to_begin_is_an_error_that_says_so(crawl: Crawl, mounts: Mounts) -> None:
    mounts.mount("-t", "tmpfs", "-o", "size=24k", "tmpfs", at=crawl.data)
    ended = crawl.run(*OFTEN)
    assert_says(ended, 1, "ecnscrawl: error: ")
    assert "space" in ended.last_line
    mounts.remount("size=8m", crawl.data)
    assert_nothing_is_lost(crawl, Reader(crawl.folder / "articles"), is_empty=True)


def test_a_file_that_may_not_grow_any_more_ends_the_run_and_loses_nothing(crawl: Crawl) -> None:
    process = crawl.start(*OFTEN)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    out, err = process.communicate(timeout=60)
    assert_says(Ended(process.returncode, out, err), 3, "what was stored before is whole")
    assert_nothing_is_lost(crawl, Reader(crawl.folder / "articles"))


def test_what_a_run_says_that_it_has_stored_is_what_it_has_published_also_when_the_disk_fails(crawl: Crawl) -> None:
    process = crawl.start(*OFTEN)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    out, err = process.communicate(timeout=60)
    ended = Ended(process.returncode, out, err)
    assert ended.status == 3
    assert int(ended.stats["new"]) == len(crawl.records) > 0
    report = crawl.report
    assert sum(report["hours"].values()) == len(crawl.records)
    assert sum(report["sections"].values()) == len(crawl.records)
    assert {len(letters) for letters in report["history"].values()} == {len(crawl.records)}
    assert sum(report["fields"]["title"]["by_rung"].values()) == len(crawl.records)


def test_a_folder_that_becomes_read_only_ends_the_run_and_loses_nothing(
    crawl: Crawl, replica: Replica, mounts: Mounts
) -> None:
    articles = crawl.folder / "articles"
    mounts.mount("--bind", str(articles), at=articles)
    replica.fault = at_article(1, lambda: mounts.remount("bind,ro", articles))
    assert_says(crawl.run(*OFTEN), 3, "Read-only file system")
    mounts.remount("bind,rw", articles)
    assert_nothing_is_lost(crawl, Reader(articles), is_empty=True)


def test_a_read_only_folder_is_an_error_that_says_so(crawl: Crawl, mounts: Mounts) -> None:
    mounts.mount("-t", "tmpfs", "-o", "ro", "tmpfs", at=crawl.data)
    ended = crawl.run(*OFTEN)
    assert_says(ended, 1, "Read-only file system")
    assert str(crawl.data) in ended.last_line
    assert "ECNSCRAWL_DATA_DIR" in ended.last_line


def test_a_disk_that_goes_away_ends_the_run_and_loses_nothing(
    crawl: Crawl, replica: Replica, mounts: Mounts, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounts.mount("--bind", str(disk), at=crawl.data)
    replica.fault = at_article(30, lambda: mounts.vanish(crawl.data))
    assert_says(crawl.run(*OFTEN), 3, "No such file or directory")
    assert not list(crawl.data.iterdir())
    mounts.mount("--bind", str(disk), at=crawl.data)
    reader = Reader(crawl.folder / "articles")
    assert_nothing_is_lost(crawl, reader, is_empty=True)
    assert len(crawl.report["recovered"]) == 1
