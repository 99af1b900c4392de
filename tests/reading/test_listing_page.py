"""What is read of a page that lists articles."""

import pickle
from datetime import UTC, date, datetime
from typing import Any

import pytest

from ecnscrawl.pages.document import Source
from ecnscrawl.pages.reservations import StatedTerms
from ecnscrawl.reading.listing_page import ListingContent, ListingResponse, read_listing_page, read_shell
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.ecns import ECNS
from ecnscrawl.sites.listing_source import ListingSource, ReadPage
from ecnscrawl.sites.news import news_profile
from ecnscrawl.sites.sources import ByNextLink, ByNumber, Feed, FrontPage, Sitemap

TODAY = date(2026, 11, 23)
STORY = "https://www.ecns.cn/world/2026-11-23/detail-ihtest1.shtml"
GAZETTE = "https://gazette.example/"
WORLD = ByNumber("world", "https://www.ecns.cn/world/", "https://www.ecns.cn/world/index_{page}.shtml")


def read(
    listing: ListingSource,
    body: str,
    profile: SiteProfile = ECNS,
    *,
    number: int = 1,
    is_whole: bool = False,
    **more: Any,
) -> ListingContent:
    """What is read of a page, as another process reads it."""
    at = ReadPage(number=number, today=TODAY, is_whole=is_whole)
    response = ListingResponse(
        profile=profile, listing=listing, url=listing.url, body=body.encode(), charset=None, at=at, **more
    )
    content: ListingContent = pickle.loads(pickle.dumps(read_listing_page(pickle.loads(pickle.dumps(response)))))
    return content


def test_a_listing_gives_its_articles_its_links_and_its_next_page() -> None:
    page = f"<html><a href='{STORY}'>A ferry</a><a href='/world/index_9.shtml'>9</a><a href='{STORY}?a=1'>Again</a></html>\n"
    content = read(WORLD, page, number=2)
    assert [ref.url for ref in content.articles.values()] == [STORY]
    assert content.links == [STORY, "https://www.ecns.cn/world/index_9.shtml", f"{STORY}?a=1"]
    assert content.next_urls == ("https://www.ecns.cn/world/index_3.shtml",)
    assert (content.is_closed, content.has_entries, content.shell) == (True, True, None)


def test_an_id_that_several_addresses_of_a_page_have_is_noted() -> None:
    other = STORY.replace("/world/", "/china/")
    page = f"<html><a href='{STORY}'>A ferry</a><a href='{STORY}?a=1'>Again</a><a href='{other}'>A school</a></html>"
    content = read(WORLD, page)
    assert [ref.url for ref in content.articles.values()] == [STORY]
    assert content.same_ids == {"ecns:ihtest1": (STORY, other)}


def test_a_listing_that_was_cut_off_is_not_closed() -> None:
    assert not read(WORLD, f"<html><a href='{STORY}'>A ferry</a>").is_closed


def test_a_listing_may_name_its_next_page_itself() -> None:
    older = ByNextLink("world", "https://www.ecns.cn/world/")
    assert read(older, "<html><a rel='next' href='/world/2'>Older</a></html>").next_urls == (
        "https://www.ecns.cn/world/2",
    )
    assert read(older, "<html></html>").next_urls == ()


def test_a_page_without_articles_that_has_scripts_has_a_fingerprint() -> None:
    page = "<html><div id='app'></div><script src='/a.js'></script></html>"
    content = read(WORLD, page)
    assert content.shell == read_shell(Source(WORLD.url, page.encode()))
    assert not content.has_entries


def test_a_feed_gives_the_times_of_its_entries() -> None:
    entry = f"<item><link>{STORY}</link><pubDate>Mon, 23 Nov 2026 06:00:00 GMT</pubDate></item>"
    content = read(Feed("https://www.ecns.cn/rss/rss.xml"), f"<rss><channel>{entry}</channel></rss>")
    ((id_, ref),) = content.articles.items()
    assert ref.url == STORY
    assert content.published[id_].at == datetime(2026, 11, 23, 6, tzinfo=UTC)
    assert (content.is_closed, content.has_entries, content.links) == (True, True, ())


