"""Each kind of source: its first page, and the pages after it."""

import re
from datetime import UTC, date, datetime

import pytest

from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.sitemaps import ChildSitemap
from ecnscrawl.sites.listing_source import ListingSource, ReadPage
from ecnscrawl.sites.sources import ByDate, ByNextLink, ByNumber, Feed, FrontPage, Sitemap

TODAY = date(2026, 3, 2)
FIRST = "https://example.org/news"


def page(number: int = 1, markup: str | None = None, url: str = FIRST) -> ReadPage:
    document = Document(Source(url, markup.encode())) if markup is not None else None
    return ReadPage(number=number, today=TODAY, document=document)


@pytest.mark.parametrize("source", [Feed(FIRST), FrontPage(FIRST)])
def test_a_feed_and_a_front_page_have_one_page(source: ListingSource) -> None:
    assert (source.name, source.first(TODAY), source.next(page()), source.is_section) == (FIRST, FIRST, (), False)


def test_a_numbered_listing_goes_on_without_an_end_of_its_own() -> None:
    world = ByNumber("world", "https://example.org/world/", "https://example.org/world/?page={page}")
    assert world.first(TODAY) == "https://example.org/world/"
    assert world.next(page(41)) == ("https://example.org/world/?page=42",)


def test_an_archive_by_date_goes_back_to_its_oldest_day() -> None:
    archive = ByDate("archive", "https://example.org/{day:%Y/%m%d}.html", oldest=date(2026, 2, 28))
    assert archive.first(TODAY) == "https://example.org/2026/0302.html"
    assert [archive.next(page(number)) for number in (1, 2, 3)] == [
        ("https://example.org/2026/0301.html",),
        ("https://example.org/2026/0228.html",),
        (),
    ]


@pytest.mark.parametrize(
    ("following", "reason"),
    [
        ("/world/{page}.html", "is not a whole http or https address"),
        ("world/{page}.html", "is not a whole http or https address"),
        ("example.org/world/{page}.html", "is not a whole http or https address"),
        ("ftp://example.org/{page}.html", "is not a whole http or https address"),
        ("", "is not a whole http or https address"),
        ("https://example.org/world/2.html", "lacks its placeholder {page}"),
        ("https://example.org/world/{{page}}.html", "lacks its placeholder {page}"),
        ("https://example.org/world/#{page}", "lacks its placeholder {page}"),
        ("https://example.org/world/{}.html", "has another placeholder than {page}"),
        ("https://example.org/world/{number}.html", "has another placeholder than {page}"),
        ("https://example.org/world/{page", "has another placeholder than {page}"),
        ("https://example.org/world/{page.name}", "has another placeholder than {page}"),
        ("https://example.org/world/{page[0]}", "has another placeholder than {page}"),
        ("https://example.org/world/{page:%Y}", "has another placeholder than {page}"),
    ],
)
def test_a_pattern_of_numbered_pages_that_gives_no_addresses_is_refused(following: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)) as refused:
        ByNumber("world", "https://example.org/world/", following)
    assert str(refused.value) == f"world: following {following!r} {reason}"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("/{day:%Y/%m-%d}.html", "is not a whole http or https address"),
        ("https://example.org/archive.html", "lacks its placeholder {day:%Y-%m-%d}"),
        ("https://example.org/{{day}}.html", "lacks its placeholder {day:%Y-%m-%d}"),
        ("https://example.org/{page}.html", "has another placeholder than {day:%Y-%m-%d}"),
    ],
)
def test_a_pattern_of_days_that_gives_no_addresses_is_refused(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)) as refused:
        ByDate("archive", url, oldest=date(2026, 2, 28))
    assert str(refused.value) == f"archive: url {url!r} {reason}"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<a href="?from=20" rel="next">Older</a>', ("https://example.org/news?from=20",)),
        ('<head><link rel="next" href="/news/2"></head><a rel="next" href="/news/3">', ("https://example.org/news/2",)),
        ("<a href='/news/2'>Older</a>", ()),
        ('<a rel="next" href="#">Older</a>', ()),  # to itself, as many a last page has it
        ('<a rel="next" href="javascript:more()">Older</a>', ()),
        ("", ()),
    ],
)
def test_a_next_link_is_followed_where_the_page_has_one(markup: str, expected: tuple[str, ...]) -> None:
    assert ByNextLink("news", FIRST).next(page(markup=markup)) == expected


def test_a_next_link_is_found_by_the_expression_of_the_site() -> None:
    source = ByNextLink("news", FIRST, next_link="//li[@class='older']/a")
    assert source.next(page(markup='<a rel="next" href="/no"></a><li class="older"><a href="/yes">')) == (
        "https://example.org/yes",
    )


def test_a_page_that_was_not_read_leads_nowhere_by_its_links() -> None:
    assert ByNextLink("news", FIRST).next(page()) == ()


def test_a_sitemap_index_names_the_pages_after_it_the_latest_change_first() -> None:
    day, later = (StatedTime(datetime(2026, 3, number, tzinfo=UTC), "day") for number in (1, 2))
    children = (
        ChildSitemap("https://example.org/sitemap-tags.xml"),
        ChildSitemap("https://example.org/sitemap-news-1.xml", day),
        ChildSitemap("https://example.org/sitemap-news-2.xml", later),
    )
    read = ReadPage(number=1, today=TODAY, children=children)
    news = ("https://example.org/sitemap-news-2.xml", "https://example.org/sitemap-news-1.xml")
    assert Sitemap("https://example.org/sitemap.xml").next(read) == (*news, "https://example.org/sitemap-tags.xml")
    assert Sitemap("https://example.org/sitemap.xml", only="-news").next(read) == news
