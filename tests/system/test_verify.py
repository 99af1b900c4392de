"""Stored records are derived again from their archived pages: `scrapy verify`, and `scrapy reextract --diff`."""

import gzip
from collections.abc import Callable
from pathlib import Path
from time import sleep

import pytest

from ecnscrawl.storage.archive.members import remove_members
from replica import Replica, Site
from tests.system.archives import ArchivingCrawl, records_in
from tests.system.crawling import Crawl
from tests.system.newsstand import Newsstand, Story

pytestmark = pytest.mark.system

ONE, TWO, LATER = Story(1), Story(2), Story(3)
#: As a page module that has changed: every title is in capitals.
CHANGED_MODULE = """
from ecnscrawl import loaders
from ecnscrawl.items import content_hash
load = loaders.load
def changed(*arguments, **more):
    article = load(*arguments, **more)
    article.title = article.title.upper()
    article.content_hash = content_hash(article)
    return article
loaders.load = changed
"""


@pytest.fixture
def crawl(serve: Callable[[Site], Replica], tmp_path: Path) -> ArchivingCrawl:
    """A crawl that has stored two articles with their pages."""
    stand = Newsstand()
    stand.publish(ONE, TWO, LATER)
    crawl = ArchivingCrawl(tmp_path / "data", serve(stand.site).environment())
    assert crawl.run("-a", f"urls={ONE.url},{TWO.url}").stats["new"] == "2"
    return crawl


@pytest.fixture
def changed(tmp_path: Path) -> str:
    """A PYTHONPATH with a changed page module."""
    (tmp_path / "module").mkdir()
    (tmp_path / "module" / "sitecustomize.py").write_text(CHANGED_MODULE)
    return str(tmp_path / "module")


def test_every_record_of_a_crawl_that_archives_is_proved(crawl: ArchivingCrawl) -> None:
    ended = crawl.scrapy("verify", "ecns")
    assert (ended.status, ended.out) == (0, "")
    assert ended.last_line == "verify ecns records=2 with_page=2 share=1.0000 same=2 different=0 unstored=0 bad=0"


def test_the_share_of_records_with_a_page_is_named(crawl: ArchivingCrawl) -> None:
    Crawl(crawl.data, crawl.environment).run("-a", f"urls={LATER.url}")
    ended = crawl.scrapy("verify")
    assert (ended.status, ended.out) == (0, "")
    assert ended.last_line == "verify ecns records=3 with_page=2 share=0.6667 same=2 different=0 unstored=0 bad=0"


def test_a_record_that_was_changed_is_named_with_its_keys(crawl: ArchivingCrawl) -> None:
    (path,) = crawl.files
    path.write_bytes(path.read_bytes().replace(b"Story number 2", b"Another story").replace(b"Zhou Min", b"Li Yan", 1))
    ended = crawl.scrapy("verify", "ecns")
    assert ended.status == 3
    assert f"{TWO.id} " in ended.out
    assert '  title: "Another story" -> "Story number 2"\n' in ended.out
    assert '  editor: "Li Yan" -> "Zhou Min"\n' in ended.out
    assert ended.out.count("\n") == 4  # two records, one key each
    assert " same=0 different=2 unstored=0 bad=0" in ended.last_line


def test_a_page_that_was_changed_is_named(crawl: ArchivingCrawl) -> None:
    archive = Path(crawl.archives[0])
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 0xFF
    archive.write_bytes(content)
    ended = crawl.scrapy("verify", "ecns")
    assert ended.status == 3
    assert str(archive) in ended.err
    assert " bad=0" not in ended.last_line


def test_a_page_that_takes_longer_than_the_settings_allow_proves_nothing(crawl: ArchivingCrawl) -> None:
    ended = crawl.scrapy("verify", "ecns", "-s", "PAGE_SECONDS=0.000001")
    assert ended.status == 3
    assert f"{ONE.url}: page-timeout: reading it takes longer than 1e-06 seconds\n" in ended.err
    assert " with_page=0 " in ended.last_line


def test_a_stored_record_whose_page_gives_nothing_is_named(serve: Callable[[Site], Replica], tmp_path: Path) -> None:
    stand = Newsstand()
    stand.publish(ONE)
    for part in (1, 2):
        stand.page(TWO, part, [TWO.path(2)])
    crawl = ArchivingCrawl(tmp_path / "data", serve(stand.site).environment())
    assert crawl.run("-a", f"urls={ONE.url},{TWO.url}").stats["new"] == "2"
    assert crawl.scrapy("verify", "ecns").status == 0
    assert remove_members(Path(crawl.archives[0]), lambda each: each.url.endswith(TWO.path(2))) == 2
    ended = crawl.scrapy("verify", "ecns")
    assert (ended.status, ended.out) == (3, "")
    assert f"{TWO.url}: the page of the stored record {TWO.id} " in ended.err
    assert " gives no record\n" in ended.err
    assert ended.last_line == "verify ecns records=2 with_page=1 share=0.5000 same=1 different=0 unstored=0 bad=1"


