"""Decoding: the labels and decoders of browsers, and exceptions for Chinese sites."""

import codecs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecnscrawl.pages import charsets
from ecnscrawl.pages.charsets import charset_in

CHINESE = "编辑：谷丽萍，北京的春天来了"
ODD_CHARSETS = ["idna", "undefined", "punycode", "unicode_escape", "raw_unicode_escape", "utf-7", "utf-16", "utf-32"]
NO_TEXT_CHARSETS = ["hex", "base64", "rot13", "zip", "bz2", "uu", "no-such-charset", "-", "x", "é"]


def decode(body: bytes, charset: str | None = None) -> str:
    """As of a Chinese site."""
    return charsets.decode(body, charset, "gb18030")


def page(text: str, declared: str | None = None) -> str:
    meta = f'<meta charset="{declared}">' if declared else ""
    return f"<html><head>{meta}</head><body><p>{text}</p></body></html>"


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


def test_undeclared_gbk_is_recognised() -> None:
    assert CHINESE in decode(page(CHINESE).encode("gbk"))


def test_gbk_that_is_declared_as_utf_8_is_recognised() -> None:
    assert CHINESE in decode(page(CHINESE, "utf-8").encode("gbk"))
    assert CHINESE in decode(page(CHINESE).encode("gbk"), "utf-8")


@pytest.mark.parametrize("fallback", [None, "windows-1254", "iso-8859-9"])
def test_gbk_is_not_looked_for_on_other_sites(fallback: str | None) -> None:
    assert CHINESE not in charsets.decode(page(CHINESE).encode("gbk"), None, fallback)
    assert CHINESE in charsets.decode(page(CHINESE, "gbk").encode("gbk"), None, fallback)


def test_undeclared_text_is_in_the_charset_of_the_site() -> None:
    body = page("Şirket İzmir’de").encode("windows-1254")
    assert "Şirket İzmir’de" in charsets.decode(body, None, "windows-1254")
    assert "Þirket" in charsets.decode(body)


def test_the_charset_of_the_site_counts_least() -> None:
    assert "Şirket İzmir" in charsets.decode(page("Şirket İzmir").encode(), None, "windows-1251")
    assert "São Paulo" in charsets.decode(page("São Paulo").encode("cp1252"), "iso-8859-1", "windows-1254")
    assert "Şişli" in charsets.decode(page("Şişli", "iso-8859-9").encode("iso-8859-9"), None, "windows-1251")
    assert "\ufffd" in charsets.decode(page("Şişli", "utf-8").encode("iso-8859-9"), None, "windows-1254")


def test_utf_8_that_is_declared_as_gb2312_is_recognised() -> None:
    assert CHINESE in decode(page(CHINESE, "gb2312").encode())
    assert CHINESE in decode(page(CHINESE).encode(), "gb2312")


def test_a_few_chinese_characters_of_gbk_that_look_like_utf_8_are_read_as_declared() -> None:
    body = page("模", "gb2312").encode("gbk")
    assert "ģ" in body.decode("utf-8")
    assert "模" in decode(body)


def test_utf_8_that_is_declared_as_western_is_recognised() -> None:
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
def test_an_unknown_charset_is_ignored(charset: str) -> None:
    assert CHINESE in decode(page(CHINESE).encode("gbk"), charset)
    assert CHINESE in decode(page(CHINESE, charset).encode("gbk"))


@pytest.mark.parametrize("charset", ODD_CHARSETS)
def test_an_odd_charset_does_not_stop_the_reading(charset: str) -> None:
    body = b"<p>caf\xe9 \\ud800 +2AA- Harbin</p>"
    assert isinstance(decode(body, charset), str)


@given(st.binary(), st.none() | st.sampled_from([*NO_TEXT_CHARSETS, "utf-8", "gb2312", "gbk", "latin-1", "big5"]))
@example(b"", "gb2312")
@example(codecs.BOM_UTF8, None)
def test_any_bytes_are_decoded(body: bytes, charset: str | None) -> None:
    assert isinstance(decode(body, charset), str)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufeff")))
def test_undeclared_utf_8_is_read_as_it_was_written(text: str) -> None:
    assert decode(text.encode()) == text


@given(
    st.text(st.characters(codec="gb18030", exclude_categories=["Cc", "Co"], exclude_characters="\ufeff"), min_size=1)
)
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


# As browsers do.


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("text/html; charset=utf-8", "utf-8"), ("text/html;charset=GB2312", "GB2312"), ('text/html; charset="latin1"', "latin1"),
        ("text/html; CHARSET=big5; x=y", "big5"), ("text/html; x=y;charset=cp949", "cp949"), ("text/html; charset=", None),
        ("text/html", None), ("text/html charset=utf-8", None), ("text/html; xcharset=utf-8", None), ("", None),
    ],
)  # fmt: skip
def test_a_content_type_names_a_charset_as_it_is_written(content_type: str, expected: str | None) -> None:
    assert charset_in(content_type) == expected


