"""On every site, the archive of a crawl that was killed makes the records of the crawl, also where that is killed too."""

from dataclasses import replace
from pathlib import Path

import pytest

from replica import Replica
from tests.saved_pages import spiders
from tests.system.archives import by_version, records_in
from tests.system.every_site import ANY_SITE, SiteCrawl, served
from tests.system.sabotage import KILLED, dying

pytestmark = pytest.mark.system

ARCHIVE = ("-s", "ARCHIVE=on")
SMALLER = ("-s", "COMMIT_RECORDS=1", "-s", "FILE_RECORDS=2")  # one of the sites has only five articles
#: A crawl dies at each of these in turn: between two commits, and in the middle of a line.
MOMENTS = ("commit:2:after", "write:2:half")


@pytest.mark.parametrize("name", [*sorted(spiders()), ANY_SITE])
def test_whatever_is_killed_the_archive_makes_the_records_of_the_crawl(name: str, tmp_path: Path) -> None:
    with Replica(served(name)) as replica:
        crawl = SiteCrawl(tmp_path / "data", replica.environment(), name=name)
        for moment in MOMENTS:
            assert dying(crawl, moment).run(*ARCHIVE).status == KILLED, f"{moment} never came"
        ended = crawl.run(*ARCHIVE)
    assert ended.status == 0, ended.err
    stored = records_in(crawl.folder)
    archives = sorted(str(path) for path in (crawl.folder / "archive").glob("*.warc.gz"))
    again = replace(crawl, data=tmp_path / "again")
    words = ("reextract", *archives, "--out", str(again.data), *SMALLER)
    assert dying(crawl, "write:7:half").scrapy(*words, "--jobs", "1").status == KILLED
    before = len(records_in(again.folder))
    assert 0 < before < len(stored)
    ended = crawl.scrapy(*words, "--jobs", "2")
    assert ended.status == 0, ended.err
    assert by_version(records_in(again.folder)) == by_version(stored)
    assert len(archives) > 1
