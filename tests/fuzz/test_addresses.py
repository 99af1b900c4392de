"""Any link gives one canonical URL, or none."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecnscrawl.normalize.urls import MAX_LENGTH, media, resolve, same_page
from ecnscrawl.spiders.ecns import EcnsSpider
from tests.fuzz.effort import examples, in_time
from tests.fuzz.mutation import words
from tests.saved_pages import every_article, every_site

pytestmark = pytest.mark.fuzz

BASE = "https://www.ecns.cn/world/"
PIECES = (
    "http:", "https:", "HTTPS:", "javascript:", "file:", "ftp:", "data:", "//", "/", "\\", "\\\\", "?", "#", "@", ":", ";", "&", "=", ".", "..",
    "/../", "/./", "%2e%2e", "%2F", "%00", "%", "%zz", "%C3", "\t", "\n", "\r", " ", "\0", "\u3000", "\u202e", "\u2028", "\ud800",
    "www.ecns.cn", "ecns.cn", "WWW.ECNS.CN", "ecns.cn.", "xn--80ak6aa92e.com", "ｅｃｎｓ.cn", "ecns。cn", "www.есns.cn", "127.0.0.1", "2130706433", "0x7f.1",
    "[::1]", "[", "]", "[::ffff:127.0.0.1]", "user:secret@", ":443", ":80", ":8080", ":99999", ":-1", ":٣", "localhost",
    "/m", "/world", "/2025-03-10", "/2013/06-21", "/9999-99-99", "/69619", "/detail-ihtest1", "/detail-i../../x", "detail-iabc7", "-p2", "_2", "-p٣",
    ".shtml", ".html", "/visual/hd", "?utm_source=app", "#top", "a" * 300, "%41" * 700,
)  # fmt: skip
links = st.one_of(st.lists(st.sampled_from(PIECES), max_size=9).map("".join), st.text(max_size=40), words())
articles = st.builds(
    "{}{}{}{}{}{}".format,
    st.sampled_from(["https://www.ecns.cn", "http://ecns.cn", "//www.ecns.cn", "https://www.ecns.cn:443", "HTTP://WWW.ecns.cn"]),
    st.sampled_from(["", "/m", "//", "/./", "/x/../", "/%6d"]),
    st.sampled_from(["/world", "/hd", "/video", "/visual/hd", "/china/politics", "/%77orld", ""]),
    st.sampled_from(["/2025-03-10/detail-ihtest1", "/2013/06-21/69619", "/2013/6-21/69619", "/2025-02-30/detail-ihtest1"]),
    st.sampled_from(["", "-p2", "_3", "-p0", "-p000", "-p٣", "-p9999"]),
    st.one_of(st.sampled_from([".shtml", ".shtml?a=1#b", ".shtml ", ".shtml;", ".shtml/"]), links),
)  # fmt: skip


@examples(0.10)
@given(links)
@example("http://[")
def test_a_link_gives_one_canonical_url_or_none(href: str) -> None:
    with in_time():
        url = resolve(BASE, href)
        assert media(BASE, href) is None or url is not None
    if url is None:
        return
    parts = urlsplit(url)
    assert parts.scheme in ("http", "https")
    assert url.isascii()
    assert url.isprintable()
    assert " " not in url
    assert len(url) <= MAX_LENGTH
    assert "@" not in parts.netloc
    assert not parts.fragment
    assert parts.netloc in (parts.hostname, f"{parts.hostname}:80", f"{parts.hostname}:443")
    assert parts.port != {"http": 80, "https": 443}[parts.scheme]
    assert not {".", ".."} & set(parts.path.replace("%2e", ".").replace("%2E", ".").split("/"))
    assert resolve(url, url) == url
    assert same_page(url, url)


@examples(0.05)
@given(links)
def test_a_base_of_any_kind_is_no_error(base: str) -> None:
    with in_time():
        resolve(base, "x.shtml")
        resolve(base, base)


def spoilt(url: str) -> st.SearchStrategy[str]:
    """The address with some pieces put in or in the place of a part of it."""
    place = st.integers(0, len(url))
    return st.builds(
        lambda start, end, piece: url[: min(start, end)] + piece + url[max(start, end) :],
        place, place, st.one_of(st.just(""), st.sampled_from(PIECES), words()),
    )  # fmt: skip


@examples(0.05)
@given(st.sampled_from([page.url for page in every_article()]).flatmap(spoilt))
def test_an_address_is_of_one_site_at_most_and_known_by_its_own_result(link: str) -> None:
    profiles = [spider.profile for spider in every_site().values()]
    with in_time():
        found = {profile.name: profile.article_ref(link) for profile in profiles}
    refs = {name: ref for name, ref in found.items() if ref is not None}
    assert len(refs) <= 1
    for name, ref in refs.items():
        profile = every_site()[name].profile
        again = profile.article_ref(ref.url)
        assert again is not None
        assert (again.id, again.url, again.kind, again.day) == (ref.id, ref.url, ref.kind, ref.day)
        assert urlsplit(ref.url).hostname in profile.hosts
        assert ref.url.isascii()
        assert ref.url.isprintable()
        assert ".." not in ref.url
        assert re.fullmatch(rf"{name}:[A-Za-z0-9._:~-]+", ref.id)


@examples(0.05)
@given(st.one_of(articles, links))
def test_an_address_that_is_an_articles_says_which_in_one_way(link: str) -> None:
    with in_time():
        address = EcnsSpider.profile.article_ref(link)
    if address is None:
        return
    again = EcnsSpider.profile.article_ref(address.url)
    assert again is not None
    assert (again.id, again.url, again.kind, again.day) == (address.id, address.url, address.kind, address.day)
    assert address.url.startswith("https://www.ecns.cn/")
    assert ".." not in address.url
    name = address.id.removeprefix("ecns:").removeprefix("hd-")
    assert name.isascii()
    assert name.isalnum()
