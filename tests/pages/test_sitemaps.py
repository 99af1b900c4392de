"""Sitemaps are read, and hostile ones do no harm."""

import gzip
from datetime import UTC, datetime
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.exceptions import TooComplex
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.endings import ends_in_root
from ecnscrawl.pages.links import Link
from ecnscrawl.pages.sitemaps import ChildSitemap, SitemapContent, is_text_sitemap, read_sitemap
from ecnscrawl.pages.xml_text import xml_text

URL = "https://example.org/sitemap.xml"
BOGOTA = ZoneInfo("America/Bogota")
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def read(markup: str | bytes) -> SitemapContent:
    return read_sitemap(Source(URL, markup.encode() if isinstance(markup, str) else markup), BOGOTA)


def urlset(entries: str, attributes: str = f'xmlns="{NAMESPACE}" xmlns:news="{NEWS}"') -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {attributes}>{entries}</urlset>'


def entry(inside: str = "") -> str:
    return f"<url><loc> https://example.org/a?id=1&amp;b=2 </loc>{inside}</url>"


LINK = "https://example.org/a?id=1&b=2"


def test_a_sitemap_lists_pages_in_its_order() -> None:
    found = read(urlset("<url><loc>https://example.org/b</loc></url><url><loc>/a</loc></url>"))
    assert found.links == [Link("https://example.org/b"), Link("https://example.org/a")]
    assert (found.children, found.has_root) == ([], True)


def test_an_index_lists_sitemaps_with_the_time_of_their_last_change() -> None:
    one = "<sitemap><loc>https://example.org/1.xml</loc><lastmod>2026-03-01T08:00:00-05:00</lastmod></sitemap>"
    two = "<sitemap><loc>https://example.org/2.xml</loc></sitemap>"
    found = read(f'<sitemapindex xmlns="{NAMESPACE}">{one}{two}</sitemapindex>')
    changed = StatedTime(datetime(2026, 3, 1, 13, tzinfo=UTC), "second")
    assert found.links == []
    assert found.children == [
        ChildSitemap("https://example.org/1.xml", changed),
        ChildSitemap("https://example.org/2.xml"),
    ]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2026-03-01T08:00:00-05:00", StatedTime(datetime(2026, 3, 1, 13, tzinfo=UTC), "second")),
        ("2026-03-01T08:00-05:00", StatedTime(datetime(2026, 3, 1, 13, tzinfo=UTC), "minute")),
        ("2026-03-01T13:00:00Z", StatedTime(datetime(2026, 3, 1, 13, tzinfo=UTC), "second")),
        ("2026-03-01T08:00:00", StatedTime(datetime(2026, 3, 1, 13, tzinfo=UTC), "second")),  # the site's own clock
        ("2026-03-01", StatedTime(datetime(2026, 3, 1, tzinfo=UTC), "day")),
        ("yesterday", None),
        ("", None),
    ],
)
def test_the_time_of_publication_is_that_of_the_news(stated: str, expected: StatedTime | None) -> None:
    news = f"<news:news><news:title>x</news:title><news:publication_date>{stated}</news:publication_date></news:news>"
    assert read(urlset(entry(news))).links == [Link(LINK, expected)]


@pytest.mark.parametrize(
    "other",
    [
        "<lastmod>2026-03-01T08:00:00-05:00</lastmod>",
        "<video:video xmlns:video='v'><video:publication_date>2026-03-01T08:00:00Z</video:publication_date></video:video>",
        "<publication_date>2026-03-01T08:00:00Z</publication_date>",
    ],
)
def test_no_other_time_is_taken_for_it(other: str) -> None:
    assert [(link.url, link.published) for link in read(urlset(entry(other))).links] == [(LINK, None)]


def test_the_address_of_a_picture_is_not_that_of_the_page() -> None:
    picture = "<image:image xmlns:image='i'><image:loc>https://example.org/a.jpg</image:loc></image:image>"
    assert read(urlset(f"<url>{picture}<loc>https://example.org/a</loc></url>")).links == [
        Link("https://example.org/a")
    ]
    assert read(urlset(f"<url>{picture}</url>")).links == []


@pytest.mark.parametrize(
    "attributes", ["", 'xmlns="http://www.google.com/schemas/sitemap/0.84"', f'xmlns="{NAMESPACE}"'], ids=str
)
def test_namespaces_that_are_old_or_not_declared_are_no_matter(attributes: str) -> None:
    news = "<news:news><news:publication_date>2026-03-01T13:00:00Z</news:publication_date></news:news>"
    expected = StatedTime(datetime(2026, 3, 1, 13, tzinfo=UTC), "second")
    assert read(urlset(entry(news), attributes)).links == [Link(LINK, expected)]


def test_an_ampersand_that_nobody_escaped_is_part_of_the_address() -> None:
    assert read(urlset("<url><loc>https://example.org/a?id=1&b=2</loc></url>")).links == [Link(LINK)]


