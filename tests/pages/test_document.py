"""A page as a tree."""

import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecnscrawl.pages.document import Document, Source, selector

URL = "https://www.ecns.cn/world/2026-11-23/detail-ihtest1.shtml"


def document(markup: str | bytes, charset: str | None = None) -> Document:
    return Document(Source(URL, markup.encode() if isinstance(markup, str) else markup, charset))


# The tree.


def paragraphs(found: Document) -> list[str]:
    return [element.text_content() for element in found.root.iter("p")]


def test_a_nul_does_not_end_the_page() -> None:
    assert paragraphs(document(b"<p>on\0e</p>\0<p>two</p>")) == ["one", "two"]


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("&#146;", "’"), ("&#147;", "“"), ("&#148;", "”"), ("&#150;", "–"), ("&#133;", "…"), ("&#128;", "€"),
        ("&#x92;", "’"), ("&#X92;", "’"), ("&#x0092;", "’"), ("&#0146;", "’"), ("&#146", "’"),
        ("&#8217;", "’"), ("&#160;", "\xa0"), ("&amp;#146;", "&#146;"), ("&#x8BA1;", "计"),
        ("&#x90e8;", "部"), ("&#1488;", "א"), ("&#12849;", "㈱"), ("&#12298;", "《"), ("&#127;", "\x7f"), ("&#129;", "\x81"),
    ],
)  # fmt: skip
def test_references_to_control_characters_mean_those_of_windows(reference: str, expected: str) -> None:
    assert paragraphs(document(f"<p>China{reference} s</p>")) == [f"China{expected} s"]


def test_a_page_keeps_its_text_only_once() -> None:
    body = b"<p>" + b"Caf\xe9 " * 200_000 + b"</p>"
    tracemalloc.start()
    try:
        page = document(body, "windows-1252")
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(page.markup) <= kept < 1.5 * len(page.markup)


def test_the_outermost_elements_are_those_that_are_in_no_other_one() -> None:
    found = document("<div id=a><div id=b></div><p><div id=c></div></p></div><div id=d></div>")
    assert [element.get("id") for element in found.outermost(selector("//div"))] == ["a", "d"]
    assert [element.get("id") for element in found.outermost(selector("//div/div"))] == ["b", "c"]
    assert found.outermost(selector("//h1")) == []


def test_the_title_is_clean() -> None:
    assert document("<title>\n Snow &amp; ice\u200b in  Harbin </title>").title == "Snow & ice in Harbin"


@pytest.mark.parametrize("markup", ["", "<p>x</p>", "<title></title>", "<title> </title>"])
def test_without_a_title_there_is_none(markup: str) -> None:
    assert document(markup).title is None


def test_metas_go_by_their_name_property_or_itemprop_and_the_first_counts() -> None:
    markup = """<meta name="Keywords" content="a,b"><meta property="og:title" content="T"><meta itemprop="datePublished"
      content="2026"><meta name="keywords" content="c"><meta name="empty" content=""><meta charset="utf-8">"""
    assert document(markup).metas == {"keywords": "a,b", "og:title": "T", "datepublished": "2026"}


@pytest.mark.parametrize(
    "markup", ["", " \n", "\0", "<!---->", "<?xml?>", "<", "plain text", "<!DOCTYPE html>", "&#0;"]
)
def test_an_empty_page_can_be_parsed(markup: str) -> None:
    found = document(markup)
    assert found.root is not None
    assert found.metas == {}


def test_a_very_deeply_nested_page_can_be_parsed() -> None:
    found = document("<div>" * 5000 + "deep" + "</div>" * 5000)
    assert found.root is not None


@given(st.binary() | st.text().map(str.encode))
@example(b"<p>&#xD800;</p>")
@example(b"<p>&#99999999999;</p>")
@example(b"<\xff\xfe>")
def test_any_bytes_can_be_parsed(body: bytes) -> None:
    found = document(body)
    assert found.root is not None
    assert isinstance(found.metas, dict)
    assert found.title is None or found.title


# JSON-LD.


@pytest.mark.parametrize(
    "content",
    [
        '{"@type": "NewsArticle", "headline": "Ice"}',
        '[{"@type": "Organization"}, {"@type": "NewsArticle", "headline": "Ice"}]',
        '{"@graph": [{"@type": "WebPage"}, {"@type": ["Article"], "headline": "Ice"}]}',
        '\n{"@type": "NewsArticle", "headline": "Ice", "text": "two\nlines"}\n',
    ],
)
def test_what_json_ld_says_of_the_article_is_found(content: str) -> None:
    assert document(f'<script type="application/ld+json">{content}</script>').json_ld["headline"] == "Ice"


@pytest.mark.parametrize(
    "content",
    ["", "{", "null", "7", '"text"', "[]", "[null, 7]", '{"@type": "WebPage"}', '{"@graph": 7}', "[" * 100_000],
)
def test_json_ld_without_an_article_is_ignored(content: str) -> None:
    assert document(f'<script type="application/ld+json">{content}</script>').json_ld == {}


def test_broken_json_ld_does_not_hide_the_next_one() -> None:
    broken = '<script type="application/ld+json">{"@type": </script>'
    whole = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ice"}</script>'
    assert document(broken + whole).json_ld["headline"] == "Ice"