# What stands between <p> and </p>: its bytes, and what a browser shows.
READ_AS = [
    ("iso-8859-1", b"\x93caf\xe9\x94 \x80 \x81", "“café” € \x81"),
    ("ascii", b"it\x92s 20\xb0", "it’s 20°"),
    ("us-ascii", b"\x85", "…"),
    ("latin1", b"\x96", "–"),
    ("l1", b"\x99", "™"),
    ("iso-8859-9", b"\x80 \xfd", "€ ı"),
    ("tis-620", b"\xa1\x81\x85", "ก\x81…"),
    ("windows-1251", b"\xcf\xf0\xe8\x98", "При\x98"),
    ("koi8-u", b"\xee\xae", "Нў"),
    ("windows-1255", b"\xf9\xca", "ש\u05ba"),
    ("csgb2312", b"\xb1\xb1\xbe\xa9", "北京"),
    ("chinese", b"\xb1\xb1\xbe\xa9", "北京"),
    ("gb_2312-80", b"\xb1\xb1\xa3\xa0\xbe\xa9", "北\u3000京"),
    ("gbk", b"\xa6\xd9\xa8\xbc\xfe\x59", "︐ḿ龴"),
    ("big5", b"\xa4\xa4\xb0\xea", "中國"),
    ("big5-hkscs", b"\xfe\xd5", "𥈠"),
    ("ks_c_5601-1987", b"\xbc\xad\xbf\xef\x8c\x63", "서울똠"),
    ("euc-kr", b"\x8c\x63", "똠"),
    ("x-sjis", b"\x93\x8c\x8b\x9e\x87\x40", "東京①"),
    ("euc-jp", b"\xc5\xec\xb5\xfe\xa1\xc1", "東京～"),
    ("euc-jp", b"\xad\xa1\xad\xea \xfc\xe2\xff", "①㈱ 髙\ufffd"),
    ("iso-2022-jp", b"\x1b$B-!El\x1b(B \x80", "①東 \ufffd"),
    ("gbk", b"\x80 \xb1\xb1\xff", "€ 北\ufffd"),
    ("iso-2022-jp", b"\x1b$BEl5~\x1b(B Tokyo", "東京 Tokyo"),
]


def shown(text: str) -> str:
    return text.partition("<p>")[2].partition("</p>")[0]


@pytest.mark.parametrize(("label", "inside", "expected"), READ_AS)
def test_a_label_means_what_it_means_to_browsers(label: str, inside: bytes, expected: str) -> None:
    for written in (label, label.upper(), f" {label}\n"):
        assert shown(decode(b"<p>" + inside + b"</p>", written)) == expected
        assert shown(decode(f'<meta charset="{written}"><p>'.encode() + inside + b"</p>")) == expected


def test_a_charset_that_can_hide_scripts_is_not_read() -> None:
    for label in ("hz-gb-2312", "iso-2022-kr", "csiso2022kr", "iso-2022-cn", "replacement"):
        assert decode(b"<p>~{11>)~}</p>", label) == "\ufffd"
        assert decode(f"<meta charset={label}><p>~{{11>)~}}</p>".encode()) == "\ufffd"
        assert decode(b"", label) == ""


def test_private_bytes_are_private_where_the_header_says_so_alone() -> None:
    assert decode(b"<p>\x93</p>", "x-user-defined") == "<p>\uf793</p>"
    assert shown(decode(b'<meta charset="x-user-defined"><p>\x93</p>')) == "“"


@pytest.mark.parametrize("label", ["utf-16", "utf-16le", "utf-16be", "unicode", "ucs-2"])
def test_utf_16_in_a_page_that_can_be_read_means_utf_8(label: str) -> None:
    assert shown(decode(f'<meta charset="{label}"><p>“é”</p>'.encode())) == "“é”"
    assert shown(decode(f'<meta charset="{label}"><p>“é”\xff</p>'.encode() + b"\xff")) == "“é”\xff"


@pytest.mark.parametrize(
    ("label", "codec"), [("utf-16", "utf-16-le"), ("utf-16le", "utf-16-le"), ("utf-16be", "utf-16-be")]
)
def test_utf_16_by_the_header_is_believed_where_it_looks_so(label: str, codec: str) -> None:
    assert decode("<p>é 北京</p>".encode(codec), label) == "<p>é 北京</p>"
    assert decode("<p>Harbin</p>".encode(codec), label) == "<p>Harbin</p>"
    assert decode("<p>é 北京</p>".encode(), label) == "<p>é 北京</p>"