def test_an_ampersand_that_looks_like_an_entity_does_not_end_the_address() -> None:
    found = read(urlset("<url><loc>https://example.org/a?id=1&copy;b=2</loc></url>"))
    assert [link.url for link in found.links] == ["https://example.org/a?id=1&copy;b=2"]


def test_cdata_and_capitals_are_read() -> None:
    markup = "<URLSET><URL><LOC><![CDATA[https://example.org/a?id=1&b=2]]></LOC></URL></URLSET>"
    assert read(markup).links == [Link(LINK)]


@pytest.mark.parametrize("markup", ["", "<html><body><a href='/a'>a</a></body></html>", "{}", "\0" * 50])
def test_what_is_no_sitemap_lists_nothing(markup: str) -> None:
    assert read(markup) == SitemapContent()


@pytest.mark.parametrize("markup", ["<urlset/>", f'<sitemapindex xmlns="{NAMESPACE}"> </sitemapindex>'])
def test_a_sitemap_may_list_nothing(markup: str) -> None:
    assert read(markup) == SitemapContent(has_root=True)


def test_a_sitemap_that_is_cut_off_gives_what_is_there_and_shows_no_end() -> None:
    whole = urlset("".join(f"<url><loc>https://example.org/{number}</loc></url>" for number in range(9)))
    cut = whole[: whole.index("/7<")]
    assert len(read(cut).links) >= 7
    assert {link.url for link in read(cut).links[:7]} == {f"https://example.org/{number}" for number in range(7)}
    assert ends_in_root(xml_text(Source(URL, whole.encode())))
    assert not ends_in_root(xml_text(Source(URL, cut.encode())))


def test_a_compressed_file_is_read_and_its_loss_is_seen() -> None:
    body = gzip.compress(urlset("".join(entry() for _ in range(2000))).encode())
    assert len(read(body).links) == 2000
    assert ends_in_root(xml_text(Source(URL, body)))
    assert not ends_in_root(xml_text(Source(URL, body[: len(body) * 2 // 3])))
    assert read(b"\x1f\x8bnot gzip at all") == SitemapContent()


def test_a_compressed_file_does_not_unpack_without_limit() -> None:
    bomb = gzip.compress(urlset(" " * 100_000_000).encode())
    assert len(xml_text(Source(URL, bomb))) < 11_000_000


def test_entities_are_not_expanded_and_nothing_is_fetched() -> None:
    billion = "".join(f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 10))
    markup = (
        f'<!DOCTYPE urlset [<!ENTITY a0 "ha">{billion}<!ENTITY file SYSTEM "file:///etc/hostname">]>'
        "<urlset><url><loc>https://example.org/&a9;&file;</loc></url><url><loc>https://example.org/b</loc></url></urlset>"
    )
    begun = process_time()
    assert Link("https://example.org/b") in read(markup).links
    assert all("ha" not in link.url for link in read(markup).links)
    assert process_time() - begun < 2


def test_the_largest_sitemap_of_the_standard_is_read() -> None:
    entries = "".join(
        f"<url><loc>https://example.org/?id={number}&amp;x=1</loc><lastmod>2026-03-01</lastmod></url>"
        for number in range(50_000)
    )
    assert len(read(urlset(entries)).links) == 50_000


@pytest.mark.parametrize("junk", ["<a/>" * 1_000_001, "<url " + "a='' " * 200_001 + "/>"], ids=["tags", "attributes"])
def test_a_sitemap_with_too_much_markup_is_refused(junk: str) -> None:
    with pytest.raises(TooComplex):
        read(urlset(junk))


@given(
    st.lists(
        st.sampled_from(
            "<urlset> </urlset> <url> </url> <loc> </loc> https://example.org/a & &#xD800; <!-- <![CDATA[ ]]> <sitemap> </sitemap> <news:news> \0 <?x".split()
        )
    ).map("".join)
)
def test_any_markup_is_looked_through(markup: str) -> None:
    found = read(markup)
    urls = [*(link.url for link in found.links), *(child.url for child in found.children)]
    assert all(url.startswith("http") for url in urls)


def test_a_sitemap_may_be_a_list_of_addresses() -> None:
    text = "https://example.org/a\r\n\r\n https://example.org/b \nhttps://example.org/a\n"
    found = read(text)
    assert [link.url for link in found.links] == ["https://example.org/a", "https://example.org/b"]
    assert found.has_root
    assert is_text_sitemap(text)


@pytest.mark.parametrize(
    "text", ["", "Not found\n", "https://example.org/a\nNot an address\n", "<p>https://example.org/a</p>"]
)
def test_any_other_text_is_no_sitemap(text: str) -> None:
    assert (read(text).links, read(text).has_root) == ([], False)


def test_a_list_that_breaks_off_in_a_line_has_no_end() -> None:
    assert not is_text_sitemap("https://example.org/a\nhttps://exam")


def test_an_entry_says_when_it_last_changed() -> None:
    (link,) = read(urlset(entry("<lastmod>2026-03-01T08:00:00-05:00</lastmod>"))).links
    assert link.changed == StatedTime(datetime(2026, 3, 1, 13, tzinfo=UTC), "second")
