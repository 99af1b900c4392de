"""`scrapy export` without `--site`: the articles of all sites in the data folder."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import feedparser
import pytest

from ecnscrawl.items import Article, content_hash, to_line
from tests.exporters.library import BRIDGE, FERRY, HARVEST, HARVEST_CORRECTED, Library
from tests.system.crawling import Crawl

pytestmark = pytest.mark.system


def of_site(host: str, stored: Article) -> Article:
    """The same article as of another site."""
    url = stored.url.replace("www.ecns.cn", host)
    made = replace(stored, id=stored.id.replace("ecns:", f"{host}:"), site=host, url=url)
    return replace(made, content_hash=content_hash(made))


@pytest.fixture
def user(tmp_path: Path) -> Crawl:
    """A user whose crawls of three sites have published articles, two of them in files of the same name."""
    library = Library(tmp_path)
    library.publish("20261121T120000Z-000001.jsonl", [FERRY, BRIDGE, HARVEST])
    library.publish("20261122T120000Z-000002.jsonl", [HARVEST_CORRECTED])
    publish(tmp_path, "tide.example", "20261122T120000Z-000002.jsonl", HARVEST)
    publish(tmp_path, "wind.example", "20261122T120000Z-000002.jsonl", FERRY)
    return Crawl(tmp_path / "data", {})


def publish(folder: Path, host: str, name: str, stored: Article) -> None:
    articles = folder / "data" / host / "articles"
    articles.mkdir(parents=True, exist_ok=True)
    (articles / name).write_bytes(to_line(of_site(host, stored)))


OF_ECNS = [FERRY.id, BRIDGE.id, HARVEST_CORRECTED.id]
OF_TIDE, OF_WIND = (
    stored.id.replace("ecns:", f"{host}:") for host, stored in (("tide.example", HARVEST), ("wind.example", FERRY))
)


def exported(user: Crawl, *words: str) -> list[str]:
    ended = user.scrapy("export", *words, "-", "--format", "jsonl")
    assert ended.status == 0, ended.err
    return [json.loads(line)["id"] for line in ended.out.splitlines()]


def test_all_sites_are_exported_one_after_the_other(user: Crawl) -> None:
    assert exported(user) == [*OF_ECNS, OF_TIDE, OF_WIND]
    assert exported(user, "--site", "tide.example") == [OF_TIDE]


@pytest.mark.parametrize("words", [(), ("--all-revisions",), ("--search", "ferry")])
def test_the_articles_of_a_folder_and_of_its_copy_are_exported_once(
    user: Crawl, tmp_path: Path, words: Sequence[str]
) -> None:
    before = exported(user, *words)
    shutil.copytree(tmp_path / "data" / "wind.example", tmp_path / "data" / "old.wind.example")
    assert sorted(exported(user, *words)) == sorted(before)
    assert OF_WIND in before


@pytest.mark.parametrize("kind", ["parquet", "csv", "sqlite", "ninjs"])
def test_every_format_has_all_of_them(user: Crawl, tmp_path: Path, kind: str) -> None:
    target = tmp_path / f"all.{kind}"
    ended = user.scrapy("export", str(target), "--format", kind)
    assert (ended.status, ended.out) == (0, f"5 articles written to {target}\n"), ended.err


def test_a_feed_names_the_first_site_and_how_many_others_there_are(user: Crawl, tmp_path: Path) -> None:
    user.scrapy("export", str(tmp_path / "rss.xml"))
    feed = feedparser.parse(str(tmp_path / "rss.xml"))
    assert feed.feed.title == "www.ecns.cn and 2 other sites"
    assert {entry.id for entry in feed.entries} == {*OF_ECNS, OF_TIDE, OF_WIND}


def test_a_search_finds_articles_of_all_sites(user: Crawl) -> None:
    assert exported(user, "--search", "ferry") == [FERRY.id, OF_WIND]
    assert exported(user, "--search", "harvest") == [HARVEST_CORRECTED.id]


def test_what_is_new_is_known_for_each_site(user: Crawl, tmp_path: Path) -> None:
    assert exported(user, "--new-since", "weekly") == [*OF_ECNS, OF_TIDE, OF_WIND]
    assert exported(user, "--new-since", "weekly") == []
    publish(tmp_path, "tide.example", "20261123T120000Z-000003.jsonl", BRIDGE)
    assert exported(user, "--new-since", "weekly", "--site", "ecns") == []
    assert exported(user, "--new-since", "weekly") == [BRIDGE.id.replace("ecns:", "tide.example:")]


def test_days_are_utc_where_the_sites_have_different_clocks(user: Crawl) -> None:
    assert exported(user, "--until", "2026-11-20") == [FERRY.id, BRIDGE.id, OF_WIND]
    assert exported(user, "--until", "2026-11-20", "--site", "ecns") == [FERRY.id]  # in China it is the 21st already


def test_a_section_that_no_site_has_is_refused(user: Crawl, tmp_path: Path) -> None:
    ended = user.scrapy("export", str(tmp_path / "a.csv"), "--section", "Polotics")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == "ecnscrawl: error: no article has the section 'Polotics' (did you mean 'Politics'?)\n"


def test_browse_asks_for_one_of_several_sites(user: Crawl) -> None:
    ended = user.scrapy("browse", "--no-open")
    assert (ended.status, ended.err) == (
        2,
        "ecnscrawl: error: there are several sites; choose one with --site: ecns, tide.example, wind.example\n",
    )


def test_verify_asks_for_one_of_several_sites_as_it_takes_it(user: Crawl) -> None:
    ended = user.scrapy("verify")
    assert (ended.status, ended.err) == (
        2,
        "ecnscrawl: error: there are several sites; name one after `verify`: ecns, tide.example, wind.example\n",
    )
