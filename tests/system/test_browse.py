"""`scrapy browse`, as a user runs it: over real HTTP, and in a real browser."""

import gzip
import json
import shutil
import signal
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Dialog, sync_playwright

from ecnscrawl.items import Article, to_line
from tests.exporters.library import BRIDGE, FERRY, HARVEST, HARVEST_CORRECTED, SCRIPT, Library
from tests.samples import article
from tests.system.browsing import Browsing, browsing, free_port
from tests.system.chromium import chromium
from tests.system.crawling import Crawl

pytestmark = pytest.mark.system

FIRST, SECOND = "20261121T120000Z-000001.jsonl", "20261122T120000Z-000002.jsonl"
QUERIES = ["newest", "by-section", "by-editor", "revisions-side-by-side", "full-text-search"]


def publish_all(library: Library) -> None:
    library.publish(FIRST, [FERRY, BRIDGE, HARVEST])
    library.publish(SECOND, [HARVEST_CORRECTED])


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """The published files of a user, in which an article is corrected."""
    made = Library(tmp_path)
    publish_all(made)
    return made


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browsing]:
    """The server and articles that several tests use."""
    made = Library(tmp_path_factory.mktemp("browse"))
    publish_all(made)
    port = free_port()
    with browsing(made.folder / "data", "--no-open", "--port", str(port)) as started:
        assert started.said == f"ecns: 3 articles at http://127.0.0.1:{port}/browse until Ctrl-C\n"
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


def test_full_text_search_finds_words_of_title_body_and_authors(shown: Browsing) -> None:
    assert shown.ids("/full-text-search", search="harvest") == [HARVEST_CORRECTED.id]
    assert shown.ids("/full-text-search", search="apostrophe") == [BRIDGE.id]
    assert shown.ids("/full-text-search", search="Zhao Lei") == [BRIDGE.id]
    assert shown.ids("/articles", _search="towers") == [BRIDGE.id]


def test_a_search_finds_other_forms_of_a_word(shown: Browsing) -> None:
    assert shown.ids("/full-text-search", search="harvesting") == [HARVEST_CORRECTED.id]


def test_a_search_finds_chinese(shown: Browsing) -> None:
    assert shown.ids("/full-text-search", search="第一段") == [BRIDGE.id]


@pytest.mark.parametrize("search", ["", " ", '"', "*", "* OR (", "'; DROP TABLE articles --"])
def test_a_search_without_a_word_finds_nothing_and_does_not_fail(shown: Browsing, search: str) -> None:
    assert shown.rows("/full-text-search", search=search) == []


@pytest.mark.parametrize("search", ["AND", "title:", "titles*"])
def test_the_operators_of_the_search_language_are_words_like_others(shown: Browsing, search: str) -> None:
    assert shown.ids("/full-text-search", search=search) == [BRIDGE.id]


def test_what_an_older_revision_says_is_not_found_but_kept(shown: Browsing) -> None:
    assert shown.rows("/full-text-search", search="calc") == []
    revisions = shown.rows("/revisions", id=HARVEST.id, _sort="revision")
    assert [revision["title"] for revision in revisions] == [HARVEST.title, HARVEST_CORRECTED.title]


def test_articles_are_in_their_newest_revision(shown: Browsing) -> None:
    rows = shown.rows("/articles", _sort="id")
    assert [(row["id"], row["revision"]) for row in rows] == [
        (one.id, one.revision) for one in (FERRY, BRIDGE, HARVEST_CORRECTED)
    ]
    assert (rows[1]["title"], rows[1]["body"]) == (BRIDGE.title, BRIDGE.body)
    assert json.loads(rows[1]["keywords"]) == BRIDGE.keywords


def test_images_are_those_of_the_articles(shown: Browsing) -> None:
    rows = shown.rows("/images", article=BRIDGE.id)
    assert [(row["position"], row["url"], row["caption"], row["credit"]) for row in rows] == [
        (position, image.url, image.caption, image.credit) for position, image in enumerate(BRIDGE.images, 1)
    ]


def test_the_newest_articles_come_first(shown: Browsing) -> None:
    assert shown.ids("/newest") == [HARVEST_CORRECTED.id, BRIDGE.id, FERRY.id]


