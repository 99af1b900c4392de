"""A site without end marks gives the records of its crawl, whichever of its archive files are read, and in what parts."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import ecnscrawl
from replica import Replica, Resource, Site
from tests.system.archives import DAY, ArchivingCrawl, Page, by_version, records_in, warc
from tests.system.archivist import Archivist
from tests.system.newsstand import HTML, Newsstand, Story

pytestmark = pytest.mark.system

FIRST, LATER = [Story(number) for number in range(1, 14)], [Story(number) for number in range(14, 17)]


def without_end(story: Story) -> bytes:
    """Neither the layout's end mark nor `</html>`."""
    page = story.page().replace(b'<div id="function_code_page"></div>', b"").replace(b"</body></html>", b"")
    assert page != story.page()
    return page


@pytest.fixture
def user(serve: Callable[[Site], Replica], tmp_path: Path) -> Archivist:
    """Somebody who has crawled such a site twice."""
    stand = Newsstand()
    for story in (*FIRST, *LATER):
        stand.site.put(story.path(), Resource(without_end(story), HTML))
    replica = serve(stand.site)
    crawl = ArchivingCrawl(tmp_path / "data", replica.environment())
    for stories in (FIRST, LATER):
        replica.requests.clear()
        crawl.run("-a", f"urls={','.join(story.url for story in stories)}")
        assert crawl.report["counts"]["new"] == len(stories)
    assert sum("/detail-" in request.path for request in replica.requests) == len(LATER)  # of each one copy
    return Archivist(crawl, tmp_path / "out")


def test_the_records_do_not_depend_on_which_files_and_parts_are_read(user: Archivist) -> None:
    stored = records_in(user.crawl.folder)
    (first, later) = user.crawl.archives
    shards = [replace(user, out=user.out / str(number)) for number in (1, 2)]
    for number, shard in enumerate(shards, 1):
        assert shard.reextract("--shard", f"{number}/2").status == 0
    found = [record for shard in shards for record in records_in(shard.out / "ecns")]
    assert by_version(found) == by_version(stored)
    alone = replace(user, out=user.out / "later")
    assert alone.reextract(files=[later]).status == 0
    assert {record["id"] for record in records_in(alone.out / "ecns")} == {story.id for story in LATER}
    ended = user.crawl.scrapy("reextract", later, "--diff")
    assert (ended.status, " same=3 different=0 unstored=0 failed=0 " in ended.last_line) == (0, True), ended.err
    Path(first).unlink()
    ended = user.crawl.scrapy("verify", "ecns")
    assert (ended.status, " with_page=3 share=0.1875 same=3 " in ended.last_line) == (0, True), ended.err


def test_in_the_archives_of_others_each_page_without_an_end_needs_its_second_copy(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    twice = [Page(story.url, without_end(story), DAY) for story in FIRST]
    once = Page(LATER[0].url, without_end(LATER[0]), DAY)
    path = tmp_path / "others.warc.gz"
    path.write_bytes(warc([*(copy for page in twice for copy in (page, page)), once]))
    assert [each.id for each in ecnscrawl.extract_warc(path)] == [story.id for story in FIRST]
    assert f"{once.url}: it shows no end, and the archive has no second copy" in caplog.text
