"""Pages of an article are saved as a fixture: the files, the manifest, the expected file."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ecnscrawl.exceptions import CannotStart
from ecnscrawl.extraction import extract_sources
from ecnscrawl.items import Image
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.document import Source
from ecnscrawl.testing.fixtures import NOT_EXPECTED, SavedPages, default_name
from tests.samples import address, article
from tests.saved_pages import FETCHED_AT, articles, expected_of, pages_of, spiders

DAY = date(2026, 11, 23)
FIRST, SECOND = (
    Source(f"https://www.ecns.cn/a{part}.shtml", body) for part, body in (("", b"\xb9\xe3<p>"), ("-p2", b""))
)


@pytest.fixture
def pages(tmp_path: Path) -> SavedPages:
    return SavedPages(tmp_path / "fixtures")


def manifest(pages: SavedPages) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = json.loads((pages.folder / "manifest.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize(
    ("id_", "day", "name"),
    [
        ("ecns:ihtest1", DAY, "2026-11-23-ihtest1"),
        ("gaceta:4711", None, "4711"),
        ("gaceta:region:4711", None, "region-4711"),
    ],
)
def test_a_fixture_is_named_by_the_day_and_id_of_its_address(id_: str, day: date | None, name: str) -> None:
    assert default_name(ArticleRef(id_, "https://example.org/", "article", day)) == name


def test_pages_are_saved_byte_for_byte(pages: SavedPages) -> None:
    files = pages.save("ecns", "snow", [FIRST, SECOND], "fetched", DAY)
    assert [file.name for file in files] == ["snow.html", "snow-p2.html"]
    assert {file.parent for file in files} == {pages.folder / "html" / "ecns"}
    assert [file.read_bytes() for file in files] == [FIRST.body, SECOND.body]


def test_the_manifest_says_what_each_file_is_and_where_it_is_from(pages: SavedPages) -> None:
    pages.save("ecns", "snow", [FIRST, SECOND], "fetched from there", DAY)
    origin = {"origin": "fetched from there", "date": "2026-11-23", "about": ""}
    assert manifest(pages) == {
        "ecns": [
            {"file": "snow.html", "type": "article", "url": FIRST.url, **origin, "reviewed": None},
            {"file": "snow-p2.html", "type": "part", "of": "snow.html", "url": SECOND.url, **origin},
        ]
    }


def test_what_the_manifest_has_stays_in_its_order(pages: SavedPages) -> None:
    pages.folder.mkdir()
    before = {"other": [{"file": "x.html", "about": "é"}], "ecns": [{"file": "old.html"}]}
    (pages.folder / "manifest.json").write_text(json.dumps(before), encoding="utf-8")
    pages.save("ecns", "snow", [FIRST], "fetched", DAY)
    assert list(manifest(pages)) == ["other", "ecns"]
    assert manifest(pages)["other"] == before["other"]
    assert [entry["file"] for entry in manifest(pages)["ecns"]] == ["old.html", "snow.html"]
    assert "é" in (pages.folder / "manifest.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("taken", ["snow.html", "snow-p2.html"])
def test_where_a_name_is_taken_nothing_is_touched(pages: SavedPages, taken: str) -> None:
    folder = pages.folder / "html" / "ecns"
    folder.mkdir(parents=True)
    (folder / taken).write_bytes(b"mine")
    with pytest.raises(CannotStart, match=f"{taken} is there already; .* --name"):
        pages.save("ecns", "snow", [FIRST, SECOND], "fetched", DAY)
    assert [(path.name, path.read_bytes()) for path in pages.folder.rglob("*") if path.is_file()] == [(taken, b"mine")]


def test_two_sites_may_have_fixtures_of_the_same_name(pages: SavedPages) -> None:
    pages.save("ecns", "snow", [FIRST], "fetched", DAY)
    pages.save("other", "snow", [SECOND], "fetched", DAY)
    assert list(manifest(pages)) == ["ecns", "other"]


def test_a_manifest_that_is_broken_is_refused_before_anything_is_saved(pages: SavedPages) -> None:
    pages.folder.mkdir()
    (pages.folder / "manifest.json").write_text('{"ecns": [')
    with pytest.raises(CannotStart, match=r"manifest\.json"):
        pages.save("ecns", "snow", [FIRST], "fetched", DAY)
    assert [path.name for path in pages.folder.rglob("*") if path.is_file()] == ["manifest.json"]


def test_the_expected_file_has_what_a_reader_of_the_page_can_know(pages: SavedPages) -> None:
    record = article(title="Café", images=[Image("https://a/b.jpg", caption="Snow", credit=None)])
    path = pages.write_expected("ecns", "snow", record)
    assert path == pages.folder / "expected" / "ecns" / "snow.json"
    expected = json.loads(path.read_text(encoding="utf-8"))
    assert set(expected) == set(vars(record)) - set(NOT_EXPECTED)
    assert list(expected) == [key for key in vars(record) if key not in NOT_EXPECTED]
    assert expected["images"] == [{"url": "https://a/b.jpg", "caption": "Snow", "credit": None}]
    assert "Café" in path.read_text(encoding="utf-8")
    assert path.read_bytes().endswith(b"}\n")


def test_a_saved_article_is_found_with_its_pages_and_is_not_reviewed(pages: SavedPages) -> None:
    files = pages.save("ecns", "snow", [FIRST, SECOND], "fetched", DAY)
    pages.write_expected("ecns", "snow", article(title="Café"))
    (found,) = pages.articles()
    assert (found.site, found.name, found.files) == ("ecns", "snow", tuple(files))
    assert found.urls == (FIRST.url, SECOND.url)
    assert found.expected()["title"] == "Café"
    assert not found.is_reviewed


def test_a_review_is_noted_for_one_article_with_its_day(pages: SavedPages) -> None:
    for name in ("snow", "rain"):
        pages.save("ecns", name, [FIRST], "fetched", DAY)
    pages.mark_reviewed(pages.articles()[0], date(2026, 11, 24))
    assert [found.is_reviewed for found in pages.articles()] == [True, False]
    assert [entry["reviewed"] for entry in manifest(pages)["ecns"]] == ["2026-11-24", None]


def test_an_entry_that_was_written_by_hand_is_reviewed(pages: SavedPages) -> None:
    pages.folder.mkdir()
    entry = {"file": "snow.html", "type": "article", "url": FIRST.url}
    (pages.folder / "manifest.json").write_text(json.dumps({"ecns": [entry]}))
    assert [found.is_reviewed for found in pages.articles()] == [True]


@pytest.mark.parametrize("written", [None, "{", "[]"])
def test_an_expected_file_that_cannot_be_read_is_named(pages: SavedPages, written: str | None) -> None:
    pages.save("ecns", "snow", [FIRST], "fetched", DAY)
    path = pages.write_expected("ecns", "snow", article())
    path.unlink() if written is None else path.write_text(written)
    with pytest.raises(CannotStart, match=r"snow\.json"):
        pages.articles()[0].expected()


@pytest.mark.parametrize("removed", ["html/ecns/snow-p2.html", "expected/ecns/snow.json"])
def test_a_fixture_with_a_removed_file_says_how_to_remove_the_rest(pages: SavedPages, removed: str) -> None:
    pages.save("ecns", "snow", [FIRST, SECOND], "fetched", DAY)
    pages.write_expected("ecns", "snow", article())
    (pages.folder / removed).unlink()
    with pytest.raises(CannotStart, match=rf"{removed} is not there; remove the rest") as raised:
        pages.articles()[0].expected()
    assert "Errno" not in str(raised.value)


def test_a_new_site_gets_an_empty_entry_and_others_stay(pages: SavedPages) -> None:
    assert json.loads(pages.manifest_with("gaceta")) == {"gaceta": []}
    pages.save("ecns", "snow", [FIRST], "fetched", DAY)
    before = manifest(pages)
    assert json.loads(pages.manifest_with("gaceta")) == before | {"gaceta": []}
    assert pages.manifest_with("ecns").encode() == pages.manifest_file.read_bytes()


@pytest.mark.parametrize("name", ["2025-paged", "2018-gb2312"])
def test_saved_pages_are_read_as_a_crawl_reads_them_first(name: str) -> None:
    saved = next(page for page in articles() if str(page) == name)
    spider = spiders()["ecns"]
    where = spider.profile.article_ref(saved.url)
    assert where is not None
    sources = [Source(part.url, part.body) for part in pages_of(saved)]
    _, record = extract_sources(sources, spider.profile, where, fetched_at=FETCHED_AT)
    expected = expected_of(saved)
    assert record.id == expected["id"]
    assert (record.title, record.body, record.published_at) == tuple(
        expected[key] for key in ("title", "body", "published_at")
    )


def test_a_page_without_anything_is_read_as_such() -> None:
    reading, record = extract_sources(
        [Source(address().url, b"")], spiders()["ecns"].profile, address(), fetched_at=FETCHED_AT
    )
    assert reading.layout == "generic"
    assert (record.title, record.body, record.images) == ("", None, [])
