"""The pages that machines archive, and the records that they store in a database: what a kill leaves of both."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from replica import Replica, Site
from tests.storage.archive.samples import responses
from tests.system.crawling import Crawl
from tests.system.machines import ARTICLES, QUICK, machines_at

pytestmark = pytest.mark.system

ARCHIVING = (*QUICK, "-s", "ARCHIVE=on")


def archived(*machines: Crawl) -> Counter[str]:
    """The addresses of all pages in published archive files; nothing may be left unpublished."""
    folders = [machine.folder / "archive" for machine in machines]
    assert not [path for folder in folders for path in folder.glob(".*")]
    return Counter(each.url for folder in folders for path in folder.glob("*") for each in responses(path))


def test_each_record_has_its_page_once_on_one_of_the_machines(
    serve: Callable[[Site], Replica], database_url: str, tmp_path: Path
) -> None:
    machines = machines_at(serve, database_url, tmp_path)
    first, second = machines.crawl, machines.crawl
    machines.begin(*ARCHIVING, on=first).kill()
    stored = {url for (url,) in machines.rows("SELECT url FROM ecnscrawl.articles WHERE alias_of IS NULL")}
    assert 0 < len(stored) < ARTICLES
    for machine in (second, first):
        machines.let_lease_end()
        assert machine.run(*ARCHIVING).status == 0
    left = archived(first)
    assert stored <= left.keys()
    pages = archived(first, second)
    urls = [url for (url,) in machines.rows("SELECT url FROM ecnscrawl.articles WHERE alias_of IS NULL")]
    assert len(urls) == ARTICLES
    assert {url: pages[url] for url in urls} == dict.fromkeys(urls, 1)
    file = str(next((second.folder / "archive").glob("*")))
    ended = second.scrapy("reextract", file, "--diff")
    assert (ended.status, ended.err.count("\n")) == (1, 1)
    assert ended.err.endswith(f"writes none: run `scrapy publish {second.data}` first\n")
    assert second.scrapy("publish", str(second.data)).status == 0
    ended = second.scrapy("reextract", file, "--diff")
    assert (ended.status, " different=0 unstored=0 " in ended.last_line) == (0, True), ended.err