def test_articles_are_found_by_section_and_editor(shown: Browsing) -> None:
    assert shown.ids("/by-section", section="politics") == [BRIDGE.id]
    assert shown.ids("/by-editor", editor="李雁") == [BRIDGE.id]
    assert len(shown.ids("/by-section")) == 3


def test_revisions_stand_side_by_side(shown: Browsing) -> None:
    for query in ({}, {"id": HARVEST.id}):
        (row,) = shown.rows("/revisions-side-by-side", **query)
        assert (row["old_title"], row["new_title"]) == (HARVEST.title, HARVEST_CORRECTED.title)
        assert (row["old_body"], row["new_body"]) == (HARVEST.body, HARVEST_CORRECTED.body)


def test_tables_facets_and_queries_are_offered(shown: Browsing) -> None:
    page = shown.text()
    assert all(f'href="/browse/{name}"' in page for name in ["articles", "revisions", "images", *QUERIES])
    facets = json.loads(shown.text("/articles.json"))["facet_results"]
    assert list(facets) == ["section", "source", "editor", "kind"]
    assert {(result["value"], result["count"]) for result in facets["kind"]["results"]} == {
        ("photo", 1),
        ("article", 2),
    }


def test_only_tables_and_queries_are_served(shown: Browsing) -> None:
    assert shown.status("", sql="SELECT 1") == 403
    assert shown.status(".db") == 403
    assert shown.status("/../-/static/../../../../../../../../etc/passwd") == 404


def test_an_address_that_leads_nowhere_is_a_page_that_says_so_and_no_traceback(library: Library) -> None:
    with browsing(library.folder / "data", "--no-open") as started:
        for path in ("/nothing", "/articles/nothing", "/../nothing/at/all"):
            assert started.status(path) == 404
        assert started.end() == (0, "")


@pytest.mark.parametrize("path", ["/articles", "/newest", "/revisions", "/full-text-search?search=alert"])
def test_markup_in_a_title_is_escaped(shown: Browsing, path: str) -> None:
    with urlopen(f"{shown.url}{path}", timeout=20) as response:
        page = response.read().decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_a_browser_searches_and_shows_markup_as_text(shown: Browsing, browser: Browser) -> None:
    page = browser.new_page()
    dialogs: list[str] = []
    asked_for: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    page.on("request", lambda request: asked_for.append(request.url))
    page.goto(f"{shown.url}/full-text-search")
    page.fill("input[name=search]", "towers")
    page.click("input[type=submit]")
    page.wait_for_selector("table.rows-and-columns td.col-title")
    assert page.inner_text("td.col-title") == SCRIPT
    assert page.inner_text("td.col-found") == 'She said "no", then "yes"; 一座桥, two [towers]'
    page.goto(f"{shown.url}/articles")
    page.wait_for_selector("td.col-title")
    assert SCRIPT in page.locator("td.col-title").all_inner_texts()
    assert dialogs == []
    assert all(url.startswith(shown.url.removesuffix("/browse")) for url in asked_for)
    page.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_exit_status_0(library: Library, number: signal.Signals) -> None:
    with browsing(library.folder / "data", "--no-open") as started:
        started.text()
        assert started.end(number) == (0, "")


def test_a_web_browser_is_opened_unless_the_user_says_otherwise(library: Library, tmp_path: Path) -> None:
    opener, opened = tmp_path / "opener", tmp_path / "opened"
    opener.write_text(f'#!/bin/sh\necho "$1" >{opened}.new && mv {opened}.new {opened}\n', encoding="utf-8")
    opener.chmod(0o755)
    with browsing(library.folder / "data", BROWSER=f"{opener} %s") as started:
        started.text()
        while not opened.exists():
            assert started.process.poll() is None
        assert opened.read_text(encoding="utf-8").strip() == started.url


def test_only_files_that_are_new_are_read(library: Library) -> None:
    with browsing(library.folder / "data", "--no-open"):
        pass
    (library.articles / FIRST).unlink()  # as a job does that has moved it away
    library.publish("20261123T120000Z-000003.jsonl", [article(3, revision=3, title="The last harvest")])
    with browsing(library.folder / "data", "--no-open") as started:
        assert started.said.startswith("ecns: 3 articles at ")
        assert started.ids("/full-text-search", search="harvest") == [HARVEST.id]
        assert len(started.rows("/revisions", id=HARVEST.id)) == 3
        assert len(started.rows("/images", article=BRIDGE.id)) == 2


