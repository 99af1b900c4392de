"""`scrapy reextract --store` changes in a data folder only what the archive knows better."""

import fcntl
from collections.abc import Callable
from pathlib import Path

import pytest

from replica import Replica, Site
from tests.system.archives import ArchivingCrawl, records_in, warc
from tests.system.archivist import STORY, page_of
from tests.system.newsstand import Newsstand

pytestmark = pytest.mark.system


@pytest.fixture
def stored(serve: Callable[[Site], Replica], tmp_path: Path) -> ArchivingCrawl:
    """Somebody who has crawled one article."""
    stand = Newsstand()
    stand.publish(STORY)
    crawl = ArchivingCrawl(tmp_path / "data", serve(stand.site).environment())
    assert crawl.run("-a", f"urls={STORY.url}").stats["new"] == "1"
    return crawl


def test_the_own_archive_changes_nothing_in_the_store(stored: ArchivingCrawl) -> None:
    before = records_in(stored.folder)
    ended = stored.scrapy("reextract", *stored.archives, "--store")
    assert (ended.status, " unchanged=1 " in ended.last_line) == (0, True), ended.err
    assert records_in(stored.folder) == before


def test_the_folder_of_a_crawl_is_no_folder_for_out(stored: ArchivingCrawl) -> None:
    ended = stored.scrapy("reextract", *stored.archives, "--out", str(stored.data))
    assert (ended.status, ended.err.count("\n")) == (2, 1), ended.err
    assert f"{stored.folder} belongs to a crawl; write --store, or name another folder with --out" in ended.err


def test_a_bad_line_is_seen_by_diff_not_by_store_and_repaired_from_another_folder(
    stored: ArchivingCrawl, tmp_path: Path
) -> None:
    (path,) = (stored.folder / "articles").glob("*.jsonl")
    before = path.read_bytes()
    title = records_in(stored.folder)[0]["title"].encode()
    path.write_bytes(before.replace(title, b"Edited", 1))
    assert " unchanged=1 " in stored.scrapy("reextract", *stored.archives, "--store").last_line
    assert stored.scrapy("reextract", *stored.archives, "--diff").status == 3
    stored.scrapy("reextract", *stored.archives, "--out", str(tmp_path / "again"))
    (again,) = (tmp_path / "again" / "ecns" / "articles").glob("*.jsonl")
    assert again.read_bytes() == before
    path.write_bytes(again.read_bytes())
    assert stored.scrapy("reextract", *stored.archives, "--diff").status == 0


def test_a_newer_page_becomes_a_revision_and_an_older_one_does_not(stored: ArchivingCrawl, tmp_path: Path) -> None:
    (before,) = records_in(stored.folder)
    for name, days in (("older", -4000), ("newer", 4000)):
        path = tmp_path / f"{name}.warc.gz"
        path.write_bytes(warc([page_of(STORY, f"It is {name}.", days)]))
        assert stored.scrapy("reextract", str(path), "--store").status == 0
    records = records_in(stored.folder)
    assert [(record["revision"], record["body"]) for record in records] == [(1, STORY.paragraph()), (2, "It is newer.")]
    assert records[0] == before
    assert records[1]["fetched_at"] == "2037-11-02T08:00:00Z"


def test_while_a_crawl_is_under_way_nothing_is_stored(stored: ArchivingCrawl) -> None:
    with (stored.folder / "lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ended = stored.scrapy("reextract", *stored.archives, "--store")
    assert ended.status == 4
