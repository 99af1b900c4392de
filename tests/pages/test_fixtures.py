"""Each saved page gives the expected record, with a test for each group of fields."""

import hashlib
import json
import os
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ecnscrawl.items import Article
from ecnscrawl.testing.fixtures import SavedPages
from tests.saved_pages import (
    FIXTURES,
    NOT_EXPECTED,
    SavedPage,
    articles,
    expected_of,
    manifest,
    record_from,
    record_of,
    spiders,
)

GROUPS = {
    "identity": ("schema_version", "id", "revision", "url", "site", "kind"),
    "title": ("title",),
    "summary": ("summary",),
    "body": ("body",),
    "times": ("published_at", "published_precision", "updated_at", "fetched_at"),
    "source": ("source",),
    "editor": ("editor",),
    "byline": ("authors", "dateline"),
    "section": ("section", "keywords", "language"),
    "images": ("images",),
    "videos": ("videos",),
    "layout": ("layout",),
    "digest": ("content_hash",),
}
REAL_PAGES = "ECNSCRAWL_REAL_PAGES"  #: environment variable: a folder of folders of pages, one for each site


@cache
def read_once(article: SavedPage) -> dict[str, Any]:
    return record_of(article)


def whole(expected: dict[str, Any]) -> dict[str, Any]:
    """With the two keys that no reader of the page can know: the time of these tests, and the digest as documented."""
    content = [
        expected["title"],
        expected["body"],
        expected["source"],
        [[image["url"], image["caption"]] for image in expected["images"]],
        [[video["url"], video["caption"]] for video in expected["videos"]],
    ]
    digest = hashlib.sha256(msgspec.json.encode(content)).hexdigest()
    return expected | {"fetched_at": "2026-11-23T12:00:00Z", "content_hash": digest}


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("article", articles(), ids=str)
def test_a_saved_page_is_read_as_a_reader_sees_it(article: SavedPage, group: str) -> None:
    expected, record = whole(expected_of(article)), read_once(article)
    assert {key: record[key] for key in GROUPS[group]} == {key: expected[key] for key in GROUPS[group]}


@pytest.mark.parametrize("article", articles(), ids=str)
def test_an_expected_file_has_the_keys_of_a_record_in_their_order(article: SavedPage) -> None:
    assert list(expected_of(article)) == [key for key in Article.__dataclass_fields__ if key not in NOT_EXPECTED]


def test_the_groups_hold_every_key_once() -> None:
    assert sorted(key for keys in GROUPS.values() for key in keys) == sorted(Article.__dataclass_fields__)


@pytest.mark.parametrize("article", [page for page in articles() if "/m/" in page.url], ids=str)
def test_a_mobile_page_has_the_desktop_address(article: SavedPage) -> None:
    assert read_once(article)["url"] == article.url.replace("/m/", "/")


def test_the_manifest_names_every_saved_file_and_no_other() -> None:
    saved = {file.relative_to(FIXTURES / "html").as_posix() for file in (FIXTURES / "html").rglob("*.*")}
    assert sorted(f"{page.site}/{page.file}" for page in manifest()) == sorted(saved)


def test_every_saved_article_is_reviewed() -> None:
    """`scrapy fixture --reviewed NAME` notes that somebody has compared the expected record with the page."""
    assert [article.name for article in SavedPages(FIXTURES).articles() if not article.is_reviewed] == []


def test_every_expected_file_belongs_to_a_saved_article() -> None:
    assert set((FIXTURES / "expected").rglob("*.*")) == {page.expected_file for page in articles()}


def test_no_two_saved_pages_have_the_same_address() -> None:
    urls = [page.url for page in manifest()]
    assert sorted(set(urls)) == sorted(urls)


def test_every_site_of_the_manifest_has_a_spider() -> None:
    assert {page.site for page in manifest()} <= set(spiders())


def test_a_missing_expected_file_is_written_and_asks_for_a_review(tmp_path: Path) -> None:
    article = articles()[0]
    (tmp_path / "html" / article.site).mkdir(parents=True)
    shutil.copy(FIXTURES / "html" / article.site / article.file, tmp_path / "html" / article.site)
    entry = {"file": article.file, "type": article.type, "url": article.url}
    (tmp_path / "manifest.json").write_text(json.dumps({article.site: [entry]}), encoding="utf-8")
    (unreviewed,) = articles(tmp_path)

    with pytest.raises(AssertionError, match="review"):
        expected_of(unreviewed)

    written = json.loads(unreviewed.expected_file.read_text(encoding="utf-8"))
    assert list(written) == [key for key in Article.__dataclass_fields__ if key not in NOT_EXPECTED]
    assert expected_of(unreviewed) == written
    assert unreviewed.expected_file.is_relative_to(tmp_path)


def test_real_pages_are_read_as_a_reader_sees_them() -> None:
    if not (named := os.environ.get(REAL_PAGES)):
        pytest.skip(f"no real pages to compare with: {REAL_PAGES} names no folder")
    lists = sorted(Path(named).glob("*/expected.json"))
    assert lists, f"{REAL_PAGES}={named} holds no <site>/expected.json"
    differing: dict[tuple[str, str], Any] = {}
    for each in lists:
        site = each.parent.name
        for file, expected in json.loads(each.read_text(encoding="utf-8")).items():
            record = record_from(site, expected["url"], [(expected["url"], (each.parent / file).read_bytes())])
            differing |= {(file, key): record[key] for key in expected if record[key] != expected[key]}
    assert differing == {}
