"""Bytes to text, text to a tree."""

import codecs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecnscrawl.pages.document import Document, Source, decode

URL = "https://www.ecns.cn/world/2026-11-23/detail-ihtest1.shtml"
CHINESE = "编辑：谷丽萍，北京的春天来了"
ODD_CHARSETS = ["idna", "undefined", "punycode", "unicode_escape", "raw_unicode_escape", "utf-7", "utf-16", "utf-32"]
NO_TEXT_CHARSETS = ["hex", "base64", "rot13", "zip", "bz2", "uu", "no-such-charset", "-", "x"]


def page(text: str, declared: str | None = None) -> str:
    meta = f'<meta charset="{declared}">' if declared else ""
    return f"<html><head>{meta}</head><body><p>{text}</p></body></html>"


def document(markup: str | bytes, charset: str | None = None) -> Document:
    return Document(Source(URL, markup.encode() if isinstance(markup, str) else markup, charset))


# By which charset.


def test_declared_utf_8_is_utf_8() -> None:
    assert CHINESE in decode(page(CHINESE, "utf-8").encode())


def test_undeclared_utf_8_is_utf_8() -> None:
    assert "São Paulo" in decode(page("São Paulo").encode())


@pytest.mark.parametrize("declared", ["gb2312", "GB2312", "gbk", "gb18030", "x-gbk"])
def test_declared_gb_is_read_as_the_largest_of_them(declared: str) -> None:
    text = f"{CHINESE}镕㐂€"  # beyond gb2312, beyond GBK
    assert text in decode(page(text, declared).encode("gb18030"))


def test_a_charset_in_the_old_form_of_meta_is_found() -> None:
    markup = f'<META http-equiv="Content-Type" content="text/html; charset=gb2312"><p>{CHINESE}</p>'
    assert CHINESE in decode(markup.encode("gb18030"))


def test_the_header_counts_where_the_page_says_nothing() -> None:
    assert "Ünïcode" in decode(page("Ünïcode").encode("iso-8859-1"), "iso-8859-1")


def test_undeclared_gbk_is_found_out() -> None:
    assert CHINESE in decode(page(CHINESE).encode("gbk"))


def test_gbk_that_says_it_is_utf_8_is_found_out() -> None:
    assert CHINESE in decode(page(CHINESE, "utf-8").encode("gbk"))
    assert CHINESE in decode(page(CHINESE).encode("gbk"), "utf-8")


def test_utf_8_that_says_it_is_gb2312_is_found_out() -> None:
    assert CHINESE in decode(page(CHINESE, "gb2312").encode())
    assert CHINESE in decode(page(CHINESE).encode(), "gb2312")


def test_a_few_chinese_characters_of_gbk_that_look_like_utf_8_are_read_as_declared() -> None:
    body = page("模", "gb2312").encode("gbk")
    assert "ģ" in body.decode("utf-8")
    assert "模" in decode(body)


def test_utf_8_that_says_it_is_western_is_found_out() -> None:
    assert CHINESE in decode(page(CHINESE, "iso-8859-1").encode())


def test_western_text_without_declaration_is_read_as_such() -> None:
    assert "café – “sun”" in decode(page("café – “sun”").encode("cp1252"))


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")],
    ids=["utf-8", "utf-16-le", "utf-16-be"],
)
def test_a_byte_order_mark_counts_more_than_any_declaration(mark: bytes, encoding: str) -> None:
    text = decode(mark + page(CHINESE, "gb2312").encode(encoding), "gb2312")
    assert CHINESE in text
    assert "\ufeff" not in text


def test_broken_utf_8_stays_utf_8_with_its_broken_places_marked() -> None:
    body = page(CHINESE, "utf-8").encode().replace("春".encode(), "春".encode()[:2])
    text = decode(body)
    assert CHINESE.split("春", maxsplit=1)[0] in text
    assert CHINESE.split("春")[1] in text
    assert "\ufffd" in text


def test_a_page_cut_in_the_middle_of_a_character_is_read() -> None:
    assert CHINESE[:-1] in decode(page(CHINESE, "utf-8").encode().split(CHINESE[-1].encode())[0] + b"\xe4\xba")


@pytest.mark.parametrize("charset", NO_TEXT_CHARSETS)
def test_a_charset_that_nobody_knows_is_as_good_as_none(charset: str) -> None:
    assert CHINESE in decode(page(CHINESE).encode("gbk"), charset)
    assert CHINESE in decode(page(CHINESE, charset).encode("gbk"))


@pytest.mark.parametrize("charset", ODD_CHARSETS)
def test_an_odd_charset_does_not_stop_the_reading(charset: str) -> None:
    body = b"<p>caf\xe9 \\ud800 +2AA- Harbin</p>"
    assert isinstance(decode(body, charset), str)
    assert document(body, charset).root is not None


@given(st.binary(), st.none() | st.sampled_from([*NO_TEXT_CHARSETS, "utf-8", "gb2312", "gbk", "latin-1", "big5"]))
@example(b"", "gb2312")
@example(codecs.BOM_UTF8, None)
def test_any_bytes_are_decoded(body: bytes, charset: str | None) -> None:
    assert isinstance(decode(body, charset), str)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufeff")))
def test_undeclared_utf_8_is_read_as_it_was_written(text: str) -> None:
    assert decode(text.encode()) == text


@given(st.text(st.characters(codec="gb18030", exclude_categories=["Cc"], exclude_characters="\ufeff"), min_size=1))
def test_gb_text_that_is_not_valid_utf_8_is_read_as_declared(text: str) -> None:
    body = text.encode("gb18030")
    if not body.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not is_utf_8(body):
        assert decode(body, "gb2312") == text


def is_utf_8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


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
        ("&#x90e8;", "部"), ("&#1488;", "א"), ("&#12849;", "㈱"), ("&#12298;", "《"), ("&#127;", "\x7f"),
    ],
)  # fmt: skip
def test_references_to_control_characters_mean_those_of_windows(reference: str, expected: str) -> None:
    assert paragraphs(document(f"<p>China{reference} s</p>")) == [f"China{expected} s"]


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
def test_a_page_of_nothing_is_a_page(markup: str) -> None:
    found = document(markup)
    assert found.root is not None
    assert found.metas == {}


def test_a_page_nested_deeper_than_any_is_read() -> None:
    found = document("<div>" * 5000 + "deep" + "</div>" * 5000)
    assert found.root is not None


@given(st.binary() | st.text().map(str.encode))
@example(b"<p>&#xD800;</p>")
@example(b"<p>&#99999999999;</p>")
@example(b"<\xff\xfe>")
def test_any_bytes_are_a_page(body: bytes) -> None:
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
def test_json_ld_that_says_nothing_of_an_article_is_none(content: str) -> None:
    assert document(f'<script type="application/ld+json">{content}</script>').json_ld == {}


def test_broken_json_ld_does_not_hide_the_next_one() -> None:
    broken = '<script type="application/ld+json">{"@type": </script>'
    whole = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ice"}</script>'
    assert document(broken + whole).json_ld["headline"] == "Ice"
