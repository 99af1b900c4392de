"""The state is damaged, missing, old or new, or record files come and go: no version is published twice."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from replica import Replica
from replica.generated_site import GeneratedSite
from tests.system.crawling import Crawl, Ended
from tests.system.reader import Reader, assert_is_truth

pytestmark = pytest.mark.system

PAGE = 4096  # bytes: SQLite's


@cache
def generated() -> GeneratedSite:
    """The site, the same for all tests."""
    return GeneratedSite(60, seed=97, now=datetime.now(UTC) - timedelta(days=3))


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    """A site that was crawled once; its folder is to be copied, not changed."""
    with Replica(generated().site) as replica:
        crawl = Crawl(tmp_path_factory.mktemp("crawled") / "data", replica.environment())
        assert crawl.run().status == 0
        yield crawl


@pytest.fixture
def crawl(crawled: Crawl, tmp_path: Path) -> Crawl:
    """A crawl with a copy of that folder."""
    shutil.copytree(crawled.data, tmp_path / "data")
    return Crawl(tmp_path / "data", crawled.environment)


def state_of(crawl: Crawl) -> Path:
    """The state's file."""
    return crawl.folder / "state.sqlite"


def assert_stores_nothing_again(crawl: Crawl, *, warning: str | None) -> Ended:
    """A run that knows all there is; it warns where it should, in one line."""
    reader = Reader(crawl.folder / "articles")
    reader.look()
    ended = crawl.run()
    assert (ended.status, ended.stats["new"], ended.stats["updated"]) == (0, "0", "0"), ended.err
    warnings = ended.err.splitlines()[:-1]
    assert len(warnings) == (1 if warning else 0), ended.err
    assert warning is None or (warnings[0].startswith("ecnscrawl: warning: ") and warning in warnings[0])
    reader.look()
    assert_is_truth(reader, generated().truth, generated().duplicate_of)
    return ended


def test_a_state_of_garbage_is_kept_aside_and_rebuilt_from_the_files(crawl: Crawl) -> None:
    state_of(crawl).write_bytes(b"no database at all\n" * 999)
    ended = assert_stores_nothing_again(crawl, warning="damaged")
    kept = re.search(r"kept as (\S+) and rebuilt", ended.err)
    assert kept, ended.err
    assert (crawl.folder / kept[1]).read_bytes().startswith(b"no database")
    assert_stores_nothing_again(crawl, warning=None)


@pytest.mark.parametrize("share", [0.6, 0.95])
def test_a_truncated_state_is_rebuilt_from_the_files(crawl: Crawl, share: float) -> None:
    content = state_of(crawl).read_bytes()
    state_of(crawl).write_bytes(content[: int(len(content) * share)])
    assert_stores_nothing_again(crawl, warning="damaged")


@pytest.mark.parametrize("page", [1, 8, -1])
def test_a_state_with_a_page_of_garbage_is_rebuilt_from_the_files(crawl: Crawl, page: int) -> None:
    content = state_of(crawl).read_bytes()
    pages = [content[start : start + PAGE] for start in range(0, len(content), PAGE)]
    pages[page] = b"\xa5" * PAGE
    state_of(crawl).write_bytes(b"".join(pages))
    assert_stores_nothing_again(crawl, warning="damaged")


def test_an_empty_state_is_rebuilt_from_the_files(crawl: Crawl) -> None:
    state_of(crawl).write_bytes(b"")
    assert_stores_nothing_again(crawl, warning=None)


def test_a_missing_state_is_rebuilt_from_the_files(crawl: Crawl) -> None:
    state_of(crawl).unlink()
    assert_stores_nothing_again(crawl, warning="missing")


def test_a_state_of_a_newer_version_is_refused_and_left_alone(crawl: Crawl) -> None:
    with closing(sqlite3.connect(state_of(crawl))) as database:
        database.execute("PRAGMA user_version=99")
    before = state_of(crawl).read_bytes()
    ended = crawl.run()
    assert ended.status == 1
    assert ended.err.startswith("ecnscrawl: error: ")
    assert len(ended.err.splitlines()) == 1
    assert "newer version" in ended.err
    assert state_of(crawl).read_bytes() == before


