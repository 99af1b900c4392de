"""`scrapy state forget` removes an article's pages from the archive, and names the other pages that have its address."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from replica import Replica, Site
from tests.storage.archive.samples import records
from tests.system.archives import ArchivingCrawl, records_in
from tests.system.newsstand import Newsstand, Story

pytestmark = pytest.mark.system

KITES, FERRIES = Story(1), Story(2)


@pytest.fixture
def crawl(serve: Callable[[Site], Replica], tmp_path: Path) -> ArchivingCrawl:
    stand = Newsstand()
    stand.publish(FERRIES)
    for part in (1, 2):
        stand.page(KITES, part, [KITES.path(2)])
    stand.list("/world/", [KITES.path(), FERRIES.path()])
    return ArchivingCrawl(tmp_path / "data", serve(stand.site).environment())


def content_of(crawl: ArchivingCrawl) -> bytes:
    return b"".join(gzip.decompress(Path(path).read_bytes()) for path in crawl.archives)


def test_its_pages_are_removed_and_those_of_others_stay(crawl: ArchivingCrawl) -> None:
    crawl.run("-a", f"urls={KITES.url},{FERRIES.url}")
    ended = crawl.scrapy("state", "forget", KITES.id)
    assert ended.status == 0, ended.err
    assert "archive/: 4 records removed from 1 file\n" in ended.out
    assert KITES.cms_id.encode() not in content_of(crawl)
    assert b"What part" not in content_of(crawl).replace(FERRIES.paragraph().encode(), b"")
    (archive,) = crawl.archives
    assert all(record.has_right_digest for record in records(Path(archive)))
    assert FERRIES.url in {record.url for record in records(Path(archive))}
    verified = crawl.scrapy("verify", "ecns")
    assert verified.last_line == "verify ecns records=1 with_page=1 share=1.0000 same=1 different=0 unstored=0 bad=0"


def test_a_listing_that_names_it_is_not_removed_but_named(crawl: ArchivingCrawl) -> None:
    crawl.run("-a", "sections=world")
    ended = crawl.scrapy("state", "forget", KITES.id)
    assert ended.status == 3
    (archive,) = crawl.archives
    assert f"not reached: {archive} has 1 page of other addresses that names the article, such as " in ended.err
    assert KITES.url not in {record.url for record in records(Path(archive))}
    assert records_in(crawl.folder)[0]["id"] == FERRIES.id


def test_an_archive_without_another_page_is_removed_and_a_damaged_one_is_named(crawl: ArchivingCrawl) -> None:
    crawl.run("-a", f"urls={KITES.url}", "-s", "ROBOTSTXT_OBEY=0")
    crawl.run("-a", f"urls={FERRIES.url}")
    first, second = map(Path, crawl.archives)
    second.write_bytes(second.read_bytes()[:-20])
    (second.parent / "notes.txt").write_text("notes")
    ended = crawl.scrapy("state", "forget", KITES.id)
    assert ended.status == 3
    assert f"not reached: {second} is cut off; remove it, or put a whole copy in its place\n" in ended.err
    assert f"not reached: {second.parent / 'notes.txt'} may hold it and is not searched\n" in ended.err
    assert not first.exists()


def test_later_crawls_archive_no_copy_of_it(crawl: ArchivingCrawl) -> None:
    crawl.run("-a", f"urls={KITES.url}")
    crawl.scrapy("state", "forget", KITES.id)
    for path in crawl.archives:
        Path(path).unlink()
    crawl.run("-a", f"urls={KITES.url},{FERRIES.url}")
    assert KITES.cms_id.encode() not in content_of(crawl)
    assert FERRIES.cms_id.encode() in content_of(crawl)
