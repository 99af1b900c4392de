"""`scrapy browse`, as a user runs it: over real HTTP, and in a real browser."""

import json
from collections.abc import Iterator
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Dialog, sync_playwright

from tests.exporters.library import BRIDGE, FERRY, HARVEST, HARVEST_CORRECTED, SCRIPT, Library
from tests.system.browsed import publish_all
from tests.system.browsing import Browsing, browsing, free_port
from tests.system.chromium import chromium

pytestmark = pytest.mark.system

QUERIES = ["newest", "by-section", "by-editor", "revisions-side-by-side", "full-text-search"]


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