def test_of_two_entries_with_one_address_the_first_gives_the_time() -> None:
    days = [f"<item><link>{STORY}</link><pubDate>Mon, {day} Nov 2026 06:00:00 GMT</pubDate></item>" for day in (23, 16)]
    content = read(Feed("https://www.ecns.cn/rss/rss.xml"), f"<rss><channel>{''.join(days)}</channel></rss>")
    assert [published.at.day for published in content.published.values()] == [23]


def test_a_feed_that_was_cut_off_or_is_none_is_not_closed() -> None:
    feed = Feed("https://www.ecns.cn/rss/rss.xml")
    assert not read(feed, f"<rss><channel><item><link>{STORY}</link></item>").is_closed
    assert not read(feed, "<html>").has_entries


def test_an_index_of_sitemaps_gives_the_sitemaps_as_next_pages_the_newest_first() -> None:
    names = [
        f"<sitemap><loc>{GAZETTE}{day}.xml</loc><lastmod>2026-11-{day}</lastmod></sitemap>" for day in (20, 22, 21)
    ]
    content = read(Sitemap(f"{GAZETTE}sitemap.xml"), f"<sitemapindex>{''.join(names)}</sitemapindex>")
    assert [child.url for child in content.sitemaps] == [f"{GAZETTE}{day}.xml" for day in (20, 22, 21)]
    assert content.next_urls == (f"{GAZETTE}22.xml", f"{GAZETTE}21.xml", f"{GAZETTE}20.xml")


def test_of_a_sitemap_of_a_site_without_a_profile_only_the_news_is_given() -> None:
    urls = [
        f"<url><loc>{GAZETTE}2026/11/{day}/ferry-number-{day}</loc><lastmod>2026-11-{day}</lastmod></url>"
        for day in (10, 22)
    ]
    profile, sitemap = news_profile("gazette.example"), f"<urlset>{''.join(urls)}</urlset>"
    oldest = datetime(2026, 11, 20, tzinfo=UTC)
    content = read(Sitemap(f"{GAZETTE}sitemap.xml"), sitemap, profile, oldest=oldest)
    assert [ref.url for ref in content.articles.values()] == [f"{GAZETTE}2026/11/22/ferry-number-22"]
    assert content.has_entries


@pytest.mark.parametrize("listing", [FrontPage(GAZETTE), ByNextLink("world", GAZETTE)])
def test_a_front_page_without_a_profile_names_its_sources_and_links_to_articles(listing: ListingSource) -> None:
    page = (
        "<html><head><link rel='alternate' type='application/rss+xml' href='/rss'></head>"
        "<nav><a href='/world/'>World</a></nav><a href='/2026/11/22/the-ferry-left-at-dawn'>A ferry</a></html>"
    )
    content = read(listing, page, news_profile("gazette.example"), sitemaps=[f"{GAZETTE}news.xml"])
    assert [ref.url for ref in content.articles.values()] == [f"{GAZETTE}2026/11/22/the-ferry-left-at-dawn"]
    named = [
        ("feed", f"{GAZETTE}rss", f"{GAZETTE}rss"),
        ("sitemap", f"{GAZETTE}news.xml", f"{GAZETTE}news.xml"),
        ("section", "world", f"{GAZETTE}world/"),
    ]
    assert list(content.named) == (named if isinstance(listing, FrontPage) else [])


def test_what_the_publisher_reserves_is_given() -> None:
    page = "<html><meta name='robots' content='nofollow'></html>"
    stated = StatedTerms([], None, [], "ecnscrawl")
    assert read(FrontPage(GAZETTE), page, news_profile("gazette.example"), stated=stated).reserved == {"nofollow"}
