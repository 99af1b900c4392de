"""Links are resolved to URLs as browsers do."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scrapy import Request

from ecnscrawl.normalize.urls import MAX_LENGTH, kind_of, media, resolve, same_page, to_https

BASE = "https://www.ecns.cn/world/index_2.shtml"
ANY_TEXT = st.text(st.characters(exclude_categories=()))
ADDRESS_LIKE = st.builds(
    "".join,
    st.lists(
        st.sampled_from(
            "http:// https:// // / \\ ? # : @ [ ] . .. % %2f %zz ; & = www.ecns.cn ecns.cn 北 ü x.shtml :80 :443 :x".split()
        )
        | st.sampled_from(["\t", "\n", " ", "\0", "\ud800"]),
        max_size=10,
    ),
)


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/a/x.shtml", "https://www.ecns.cn/a/x.shtml"),
        ("x.shtml", "https://www.ecns.cn/world/x.shtml"),
        ("../x.shtml", "https://www.ecns.cn/x.shtml"),
        ("//ecns.cn/x.shtml", "https://ecns.cn/x.shtml"),
        ("http://www.ecns.cn/x.shtml", "http://www.ecns.cn/x.shtml"),
        ("HTTPS://WWW.ECNS.CN/X.shtml", "https://www.ecns.cn/X.shtml"),
        (" \n/x.shtml\t", "https://www.ecns.cn/x.shtml"),
        ("/x.shtml;", "https://www.ecns.cn/x.shtml;"),
        ("/x\n.sht\tml", "https://www.ecns.cn/x.shtml"),
        ("/x.shtml#", "https://www.ecns.cn/x.shtml"),
        ("/x.shtml#part", "https://www.ecns.cn/x.shtml"),
        ("/x.shtml?from=app", "https://www.ecns.cn/x.shtml?from=app"),
        ("\\world\\x.shtml", "https://www.ecns.cn/world/x.shtml"),
        ("/春 节.shtml", "https://www.ecns.cn/%E6%98%A5%20%E8%8A%82.shtml"),
        ("/%E6%98%A5.shtml", "https://www.ecns.cn/%E6%98%A5.shtml"),
        ("https://www.ecns.cn", "https://www.ecns.cn/"),
        ("https://www.ecns.cn:443/x", "https://www.ecns.cn/x"),
        ("http://www.ecns.cn:80/x", "http://www.ecns.cn/x"),
        ("?page=2", "https://www.ecns.cn/world/index_2.shtml?page=2"),
        ("https:\\\\www.ecns.cn\\@mirror.example/x", "https://www.ecns.cn/@mirror.example/x"),
        ("/a/%2e%2e/x.shtml", "https://www.ecns.cn/x.shtml"),
        ("/../../../x.shtml", "https://www.ecns.cn/x.shtml"),
        ("/a/./b/.%2E/x.shtml", "https://www.ecns.cn/a/x.shtml"),
        ("https://www.ecns.cn/a/../b/.", "https://www.ecns.cn/b/"),
        ("/a//../x.shtml", "https://www.ecns.cn/a/x.shtml"),
        ("///ecns.cn/x.shtml", "https://ecns.cn/x.shtml"),
        ("\\/\\ecns.cn/x.shtml", "https://ecns.cn/x.shtml"),
        ("https:x.shtml", "https://www.ecns.cn/world/x.shtml"),
        ("http:/ecns.cn/x.shtml", "http://ecns.cn/x.shtml"),
        ("https://@ecns.cn/x.shtml", "https://ecns.cn/x.shtml"),
        ("https://www.ecns.cn:80/x", "https://www.ecns.cn:80/x"),  # another server than https://www.ecns.cn/
        ("http://www.ecns.cn:443/x", "http://www.ecns.cn:443/x"),
        ("https://www.ecns.cn:/x", "https://www.ecns.cn/x"),
        ("/x.shtml?", "https://www.ecns.cn/x.shtml"),
        ("/x.shtml?#top", "https://www.ecns.cn/x.shtml"),
        ("/x.shtml??", "https://www.ecns.cn/x.shtml??"),
        ("/x[1].shtml?a=[b]|{c}^`\\", "https://www.ecns.cn/x%5B1%5D.shtml?a=%5Bb%5D%7C%7Bc%7D%5E%60%5C"),
        ("/x.shtml?q='春'", "https://www.ecns.cn/x.shtml?q=%27%E6%98%A5%27"),
        ("https://图片.例子/x", "https://xn--wcsw84d.xn--fsqu00a/x"),
        ("https://faß.example/x", "https://xn--fa-hia.example/x"),
        ("https://ｅｃｎｓ.cn/x", "https://ecns.cn/x"),
        ("https://www.ecns.cn。evil/x", "https://www.ecns.cn.evil/x"),
        ("https://www.еcns.cn/x", "https://www.xn--cns-qdd.cn/x"),  # its first letter is Cyrillic: another host
        ("http://0x7f.1/x", "http://127.0.0.1/x"),
    ],
)
def test_a_link_is_resolved_to_an_absolute_url(href: str, expected: str) -> None:
    assert resolve(BASE, href) == expected


@pytest.mark.parametrize(
    "href",
    [
        "", "   ", "javascript:;", "javascript:void(0)", "mailto:ecns@chinanews.com.cn", "tel:10010", "data:image/gif;base64,R0",
        "file:///etc/passwd", "ftp://www.ecns.cn/x", "https://user@www.ecns.cn/x",
        "https://user:word@www.ecns.cn/x", "https://www.ecns.cn:8080/x", "https://www.ecns.cn:port/x",
        "https://www.ecns.cn:99999/x", "https://[::1/x", "https://[::1]/x", "https://www.ecns.cn./x", "https://www ecns.cn/x",
        "https://-ecns.cn/x", "https://www.ecns.cn@mirror.example/x", "https://www.ecns.cn%2f@mirror.example/x", "https://www.ecns.cn%00.mirror.example/x",
        "https://www\x00.ecns.cn/x", "http://[::ffff:127.0.0.1]/x", "http://256.1.1.1/x", "https://foo.0x4/x",
        "https://xn--/x\ud800", "https://a_b.ecns.cn/x", "https://:80/x", "http://",
        "/" + "x" * 10_000,
    ],
)  # fmt: skip
def test_a_link_that_is_not_a_web_address_gives_none(href: str) -> None:
    assert resolve(BASE, href) is None


@pytest.mark.parametrize("href", ["/" + "x" * MAX_LENGTH, "/" + "春" * 500, "x" * (MAX_LENGTH - 10)])
def test_a_url_that_becomes_too_long_gives_none(href: str) -> None:
    assert resolve(BASE, href) is None


@given(ADDRESS_LIKE | ANY_TEXT)
@example("https://www.ecns.cn\u2100/x")
@example("//[")
def test_any_link_gives_a_url_or_none(href: str) -> None:
    url = resolve(BASE, href)
    assert url is None or url.startswith(("http://", "https://"))


@given(ADDRESS_LIKE | ANY_TEXT)
@example(";\x1b")
@example("; ?")
def test_resolving_a_resolved_url_changes_nothing(href: str) -> None:
    url = resolve(BASE, href)
    assert url is None or resolve(BASE, url) == url


@given(st.from_regex(r"(?a:https?://[a-z0-9.-]{1,12}(\.xn--)?[a-z0-9]{0,3}/[\w./-]{0,12})", fullmatch=True))
@example("https://www.ecns.cn/world/2026-11-20/detail-ihtest1.shtml")
@example("https://10.0x1/")
def test_a_space_before_a_url_changes_nothing_also_where_it_needs_no_parsing(href: str) -> None:
    assert resolve(BASE, href) == resolve(BASE, f" {href}")


@given(ADDRESS_LIKE | ANY_TEXT)
def test_a_resolved_url_is_plain_ascii_without_fragment(href: str) -> None:
    url = resolve(BASE, href) or "https://www.ecns.cn/"
    assert url.isascii()
    assert url.isprintable()
    assert not set(url) & set('# "<>')


@given(ADDRESS_LIKE | ANY_TEXT)
def test_scrapy_requests_a_resolved_url_unchanged(href: str) -> None:
    url = resolve(BASE, href) or "https://www.ecns.cn/"
    assert Request(url).url == url


@given(ADDRESS_LIKE | ANY_TEXT)
def test_media_have_https_addresses(href: str) -> None:
    url = media(BASE, href)
    assert url is None or url.startswith("https://")


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("//image.cns.com.cn/a/b.jpg", "https://image.cns.com.cn/a/b.jpg"),
        ("http://image.cns.com.cn/a/b.jpg", "https://image.cns.com.cn/a/b.jpg"),
        ("http://image.cns.com.cn:80/a/b.jpg", "https://image.cns.com.cn/a/b.jpg"),
        ("http://image.cns.com.cn:443/a/b.jpg", "https://image.cns.com.cn/a/b.jpg"),
        ("https://image.cns.com.cn:80/a/b.jpg", "https://image.cns.com.cn:80/a/b.jpg"),
        ("//图片.cns.com.cn/春.jpg", "https://xn--wcsw84d.cns.com.cn/%E6%98%A5.jpg"),
        ("b.jpg?id=7&size=l", "https://www.ecns.cn/world/b.jpg?id=7&size=l"),
        ("data:image/gif;base64,R0lGOD", None),
    ],
)
def test_a_picture_has_an_https_address_and_keeps_its_query(href: str, expected: str | None) -> None:
    assert media(BASE, href) == expected


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("foto?n=1", "http://gaceta.example/foto?n=1"),
        ("http://fotos.example/1.jpg", "http://fotos.example/1.jpg"),
        ("https://fotos.example/1.jpg", "https://fotos.example/1.jpg"),
    ],
)
def test_a_picture_on_a_page_without_https_stays_as_the_page_has_it(href: str, expected: str) -> None:
    assert media("http://gaceta.example/nota?id=41", href) == expected


def test_only_http_becomes_https() -> None:
    assert to_https("http://www.ecns.cn/x") == "https://www.ecns.cn/x"
    assert to_https("https://www.ecns.cn/x") == "https://www.ecns.cn/x"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.ecns.cn/", "https://www.ecns.cn"),
        ("https://www.ecns.cn/x?b=2&a=1", "https://www.ecns.cn/x?a=1&b=2"),
        ("https://www.ecns.cn/x#top", "https://www.ecns.cn/x"),
        ("https://www.ecns.cn/a/../x", "http://www.ecns.cn:80/x"),
        ("https://www.ecns.cn/春", "https://WWW.ecns.cn/%E6%98%A5"),
    ],
)
def test_spellings_of_one_page_are_the_same_page(one: str, other: str) -> None:
    assert same_page(one, other)


@pytest.mark.parametrize(
    "other", ["https://www.ecns.cn/x/", "https://ecns.cn/x", "https://www.ecns.cn/x?a=1", "https://www.ecns.cn:80/x"]
)
def test_other_addresses_are_other_pages(other: str) -> None:
    assert not same_page("https://www.ecns.cn/x", other)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/video/2026/1.html", "video"), ("/photo/2026-11-20/detail-ihtest1.shtml", "photo"), ("/world/1.html", "article"),
        ("/world/video/1.html", "article"), ("/", "article"), ("", "article"), ("video", "article"),
    ],
)  # fmt: skip
def test_the_first_part_of_a_path_says_the_kind_of_an_article(path: str, kind: str) -> None:
    assert kind_of(path) == kind