def test_the_header_counts_more_than_the_page_where_browsers_know_it() -> None:
    body = b"<meta charset=koi8-r><p>\xc4</p>"
    assert shown(decode(body, "windows-1251")) == "Д"
    assert shown(decode(body, "no-such-charset")) == "д"


# By each of these a page says that it is in KOI8-R.
SAYING_SO = [
    "<meta charset=koi8-r>", "<META CHARSET = 'koi8-r' >", "<meta/charset=koi8-r>", "<meta\ncharset=koi8-r>",
    "<meta name=x charset=koi8-r>", "<meta charset=koi8-r charset=utf-8>", "<meta charset=koi8-r content='text/html; charset=utf-8'>",
    "<meta http-equiv=Content-Type content='text/html; charset=koi8-r'>", "<meta content='charset = \"koi8-r\"' http-equiv=content-type>",
    "<meta http-equiv=content-type content='charset charset=koi8-r;x'>", "<!-- <meta charset=utf-8> --><meta charset=koi8-r>",
    "<!--><meta charset=koi8-r>-->", "<!-- > --><meta charset=koi8-r>", "<!DOCTYPE html><!-- -- > --><meta charset=koi8-r>",
    "<title a='<meta charset=utf-8>'>x</title><meta charset=koi8-r>", "<?php <meta charset=utf-8>?><meta charset=koi8-r>",
    "</x <meta charset=utf-8><meta charset=koi8-r>", "<!x <meta charset=utf-8><meta charset=koi8-r>", "< <meta charset=koi8-r>",
    "<metax charset=utf-8><meta charset=koi8-r>", "<meta charset=no-such><meta charset=koi8-r>", "<meta charset><meta charset=koi8-r>",
    "<meta http-equiv=refresh content='0; charset=utf-8'><meta charset=koi8-r>", "<meta content='charset=utf-8'><meta charset=koi8-r>",
    "<meta a=\"'\" charset=koi8-r b='\"'>", "<meta =charset= x charset=koi8-r>", "<?xml version='1.0' encoding='koi8-r'?>",
    "<?xml version='1.0' encoding='utf-8'?><meta charset=koi8-r>", "<p>" + "x" * 2000 + "</p><meta charset=koi8-r>",
    "<!--" + "x" * 5000 + "--><meta charset=koi8-r>",
]  # fmt: skip


@pytest.mark.parametrize("before", SAYING_SO)
def test_what_a_page_says_of_its_charset_is_found_as_browsers_find_it(before: str) -> None:
    assert decode(before.encode() + b"<i>\xc4 \xe9 </i>").endswith("<i>д И </i>")


@pytest.mark.parametrize(
    "before",
    [
        "<!--<meta charset=koi8-r>-->", "<!-- <meta charset=koi8-r> ", "<!--->-<meta charset=koi8-r", "<x y='<meta charset=koi8-r>'>",
        "<meta charset='koi8-r>", "<metacharset=koi8-r>", "<meta content='text/html; charset=koi8-r'>", "<meta name=charset content=koi8-r>",
        "<meta http-equiv='Content-Type ' content='charset=koi8-r'>", "<meta http-equiv=Content-Type content='charset koi8-r'>",
        "<meta http-equiv=Content-Type content='charset=\"koi8-r'>", "<meta charset='no-such' content='charset=koi8-r' http-equiv=content-type>",
        "charset=koi8-r", "<?xml version='1.0'?>", "<p>" + "x" * 70_000 + "</p><meta charset=koi8-r>",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_declaration_is_none(before: str) -> None:
    assert decode(before.encode() + b"<i>\xc4 \xe9 </i>").endswith("<i>Ä é </i>")


@pytest.mark.parametrize("text", ["it’s", "“café”, he said – 20°", "naïve", "Beijing’s €7"])
def test_a_few_bytes_of_windows_1252_are_no_chinese(text: str) -> None:
    assert shown(decode(page(text).encode("cp1252"))) == text
    broken = shown(decode(page(text, "utf-8").encode("cp1252")))
    assert broken.replace("\ufffd", "").isascii()
    assert "\ufffd" in broken


@given(st.sampled_from([*(label for label, _, _ in READ_AS), "utf-16", "x-user-defined", "hz-gb-2312"]), st.binary())
@example("euc-jp", b"\xff" * 1000)
def test_any_bytes_are_text_by_any_label(label: str, body: bytes) -> None:
    assert isinstance(decode(body, label), str)
    assert isinstance(decode(f"<meta charset={label}>".encode() + body), str)
    assert isinstance(decode(b"<meta " + body), str)
    assert isinstance(decode(b"<?xml " + body), str)
