"""Commands that read files, on a machine whose crawls store into a database: what they say of what is only there."""

from pathlib import Path

import psycopg
import pytest

from tests.samples import article
from tests.system.crawling import Crawl
from tests.system.databases import Rows

pytestmark = pytest.mark.system

HOST = "paper.example"
PUBLISH = "a crawl into the database writes none: run `scrapy publish DIR`, and read them with ECNSCRAWL_DATA_DIR=DIR"
PAGE = "<html><head><title>A ferry again</title></head><body><p>The ferry runs again.</p></body></html>"


@pytest.fixture
def user(database_url: str, tmp_path: Path) -> Crawl:
    """Somebody on a machine that has crawled nothing; other machines have crawled two sites."""
    rows = Rows(database_url)
    rows.store(article(1), article(2, site=HOST, id=f"{HOST}:1f"))
    with psycopg.connect(database_url) as connection:
        for site in ("ecns", HOST):
            connection.execute("INSERT INTO ecnscrawl.sites (site) VALUES (%s)", [site])
            connection.execute("INSERT INTO ecnscrawl.facts VALUES (%s, 'runs', '1')", [site])
    (tmp_path / "data").mkdir()
    return Crawl(tmp_path / "data", {"ECNSCRAWL_DATABASE_URL": database_url})


def said(user: Crawl, status: int, *words: str) -> str:
    """The one line that a command prints, which ends with this status."""
    ended = user.scrapy(*words)
    assert (ended.status, ended.out, ended.err.count("\n")) == (status, "", 1), ended.err
    return ended.err.removeprefix("ecnscrawl: error: ").removesuffix("\n")


@pytest.mark.parametrize(
    "words",
    [
        ("export", "a.jsonl", "--site", HOST),
        ("browse", "--no-open", "--site", HOST),
        ("load", "sqlite:///a.sqlite", "--site", HOST),
        ("verify", HOST),
    ],
)
def test_a_site_that_is_only_in_the_database_has_to_be_published(user: Crawl, words: tuple[str, ...]) -> None:
    assert said(user, 2, *words) == (
        f"unknown site '{HOST}'; known are chinanews, ecns; of one that is only in the database: {PUBLISH}"
    )


def test_an_unknown_site_is_not_published_for_status(user: Crawl) -> None:
    assert said(user, 2, "status", "papers.example") == (
        f"unknown site 'papers.example' (did you mean '{HOST}'?); known are chinanews, ecns, {HOST}"
    )


@pytest.mark.parametrize("words", [("export", "a.jsonl"), ("browse", "--no-open"), ("verify",)])
def test_folders_without_articles_are_no_sites_to_choose_from(user: Crawl, words: tuple[str, ...]) -> None:
    for site in ("ecns", HOST):
        (user.data / site / "reports").mkdir(parents=True)  # as `status` draws a page of each
    assert said(user, 1, *words) == f"there is no article file in {user.data}; {PUBLISH}"


def test_a_load_of_a_site_without_files_says_where_they_come_from(user: Crawl) -> None:
    assert said(user, 1, "load", "sqlite:///a.sqlite", "--site", "ecns") == (
        f"there is no folder {user.data}/ecns/articles; {PUBLISH}"
    )


def test_records_of_a_database_are_not_verified_before_they_are_published(user: Crawl) -> None:
    (user.data / "ecns" / "archive").mkdir(parents=True)
    assert said(user, 1, "verify", "ecns") == (
        f"there is no article file in {user.data}/ecns/articles; a crawl into the database writes none: run"
        f" `scrapy publish {user.data}` first"
    )


def test_nothing_is_published_into_the_folder_of_a_site_that_has_only_an_archive(user: Crawl) -> None:
    folder = user.data / "ecns"
    (folder / "archive").mkdir(parents=True)
    assert said(user, 2, "publish", str(folder)) == (
        f"{folder} lies in the folder of a site; publish into {user.data}, or another folder"
    )


def test_a_fixture_knows_the_sites_of_the_database(user: Crawl, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    page, name = ("fixture", str(tmp_path / "page.html"), "--url"), ("--name", "-")
    assert said(user, 2, *page, f"https://{HOST}/2026/11/ferry.html", *name).startswith("--name '-' is not a name")
    assert "not the address of an article of any site" in said(user, 2, *page, "https://other.example/1.html", *name)