def test_records_whose_pages_give_nothing_are_named_in_the_order_of_the_archive(
    serve: Callable[[Site], Replica], tmp_path: Path
) -> None:
    stand, stories = Newsstand(), [Story(number) for number in range(1, 7)]
    for story in stories:
        for part in (1, 2):
            stand.page(story, part, [story.path(2)])
    crawl = ArchivingCrawl(tmp_path / "data", serve(stand.site).environment())
    assert crawl.run("-a", "urls=" + ",".join(story.url for story in stories)).stats["new"] == "6"
    stored = [record["id"] for record in records_in(crawl.folder)]
    assert remove_members(Path(crawl.archives[0]), lambda each: each.url.endswith("-p2.shtml")) == 12
    for seed in ("1", "2"):
        lines = crawl.scrapy("verify", "ecns", PYTHONHASHSEED=seed).err.splitlines()
        named = [line.split(" stored record ")[1].split()[0] for line in lines if line.endswith(" gives no record")]
        assert named == stored


def test_without_an_archive_there_is_nothing_to_verify(crawl: ArchivingCrawl) -> None:
    for path in crawl.archives:
        Path(path).unlink()
    ended = crawl.scrapy("verify", "ecns")
    assert ended.status == 1
    assert ended.err.startswith(f"ecnscrawl: error: there is no archive in {crawl.folder / 'archive'}; run `")


def test_a_line_that_is_not_a_record_is_named(crawl: ArchivingCrawl) -> None:
    (path,) = crawl.files
    path.write_bytes(path.read_bytes() + b'{"id": "ecns:x", "revision": 1}\n' + b"\xff\n" + b'{"id": "cut')
    for words in (["verify", "ecns"], ["reextract", *crawl.archives, "--diff"]):
        ended = crawl.scrapy(*words)
        assert (ended.status, ended.out) == (3, "")
        assert f"{path}, line 3: not a record: Object missing required field `fetched_at`\n" in ended.err
        assert f"{path}, line 4: not a record: " in ended.err
        assert f"{path}, line 5: not a record: " in ended.err
        assert " same=2 different=0 unstored=0 " in ended.last_line
        assert " bad=3" in ended.last_line


def test_a_revision_that_is_stored_twice_is_named(crawl: ArchivingCrawl) -> None:
    (path,) = crawl.files
    path.write_bytes(path.read_bytes() + path.read_bytes().splitlines(keepends=True)[0])
    ended = crawl.scrapy("verify", "ecns")
    assert ended.status == 3
    assert f"{path}, line 3: revision 1 of {records_in(crawl.folder)[0]['id']} is there twice\n" in ended.err
    assert ended.last_line == "verify ecns records=2 with_page=2 share=1.0000 same=2 different=0 unstored=0 bad=1"


def test_all_records_count_if_no_page_of_any_is_archived(crawl: ArchivingCrawl) -> None:
    (first,) = crawl.archives
    crawl.run("-a", f"urls={Story(9).url}")  # there is no such page
    Path(first).unlink()
    assert len(crawl.archives) == 1
    ended = crawl.scrapy("verify", "ecns")
    assert (ended.status, ended.out) == (0, "")
    assert "ecnscrawl: warning: the archive has no page of any record: nothing was compared\n" in ended.err
    assert ended.last_line == "verify ecns records=2 with_page=0 share=0.0000 same=0 different=0 unstored=0 bad=0"


@pytest.mark.parametrize("year", ["2020", "2099"])
def test_another_time_in_a_record_is_named(crawl: ArchivingCrawl, year: str) -> None:
    (before, _) = records_in(crawl.folder)
    (path,) = crawl.files
    changed = year + before["fetched_at"][4:]
    replace_once(path, f'"fetched_at":"{before["fetched_at"]}"', f'"fetched_at":"{changed}"')
    ended = crawl.scrapy("verify", "ecns")
    assert ended.status == 3
    change = f'  fetched_at: "{changed}" -> "{before["fetched_at"]}"'
    assert ended.out == f"{before['id']} {changed} {before['url']}\n{change}\n"
    assert ended.last_line == "verify ecns records=2 with_page=2 share=1.0000 same=1 different=1 unstored=0 bad=0"