def test_a_file_that_is_compressed_is_the_same_file_and_a_new_one_is_read(library: Library) -> None:
    with browsing(library.folder / "data", "--no-open"):
        pass
    # It says something else now: whoever reads it again shows that.
    compress(library.articles / FIRST, [replace(FERRY, title="A ferry that nobody has read")])
    compress(library.articles / "20261123T120000Z-000003.jsonl", [article(4, title="The compressed harvest")])
    with browsing(library.folder / "data", "--no-open") as started:
        assert started.said.startswith("ecns: 4 articles at ")
        assert started.ids("/full-text-search", search="compressed") == ["ecns:ihtest4"]
        assert started.ids("/full-text-search", search="nobody has read") == []


def compress(file: Path, stored: list[Article]) -> None:
    file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(b"".join(map(to_line, stored))))
    file.unlink(missing_ok=True)


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b""])
def test_a_damaged_database_is_rebuilt(library: Library, content: bytes) -> None:
    (library.articles.parent / "browse.sqlite").write_bytes(content)
    with browsing(library.folder / "data", "--no-open") as started:
        assert started.said.startswith("ecns: 3 articles at ")


def test_a_database_of_another_version_is_rebuilt(library: Library) -> None:
    with closing(sqlite3.connect(library.articles.parent / "browse.sqlite")) as database:
        database.execute("CREATE TABLE articles (id)")
        database.execute("PRAGMA user_version = 99")
    with browsing(library.folder / "data", "--no-open") as started:
        assert len(started.rows("/articles")) == 3


Change = Callable[[Library], None]


def nothing(library: Library) -> None:
    """Everything as it was."""


def no_record(library: Library) -> None:
    library.publish("20261123T120000Z-000003.jsonl", []).write_bytes(b"{}\n")


def a_link(library: Library) -> None:
    (library.articles.parent / "browse.sqlite").symlink_to(library.folder / "elsewhere.sqlite")


def no_articles(library: Library) -> None:
    shutil.rmtree(library.folder / "data")


@pytest.mark.parametrize(
    ("change", "arguments", "status", "reason"),
    [
        (nothing, ("--port", "eighty"), 2, "--port 'eighty' is not a port"),
        (nothing, ("--port", "65536"), 2, "--port '65536' is not a port"),
        (nothing, ("--site", "ecsn"), 2, "did you mean 'ecns'?"),
        (nothing, ("--prot", "80"), 2, "unknown option '--prot'"),
        (nothing, ("ecns",), 2, "unexpected argument 'ecns'"),
        (no_record, (), 1, "20261123T120000Z-000003.jsonl, line 1: not a record: "),
        (a_link, (), 1, "is a link"),
        (no_articles, (), 1, "run `scrapy crawl SITE` first"),
    ],
)
def test_wrong_usage_of_browse_is_refused_in_one_line(
    library: Library, change: Change, arguments: tuple[str, ...], status: int, reason: str
) -> None:
    change(library)
    ended = Crawl(library.folder / "data", {}).scrapy("browse", "--no-open", *arguments)
    assert (ended.status, ended.out) == (status, "")
    assert ended.err.startswith("ecnscrawl: error: ")
    assert ended.err.count("\n") == 1
    assert reason in ended.err


def test_a_port_that_is_taken_is_named(library: Library) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = Crawl(library.folder / "data", {}).scrapy("browse", "--no-open", "--port", str(port))
    assert ended.status == 1
    assert ended.err == f"ecnscrawl: error: cannot listen at 127.0.0.1:{port} (Address already in use)\n"


@pytest.mark.parametrize("module", ["datasette", "sqlite_utils"])
def test_without_datasette_it_says_what_to_install(library: Library, tmp_path: Path, module: str) -> None:
    stand_in = tmp_path / "without"
    stand_in.mkdir()
    (stand_in / f"{module}.py").write_text("raise ImportError\n", encoding="utf-8")
    ended = Crawl(library.folder / "data", {}).scrapy("browse", "--no-open", PYTHONPATH=str(stand_in))
    assert ended.status == 1
    assert ended.err == "ecnscrawl: error: browsing needs Datasette; make clean setup\n"
