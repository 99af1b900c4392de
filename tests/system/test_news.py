"""`scrapy crawl news -a site=HOST`: a site without a spider of its own, on a replica, from the first run to the next ones."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ecnscrawl import articles
from replica import Replica
from replica.gazette import Gazette, stories, story
from tests.docs.checkout import Checkout
from tests.system.crawling import ROOT, Crawl, Ended
from tests.system.news_user import FEED, NOW, NewsCrawl, Reader

pytestmark = pytest.mark.system

TDM_FILE = "/.well-known/tdmrep.json"
USUAL = {"/feed", "/rss", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml"}
USUAL |= {"/sitemap_news.xml", "/news-sitemap.xml", "/sitemap.xml"}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Reader, Ended, dict[str, int]]]:
    """A site with a feed that its front page names, two sections and eight articles, after its first run."""
    gazette = Gazette()
    published = stories(8, NOW - timedelta(hours=1))
    gazette.publish(*published)
    gazette.front([each.path for each in published[:5]], FEED, sections=("/town/", "/harbour/"))
    gazette.feed(published[3:7], "/rss/all")
    gazette.front([published[7].path], path="/town/")
    gazette.front([], path="/harbour/")
    with Replica(gazette.site) as replica:
        crawl = NewsCrawl(tmp_path_factory.mktemp("news") / "data", replica.environment())
        user = Reader(gazette, replica, crawl)
        ended = user.run()
        yield user, ended, user.asked


def test_front_page_and_feed_are_read_together(first: tuple[Reader, Ended, dict[str, int]]) -> None:
    user, ended, asked = first
    assert ended.status == 0, ended.err
    assert ended.last_line.startswith("gazette.example healthy new=7 updated=0 unchanged=0 failed=0 ")
    assert user.paths == {each.path for each in stories(7, NOW - timedelta(hours=1))}
    assert asked == dict.fromkeys(("/", "/rss/all", *user.paths), 200) | dict.fromkeys((*USUAL, TDM_FILE), 404)


def test_the_report_names_the_extractor_of_each_field(first: tuple[Reader, Ended, dict[str, int]]) -> None:
    document = first[0].crawl.folder / "reports"
    extractors = json.loads(min(document.glob("2*.json")).read_bytes())["extractors"]
    assert extractors["body"] == {"trafilatura": 7}
    assert "generic" not in {name for names in extractors.values() for name in names}


def test_records_have_ids_of_host_and_address(first: tuple[Reader, Ended, dict[str, int]]) -> None:
    for record in first[0].crawl.records:
        host, _, digest = record["id"].partition(":")
        assert (host, record["site"], len(digest)) == ("gazette.example", "gazette.example", 16)
        assert record["published_at"].endswith("Z")
        assert len(record["body"].split("\n\n")) == 4


def test_a_second_run_asks_conditionally_and_not_again_for_what_is_missing(
    first: tuple[Reader, Ended, dict[str, int]],
) -> None:
    user, _, _ = first
    ended = user.run()
    assert (ended.status, ended.stats["new"]) == (0, "0")
    assert user.asked == {"/": 304, "/rss/all": 304}


@pytest.mark.parametrize(
    ("command", "printed"),
    [
        (("status", "gazette.example"), "new=7"),
        (("status",), "gazette.example: last healthy run"),
        (("export", "-", "--format", "csv", "--site", "gazette.example"), "Old ferry number 0 opens again"),
        (("export", "-", "--format", "rss"), "<link>https://gazette.example/</link>"),
        (("crawl", "news", "-a", "site=gazette.example", "-a", "sections=?"), "town\nharbour"),
    ],
)
def test_other_commands_know_the_site_by_its_host(
    first: tuple[Reader, Ended, dict[str, int]], command: tuple[str, ...], printed: str
) -> None:
    ended = first[0].crawl.scrapy(*command)
    assert (ended.status, printed in ended.out) == (0, True), (ended.out, ended.err)


def test_the_articles_are_loaded_and_read_from_python(first: tuple[Reader, Ended, dict[str, int]]) -> None:
    crawl = first[0].crawl
    ended = crawl.scrapy("load", f"sqlite:///{crawl.data}/all.sqlite", "--site", "gazette.example")
    assert (ended.status, "7 records" in ended.out) == (0, True), ended.err
    assert len(list(articles(crawl.data, "gazette.example"))) == 7


def test_a_section_is_read_by_its_name(first: tuple[Reader, Ended, dict[str, int]]) -> None:
    user, _, _ = first
    ended = user.run("sections=Town")
    assert (ended.status, ended.stats["new"]) == (0, "1"), ended.err
    assert "/rss/all" not in user.asked
    ended = user.run("sections=market")
    assert (ended.status, "unknown section 'market'" in ended.err) == (2, True)


def report(user: Reader) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((user.crawl.folder / "reports" / "latest.json").read_bytes())
    return document


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], ["site=example.org"]),
        (["site=https://me:secret@gazette.example/"], ["user name"]),
        (["site=www.ecns.cn"], ["crawl ecns"]),
        (["site=gazette.example", "sight=1"], ["'sight'", "'site'"]),
        (["site=gazette.example", "sections=world"], ["no section is known"]),
        (["site=gazette.example", "urls=https://other.example/a"], ["https://other.example/a"]),
    ],
)
def test_a_wrong_argument_is_refused_in_one_line(tmp_path: Path, arguments: list[str], words: list[str]) -> None:
    ended = Crawl(tmp_path / "data", {}).scrapy("crawl", "news", *(word for each in arguments for word in ("-a", each)))
    assert ended.status == 2
    assert ended.err.startswith("ecnscrawl: error: ")
    assert len(ended.err.splitlines()) == 1
    assert "secret" not in ended.err
    assert [word for word in words if word not in ended.err] == []
    assert not (tmp_path / "data").exists()


def test_a_host_in_the_place_of_a_spider_is_refused_with_the_right_command(tmp_path: Path) -> None:
    ended = Crawl(tmp_path / "data", {}).scrapy("crawl", "gazette.example")
    assert (ended.status, "crawl news -a site=gazette.example" in ended.err) == (2, True)


def test_a_host_of_another_script_is_named_in_ascii(reader: Callable[[Gazette], Reader]) -> None:
    gazette = Gazette("xn--mnchner-blatt-wob.example")
    (only,) = stories(1, NOW)
    gazette.publish(only)
    gazette.front([only.path])
    user = reader(gazette)
    ended = user.run(site="Münchner-Blatt.example")
    assert ended.last_line.startswith("xn--mnchner-blatt-wob.example healthy new=1 "), ended.err


def test_www_and_no_www_are_one_site_under_the_name_that_came_first(reader: Callable[[Gazette], Reader]) -> None:
    gazette = Gazette()
    (only,) = stories(1, NOW)
    gazette.publish(only)
    gazette.front([only.path])
    user = reader(gazette)
    assert user.run(site="www.gazette.example").last_line.startswith("www.gazette.example healthy new=1 ")
    assert user.run().last_line.startswith("www.gazette.example healthy new=0 ")
    assert [path.name for path in user.crawl.data.iterdir()] == ["www.gazette.example"]


def test_a_silent_feed_is_read_more_seldom_and_sections_in_its_place(reader: Callable[[Gazette], Reader]) -> None:
    gazette = Gazette()
    published = stories(3, NOW - timedelta(hours=1))
    gazette.publish(*published)
    gazette.front([published[0].path], FEED, sections=("/town/",))
    gazette.feed(published[:2], "/rss/all")
    gazette.front([], path="/town/")
    user = reader(gazette)
    assert user.run().stats["new"] == "2"
    assert user.run(hours=48).status == 0
    assert set(user.asked) == {"/", "/rss/all", "/town/", *(each.path for each in published[:2])} | {TDM_FILE}
    gazette.front([published[2].path], path="/town/")
    assert user.run(hours=50).status == 0
    assert set(user.asked) == {"/", "/town/", published[2].path}
    assert user.run(hours=55).status == 0
    assert "/rss/all" in user.asked


def test_an_address_is_read_by_its_name(reader: Callable[[Gazette], Reader]) -> None:
    gazette = Gazette()
    published = stories(2, NOW - timedelta(hours=1))
    gazette.publish(*published)
    gazette.front([])
    user = reader(gazette)
    ended = user.run(f"urls={gazette.url(published[0].path)}")
    assert (ended.status, ended.stats["new"]) == (0, "1"), ended.err
    assert set(user.asked) == {published[0].path, TDM_FILE}
    ended = user.run(f"urls={gazette.url(published[0].path)}")
    assert (ended.status, user.asked) == (0, {published[0].path: 304})
    gazette.front([published[0].path], path="/town/harbour/")
    ended = user.run(f"urls={gazette.url('/town/harbour/')}")
    assert (ended.status, ended.stats["failed"]) == (3, "1")
    assert "no article: " in ended.stats["reason"]


def test_a_start_page_takes_the_place_of_the_front_page(reader: Callable[[Gazette], Reader]) -> None:
    gazette = Gazette()
    published = stories(2, NOW - timedelta(hours=1))
    gazette.publish(*published)
    gazette.front([published[0].path])
    gazette.front([published[1].path], path="/town/")
    user = reader(gazette)
    ended = user.crawl.scrapy(*user.crawl.command("-a", f"url={gazette.url('/town/')}", spider="news")[1:])
    assert (ended.status, user.paths) == (0, {published[1].path}), ended.err
    assert user.run().stats["new"] == "1"


def test_since_reads_further_back_than_a_first_run(reader: Callable[[Gazette], Reader]) -> None:
    gazette = Gazette()
    published = [story(number, NOW - timedelta(days=4 * number, hours=1)) for number in range(5)]
    gazette.publish(*published)
    gazette.front([])
    gazette.sitemap([(each.path, each.published) for each in published], "/sitemap.xml")
    user = reader(gazette)
    assert user.run().stats["new"] == "2"
    since = (NOW - timedelta(days=13)).date()
    ended = user.run(f"since={since}")
    assert ended.stats["new"] == "2", ended.err
    assert user.run("full=1").stats["new"] == "1"


def test_a_fixture_is_made_of_a_page_of_a_crawled_site(
    first: tuple[Reader, Ended, dict[str, int]], tmp_path: Path
) -> None:
    user, _, _ = first
    path = min(user.paths)
    (tmp_path / "checkout").mkdir()
    checkout = Checkout.make(tmp_path / "checkout", user.replica.environment())
    page = tmp_path / "page.html"
    page.write_bytes(user.gazette.site.resource(path).body)
    words = ["fixture", str(page), "--url", user.gazette.url(path), "--name", "mine"]
    ended = checkout.shell(shlex.join([".venv/bin/scrapy", *words]), ECNSCRAWL_DATA_DIR=str(user.crawl.data))
    assert (ended.returncode, ended.stderr) == (0, "")
    expected = json.loads((checkout.root / "fixtures/expected/gazette.example/mine.json").read_bytes())
    assert expected["site"] == "gazette.example"
    assert expected["id"] in {record["id"] for record in user.crawl.records}


SCRIPT = """
import sys
from scrapy.crawler import CrawlerProcess
from scrapy.utils.project import get_project_settings
process = CrawlerProcess(get_project_settings())
process.crawl("news", **dict(word.split("=", 1) for word in sys.argv[1:]))
process.start()
"""


@pytest.mark.parametrize(("site", "is_crawled"), [("gazette.example", True), ("localhost", False)])
def test_a_script_crawls_a_site_too(
    reader: Callable[[Gazette], Reader], tmp_path: Path, site: str, is_crawled: bool
) -> None:
    gazette = Gazette()
    (only,) = stories(1, NOW - timedelta(hours=1))
    gazette.publish(only)
    gazette.front([only.path])
    user = reader(gazette)
    environment = os.environ | user.replica.environment() | {"ECNSCRAWL_DATA_DIR": str(user.crawl.data)}
    command = [sys.executable, "-c", SCRIPT, f"site={site}"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stderr
    assert user.crawl.folder.is_dir() == is_crawled
    assert ("is not a host name" in done.stderr) != is_crawled
    assert (user.paths == {only.path}) == is_crawled