def test_files_restored_from_a_backup_are_known_to_a_state_that_never_saw_them(crawl: Crawl, tmp_path: Path) -> None:
    fresh = Crawl(tmp_path / "fresh", crawl.environment)
    (fresh.folder / "articles").mkdir(parents=True)
    (restored,) = crawl.files
    shutil.copy(restored, fresh.folder / "articles")
    assert_stores_nothing_again(fresh, warning="missing")


def test_a_state_older_than_the_files_learns_from_them(crawl: Crawl, tmp_path: Path) -> None:
    later = Crawl(tmp_path / "later", crawl.environment)
    assert later.run("-a", "sections=world").status == 0
    old_state = state_of(later).read_bytes()
    assert later.run().status == 0
    assert len(later.files) == 2
    state_of(later).write_bytes(old_state)
    assert_stores_nothing_again(later, warning=None)


@pytest.mark.parametrize("lose", ["missing", "damaged"])
def test_a_lost_state_publishes_nothing_again_that_its_readers_have_moved_away(
    crawl: Crawl, tmp_path: Path, lose: str
) -> None:
    reader = Reader(crawl.folder / "articles")
    reader.look()
    for file in crawl.files:
        file.unlink()
    if lose == "missing":
        state_of(crawl).unlink()
    else:
        state_of(crawl).write_bytes(b"no database at all\n" * 999)
    ended = crawl.run()
    assert (ended.status, ended.stats["new"], ended.stats["updated"]) == (0, "0", "0"), ended.err
    assert lose in ended.err.splitlines()[0]
    assert not crawl.files


def test_a_rebuild_of_a_folder_from_before_ids_were_kept_forgets_nothing_that_was_moved_away(crawl: Crawl) -> None:
    shutil.rmtree(crawl.folder / "published")
    for file in crawl.files:
        file.unlink()
    ended = crawl.scrapy("state", "rebuild", "ecns")
    assert (ended.status, ended.err) == (0, "")
    ended = crawl.run()
    assert (ended.status, ended.stats["new"], ended.stats["updated"]) == (0, "0", "0"), ended.err


def test_the_run_stops_if_it_cannot_know_what_was_published(crawl: Crawl) -> None:
    (published,) = crawl.files
    number = len(crawl.records)
    published.unlink()
    shutil.rmtree(crawl.folder / "published")
    state_of(crawl).write_bytes(b"no database at all\n" * 999)
    for command in (crawl.command()[1:], ("state", "rebuild", "ecns")):
        ended = crawl.scrapy(*command)
        assert ended.status == 1, ended.err
        assert len(ended.err.splitlines()) == 1
        assert f"lacks {number} articles in 1 file ({published.name})" in ended.err
        assert "`scrapy state rebuild ecns --accept-loss`" in ended.err
    ended = crawl.scrapy("state", "rebuild", "ecns", "--accept-loss")
    assert (ended.status, ended.err) == (0, "")
    assert "ecns: 0 articles known" in ended.out
    ended = crawl.run()
    assert (ended.status, ended.stats["new"]) == (0, str(number)), ended.err
    state_of(crawl).unlink()
    assert crawl.run().status == 0  # the loss was accepted once


def test_files_that_their_reader_has_moved_away_stay_known(crawl: Crawl, tmp_path: Path) -> None:
    (published,) = crawl.files
    away = tmp_path / published.name
    shutil.move(published, away)
    ended = crawl.run("-a", "full=1")
    assert (ended.status, ended.stats["new"], ended.stats["file"]) == (0, "0", "-")
    assert len(ended.err.splitlines()) == 1
    assert not crawl.files


def test_a_rebuild_in_a_folder_that_is_not_there_is_refused_and_makes_none(crawl: Crawl) -> None:
    shutil.rmtree(crawl.data)
    ended = crawl.scrapy("state", "rebuild", "ecns")
    assert ended.status == 1
    assert ended.err.startswith(f"ecnscrawl: error: there is no folder {crawl.data / 'ecns'}; name the data folder")
    assert not crawl.data.exists()