def test_another_id_in_a_record_is_named(crawl: ArchivingCrawl) -> None:
    (path,) = crawl.files
    replace_once(path, f'"id":"{TWO.id}"', '"id":"ecns:other"')
    ended = crawl.scrapy("verify", "ecns")
    assert ended.status == 3
    assert f'  id: "ecns:other" -> "{TWO.id}"\n' in ended.out
    assert " same=1 different=1 unstored=0 bad=0" in ended.last_line


def test_an_archived_article_without_a_record_is_named(crawl: ArchivingCrawl) -> None:
    (path,) = crawl.files
    (before, _) = records_in(crawl.folder)
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[1])
    ended = crawl.scrapy("verify", "ecns")
    assert ended.status == 0
    version = f"{before['id']} {before['fetched_at']} {before['url']}"
    assert ended.out == f"{version}\n  no record has this id and fetched_at\n"
    assert ended.last_line == "verify ecns records=1 with_page=1 share=1.0000 same=1 different=0 unstored=1 bad=0"


def test_a_page_that_was_fetched_again_and_had_not_changed_needs_no_record(crawl: ArchivingCrawl) -> None:
    first = crawl.archives[0]
    sleep(1.1)  # `fetched_at` has seconds
    assert crawl.run("-a", f"urls={ONE.url},{TWO.url}").stats["unchanged"] == "2"
    ended = crawl.scrapy("reextract", *crawl.archives, "--diff")
    assert (ended.status, ended.out) == (0, "")
    assert " pages=4 same=2 different=0 unstored=0 " in ended.last_line
    Path(first).unlink()
    ended = crawl.scrapy("verify", "ecns")
    assert (ended.status, ended.out) == (0, "")
    assert " with_page=0 share=0.0000 same=0 different=0 unstored=0 bad=0" in ended.last_line


def test_archives_of_any_name_are_read(crawl: ArchivingCrawl) -> None:
    path = Path(crawl.archives[0])
    (path.parent / "mine.warc").write_bytes(gzip.decompress(path.read_bytes()))
    for _ in ("both", "mine.warc"):
        ended = crawl.scrapy("verify", "ecns")
        assert (ended.status, ended.out) == (0, "")
        assert ended.last_line == "verify ecns records=2 with_page=2 share=1.0000 same=2 different=0 unstored=0 bad=0"
        path.unlink(missing_ok=True)


def test_a_key_too_many_and_a_key_that_is_missing_are_named(crawl: ArchivingCrawl) -> None:
    (path,) = crawl.files
    replace_once(path, '"editor":', '"editors":')
    ended = crawl.scrapy("reextract", *crawl.archives, "--diff")
    assert ended.status == 3
    assert '  editor: no such key -> "Zhou Min"\n' in ended.out
    assert '  editors: "Zhou Min" -> no such key\n' in ended.out
    assert " same=1 different=1 unstored=0 failed=0 fields=editor:1,editors:1 bad=0 " in ended.last_line


def test_what_a_changed_page_module_changes_is_shown_before_anything_is_stored(
    crawl: ArchivingCrawl, changed: str
) -> None:
    before = records_in(crawl.folder)
    shown = crawl.scrapy("reextract", *crawl.archives, "--diff", PYTHONPATH=changed)
    assert shown.status == 3
    assert '  title: "Story number 1" -> "STORY NUMBER 1"\n' in shown.out
    assert " same=0 different=2 unstored=0 failed=0 fields=content_hash:2,title:2 bad=0 " in shown.last_line
    assert records_in(crawl.folder) == before
    stored = crawl.scrapy("reextract", *crawl.archives, "--store", PYTHONPATH=changed)
    assert (stored.status, " updated=2 " in stored.last_line) == (0, True), stored.err
    after = records_in(crawl.folder)
    assert after[:2] == before
    assert [(each["id"], each["revision"], each["title"], each["fetched_at"]) for each in after[2:]] == [
        (each["id"], 2, each["title"].upper(), each["fetched_at"]) for each in before
    ]
    assert crawl.scrapy("verify", "ecns", PYTHONPATH=changed).status == 0
    assert crawl.run("-a", f"urls={ONE.url},{TWO.url}", PYTHONPATH=changed).stats["unchanged"] == "2"


def replace_once(path: Path, before: str, after: str) -> None:
    """Change the first such text in a file of records."""
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))
