"""`scrapy reextract` and `verify` join the pages of an article as the crawl of a site without a spider has joined them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import sleep

import pytest

import ecnscrawl
from replica import Replica, Resource, Site
from replica.gazette import Gazette, Story, story
from tests.system.archives import ArchivingCrawl, Records, by_version, records_in
from tests.system.archivist import Archivist
from tests.system.news_user import NOW

pytestmark = pytest.mark.system

PUBLISHED = NOW - timedelta(hours=2)


def publish_paged(gazette: Gazette, number: int, *ends: str, path: str = "", moved: str = "") -> Story:
    """Publish an article with further pages at its address with these ends; only its first page has a pager.

    `moved` is the address at which it is linked, from which it is redirected.
    """
    first = story(number, PUBLISHED, path)
    links = "".join(f'<a href="{part_path(first, end)}">{place}</a> ' for place, end in enumerate(ends, 2))
    text = "".join(f"<p>{each}</p>" for each in first.paragraphs) + f'<div class="pager">{links}</div>'
    gazette.html(first.path, first.page(text))
    for place, end in enumerate(ends, 1):
        further = replace(first, paragraphs=story(number + 10 * place, None).paragraphs)
        gazette.html(part_path(first, end), further.page())
    if moved:
        gazette.site.put(moved, Resource(status=301, location=first.path))
    return first


def part_path(first: Story, end: str) -> str:
    return (first.path.removesuffix(".html") if end.endswith(".html") else first.path) + end


def body_of(number: int, parts: int) -> str:
    """The text of an article of so many pages."""
    return "\n\n".join(each for part in range(parts) for each in story(number + 10 * part, None).paragraphs)


@pytest.fixture
def user(serve: Callable[[Site], Replica], tmp_path: Path) -> Archivist:
    """Somebody who has crawled a site with articles of several pages, twice."""
    gazette = Gazette()
    plain = story(1, PUBLISHED)
    paged = [
        publish_paged(gazette, 2, "?page=2", "?page=3"),
        publish_paged(gazette, 3, "2/", path="/2026/11/20/the-old-quarry-and-its-echo/"),
        publish_paged(gazette, 4, "_2.html", path="/2026/11/20/the-old-bridge-and-its-toll.html"),
        publish_paged(
            gazette, 5, "?page=2", path="/2026/11/20/the-new-mill-on-the-brook", moved="/2026/11/20/the-mill"
        ),
        publish_paged(gazette, 6, "/2"),
        publish_paged(gazette, 7, "?page=2", "?page=3"),
        publish_paged(gazette, 8, "?page=2"),
    ]
    spelt, gone, ended = (
        f"{first.path}{end}" for first, end in zip(paged[4:], ("/2", "?page=3", "?page=2"), strict=True)
    )
    further = replace(paged[4], paragraphs=story(16, None).paragraphs)
    gazette.html("/2026/11/20/the-second-half-of-it-all", further.page())
    gazette.site.put(spelt, Resource(status=302, location="/2026/11/20/the-second-half-of-it-all"))
    gazette.site.remove(gone)
    gazette.site.put(ended, Resource(status=302, location="/"))
    letter = story(9, PUBLISHED, "/2026/11/20/the-old-quarry-and-its-echo-2")  # no page of number 3
    gazette.publish(plain, letter)
    paths = [each.path for each in paged]
    gazette.front([plain.path, *paths[:3], "/2026/11/20/the-mill", *paths[4:], letter.path])
    crawl = ArchivingCrawl(tmp_path / "data", serve(gazette.site).environment(), site=gazette.host)
    command = crawl.command("-a", f"site={gazette.host}", "-a", "recheck=all", spider="news")[1:]
    assert crawl.scrapy(*command).stats["new"] == "9"
    bodies = {record["url"].removeprefix("https://gazette.example"): record["body"] for record in crawl.records}
    assert bodies[paths[0]] == body_of(2, 3)
    assert bodies[paths[3]] == body_of(5, 2)
    assert bodies[paths[4]] == body_of(6, 2)
    assert bodies[paths[5]] == body_of(7, 2)
    assert bodies[paths[6]] == body_of(8, 1)
    corrected = replace(paged[0], paragraphs=["It was corrected.", *story(22, None).paragraphs])
    gazette.html(f"{paths[0]}?page=3", corrected.page())  # the first page is requested again after it
    sleep(1.1)  # `fetched_at` has seconds, and tells the versions apart
    assert crawl.scrapy(*command).stats["updated"] == "1"
    return Archivist(crawl, tmp_path / "out")


def test_the_archive_of_a_crawl_makes_its_paged_articles_whoever_reads_it(user: Archivist) -> None:
    archives = user.crawl.archives
    assert len(archives) == 2
    assert user.reextract().status == 0
    user.assert_equal("gazette.example")
    stored = records_in(user.crawl.folder)
    assert made_by_all(user, ["--shard", "1/2"], ["--shard", "2/2"]) == by_version(stored)
    assert made_by_all(user, ["--dask", "local", "--jobs", "1"]) == by_version(stored)
    found = [each for path in archives for each in ecnscrawl.extract_warc(path)]
    assert {(each.id, each.body, each.fetched_at) for each in found} == {
        (each["id"], each["body"], each["fetched_at"]) for each in stored
    }
    ended = user.crawl.scrapy("verify", "gazette.example")
    assert (ended.status, ended.out) == (0, "")
    assert " records=10 with_page=10 share=1.0000 same=10 different=0 unstored=0 bad=0" in ended.last_line
    ended = user.crawl.scrapy("reextract", *archives, "--diff")
    assert (ended.status, ended.out) == (0, "")
    ended = user.crawl.scrapy("reextract", *archives, "--store")
    assert (ended.status, " new=0 updated=0 " in ended.last_line) == (0, True), ended.err
    assert records_in(user.crawl.folder) == stored


def made_by_all(user: Archivist, *jobs: Sequence[str]) -> dict[tuple[str, int], dict[str, object]]:
    """What several jobs make together, each in a folder of its own."""
    found: Records = []
    for words in jobs:
        part = replace(user, out=user.out / "-".join(word.replace("/", "of") for word in words))
        ended = part.reextract(*words)
        assert ended.status == 0, ended.err
        found += records_in(part.out / "gazette.example")
    return by_version(json.loads(json.dumps(found)))
