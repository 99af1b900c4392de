"""Rules for the records of all saved pages."""

import json
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped,unused-ignore]

from ecnscrawl.items import schema
from tests.saved_pages import ROOT, SavedPage, articles, every_article, every_site, pages_of, record_of

SCHEMA_FILE = ROOT / "ecnscrawl" / "article.schema.json"
TIMES = ("published_at", "updated_at", "fetched_at")
# Words and addresses of the pages' furniture, and of pictures that only serve to share.
FURNITURE = (
    "ECNS App Download", "Most popular in 24h", "Related news", "Top news", "Media partners", "Search Ecns",
    "Back to top", "Copyright", "京ICP", "Text: A", "Editor:", "Editor :", "facebook", "twitter.com", "//x.com",
    "bshare", "/x.jpg", "U435P886T30D169F", "/images/bg/", "/images/head/", "YingWenWangWangYeSheJi", "videojs",
    "javascript", "function_code_page", "-Ecns.cn", "&nbsp;", "&amp;", "<p", "</", "下一页",
)  # fmt: skip
each_article = pytest.mark.parametrize("article", every_article(), ids=str)


class VisibleText(HTMLParser):
    """The text of a page, without scripts, styles and comments; apart from the product's own reading."""

    INLINE = frozenset("a abbr b bdi bdo cite code em font i mark q s small span strong sub sup u wbr".split())

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.metadata: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in ("script", "style")
        if tag == "meta":
            self.metadata += [value for name, value in attrs if name == "content" and value]
        if tag not in self.INLINE:
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in ("script", "style")
        if tag not in self.INLINE:
            self.pieces.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.pieces.append(data)


def decoded(page: SavedPage) -> str:
    """The text of a saved page: they are all UTF-8, or in the charset that their site falls back to."""
    try:
        return page.body.decode("utf-8")
    except UnicodeDecodeError:
        return page.body.decode(every_site()[page.site].profile.fallback_charset or "windows-1252")


def plain(text: str) -> str:
    return " ".join(text.replace("\u200b", "").replace("\ufeff", "").split())


@cache
def read_once(article: SavedPage) -> dict[str, Any]:
    return record_of(article)


@cache
def shown(article: SavedPage) -> tuple[str, str]:
    """The visible text of all pages of an article, and their metadata."""
    parser = VisibleText()
    for page in pages_of(article):
        parser.feed(decoded(page))
    return plain("".join(parser.pieces)), plain(" ".join(parser.metadata))


def visible_texts(record: dict[str, Any]) -> Iterator[str]:
    """The texts of a record that a reader of the page sees, each as it stands there."""
    for key in ("title", "source", "editor", "dateline", "section"):
        yield from [record[key]] if record[key] else []
    for paragraph in (record["body"] or "").split("\n\n"):
        yield from paragraph.split(" | ")
    yield from record["authors"]
    for image in record["images"]:
        yield from (text for text in (image["caption"], image["credit"]) if text)
    yield from (video["caption"] for video in record["videos"] if video["caption"])


def strings(value: Any) -> Iterator[str]:
    """Every string in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


@each_article
def test_every_stored_text_occurs_in_its_page(article: SavedPage) -> None:
    text, _ = shown(article)
    assert [each for each in visible_texts(read_once(article)) if each not in text] == []


@each_article
def test_summary_and_keywords_occur_in_the_metadata(article: SavedPage) -> None:
    record, (_, metadata) = read_once(article), shown(article)
    stated = [*record["keywords"], *([record["summary"]] if record["summary"] else [])]
    assert [each for each in stated if each not in metadata] == []


@each_article
def test_every_stored_address_of_media_occurs_in_its_page(article: SavedPage) -> None:
    record = read_once(article)
    media = [image["url"] for image in record["images"]] + [
        url for video in record["videos"] for url in (video["url"], video["poster"]) if url
    ]
    markup = unquote("".join(decoded(page) for page in pages_of(article)))
    assert [url for url in media if unquote(urlsplit(url).path.rsplit("/", 1)[1]) not in markup] == []


@each_article
def test_no_caption_is_in_a_body(article: SavedPage) -> None:
    record = read_once(article)
    captions = [each["caption"] for each in (*record["images"], *record["videos"]) if each["caption"]]
    paragraphs = (record["body"] or "").split("\n\n")
    assert [caption for caption in captions if caption in (record["body"] or "")] == []
    assert [each for each in paragraphs if each and any(each in caption for caption in captions)] == []


@each_article
def test_no_byline_is_in_a_body(article: SavedPage) -> None:
    record = read_once(article)
    for author in record["authors"]:
        assert not re.search(rf"(?m)^\(?By .*{author}", record["body"] or "")


@each_article
def test_no_string_is_empty_or_has_stray_white_space(article: SavedPage) -> None:
    record = read_once(article)
    paragraphs = {"body": (record["body"] or "-").split("\n\n")}
    for text in strings(record | paragraphs):
        assert text
        assert text == plain(text)


@each_article
def test_times_lie_between_2000_and_tomorrow(article: SavedPage) -> None:
    record = read_once(article)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    for key in TIMES:
        if record[key] is not None:
            assert datetime(2000, 1, 1, tzinfo=UTC) < datetime.fromisoformat(record[key]) < tomorrow


@each_article
def test_no_furniture_of_the_page_is_in_a_record(article: SavedPage) -> None:
    line = json.dumps(read_once(article), ensure_ascii=False)
    assert [words for words in FURNITURE if words.lower() in line.lower()] == []


@each_article
def test_two_readings_of_the_same_bytes_are_equal(article: SavedPage) -> None:
    assert record_of(article) == read_once(article)


@each_article
def test_a_page_with_carriage_returns_is_read_the_same(article: SavedPage) -> None:
    assert record_of(article, lambda body: body.replace(b"\n", b"\r\n")) == read_once(article)


@each_article
def test_a_record_is_valid_by_the_published_schema(article: SavedPage) -> None:
    published = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(published)
    assert [error.message for error in Draft202012Validator(published).iter_errors(read_once(article))] == []


def test_pages_read_in_another_order_give_the_same_records() -> None:
    in_another_order = every_article()
    random.Random(2026).shuffle(in_another_order)
    again = {article.file: record_of(article) for article in in_another_order}
    assert again == {article.file: read_once(article) for article in every_article()}


def test_no_two_articles_have_the_same_id() -> None:
    ids = [read_once(article)["id"] for article in every_article()]
    assert sorted(set(ids)) == sorted(ids)


def test_the_same_gallery_under_two_addresses_has_one_digest() -> None:
    by_file = {article.file: read_once(article) for article in articles()}
    one, other = by_file["2025-hd-gallery.html"], by_file["2025-photo-gallery.html"]
    assert one["content_hash"] == other["content_hash"]
    assert one["id"] != other["id"]


def test_the_published_schema_is_that_of_the_dataclasses() -> None:
    assert json.loads(SCHEMA_FILE.read_text(encoding="utf-8")) == schema()


def test_the_published_schema_requires_every_key_and_allows_no_other() -> None:
    definitions = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))["$defs"]
    for definition in definitions.values():
        assert definition["required"] == list(definition["properties"])
        assert definition["additionalProperties"] is False
