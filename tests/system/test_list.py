"""`scrapy list` names the sites; with `--long` it says what is known of each, and what is stored."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from replica import Replica
from tests.system.crawling import Crawl
from tests.system.newsstand import Newsstand, Story

pytestmark = pytest.mark.system

HEAD = ["site", "language", "layouts", "last healthy run (UTC)", "records"]
STORIES = [Story(number) for number in range(1, 5)]


def table(out: str) -> dict[str, list[str]]:
    """The cells of each line, by the site."""
    head, *rows = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in out.splitlines()]
    assert head == HEAD
    return {site: cells for site, *cells in rows}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    """A user who has crawled four articles of ecns, healthily, and then one that is not there."""
    stand = Newsstand()
    stand.publish(*STORIES)
    stand.list("/world/", [story.url for story in STORIES])
    with Replica(stand.site) as replica:
        crawl = Crawl(tmp_path_factory.mktemp("list") / "data", replica.environment())
        assert crawl.run("-a", "sections=world").stats["new"] == "4"
        assert crawl.run("-a", f"urls={Story(9).url}").status == 3
        yield crawl


def test_without_an_option_it_prints_the_names_alone(crawled: Crawl) -> None:
    ended = crawled.scrapy("list")
    assert (ended.status, ended.err) == (0, "")
    names = ended.out.splitlines()
    assert "ecns" in names
    assert names == sorted(names)
    assert [name for name in names if not name.isidentifier()] == []


def test_long_shows_language_layouts_the_last_healthy_run_and_the_records(crawled: Crawl) -> None:
    ended = crawled.scrapy("list", "--long")
    assert (ended.status, ended.err) == (0, "")
    language, layouts, healthy, records = table(ended.out)["ecns"]
    assert (language, layouts, records) == ("en", "mobile,2026,old-cms,new-cms", "4")
    first = min((crawled.folder / "reports").glob("2*.json")).read_text(encoding="utf-8")
    assert f'"finished_at": "{datetime.fromisoformat(healthy):%Y-%m-%dT%H:%M}' in first.replace('":"', '": "')


def test_records_count_when_their_readers_have_moved_the_files_away(crawled: Crawl, tmp_path: Path) -> None:
    for file in crawled.files:
        file.rename(tmp_path / file.name)
    try:
        assert table(crawled.scrapy("list", "--long").out)["ecns"][3] == "4"
    finally:
        for file in tmp_path.glob("*.jsonl"):
            file.rename(crawled.folder / "articles" / file.name)


def test_a_site_without_a_run_has_no_healthy_one_and_no_records(tmp_path: Path) -> None:
    ended = Crawl(tmp_path / "data", {}).scrapy("list", "--long", "-s", "SPIDER_MODULES=tests.second_site")
    assert table(ended.out) == {"gaceta": ["es", "2026", "-", "0"]}
    assert not (tmp_path / "data").exists()


def test_the_folder_of_a_site_without_a_spider_is_listed_too(crawled: Crawl) -> None:
    ended = crawled.scrapy("list", "--long", "-s", "SPIDER_MODULES=tests.second_site")
    found = table(ended.out)
    assert list(found) == ["ecns", "gaceta"]
    assert found["ecns"][:2] == ["-", "-"]
    assert found["ecns"][3] == "4"


def test_an_unknown_option_is_refused(crawled: Crawl) -> None:
    ended = crawled.scrapy("list", "--lnog")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == "ecnscrawl: error: unknown option '--lnog'; `scrapy list -h` lists the options\n"


BROKEN = """from ecnscrawl.sites.sources import ByNumber

WORLD = ByNumber("world", "https://example.org/world/", "https://example.org/world/{number}.html")
"""


@pytest.mark.parametrize("command", [("list",), ("list", "--long"), ("crawl", "ecns"), ("status",)], ids=" ".join)
def test_a_profile_that_is_wrong_is_named_in_one_line(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "broken.py").write_text(BROKEN)
    ended = Crawl(tmp_path / "data", {}).scrapy(*command, "-s", "SPIDER_MODULES=broken", PYTHONPATH=str(tmp_path))
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == (
        f"ecnscrawl: error: {tmp_path}/broken.py, line 3: world: following 'https://example.org/world/{{number}}.html'"
        " has another placeholder than {page}\n"
    )
