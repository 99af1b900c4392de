"""How a page of a listing ends: a feed as its reader reads it, any other page as it came."""

from datetime import date

import pytest
from scrapy import Request
from scrapy.http import Response

from ecnscrawl.crawling.listing_page import ListingPage
from ecnscrawl.pages.endings import Ending
from ecnscrawl.reading.listing_page import ListingContent, ListingResponse, read_listing_page
from ecnscrawl.sites.ecns import ECNS
from ecnscrawl.sites.listing_source import ListingSource, ReadPage
from ecnscrawl.sites.sources import Feed, FrontPage, Sitemap

URL = "https://www.ecns.cn/rss/rss.xml"
DECLARATION = '<?xml version="1.0" encoding="{}"?>'
FEED = (
    "<rss><channel><item><title>雪</title><link>/world/2026-11-23/detail-ihtest1.shtml</link></item></channel></rss>\n"
)
WARNING = "<br />\n<b>Warning</b>:  Undefined variable $x in <b>/srv/feed.php</b> on line <b>7</b><br />\n"


def read(body: bytes, listing: ListingSource) -> ListingContent:
    at = ReadPage(number=1, today=date(2026, 11, 23))
    return read_listing_page(ListingResponse(profile=ECNS, listing=listing, url=URL, body=body, charset=None, at=at))


def ending(body: bytes, listing: ListingSource) -> Ending:
    response = Response(URL, headers={"Content-Type": "text/xml"}, body=body, request=Request(URL))
    return ListingPage(response, None, is_read_anyway=False).ending(read(body, listing))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("before", ["", WARNING])
@pytest.mark.parametrize("behind", ["", "<!-- made in 3 ms -->", "\n<script>x</script>", WARNING])
def test_a_feed_that_is_read_to_its_end_is_whole(before: str, behind: str, encoding: str) -> None:
    declared = "utf-16" if encoding.startswith("utf-16") else encoding
    markup = before + DECLARATION.format(declared) + FEED
    whole = (markup + behind).encode(encoding)
    assert len(read(whole, Feed(URL)).articles) == 1
    assert ending(whole, Feed(URL)) is Ending.PLAIN
    for cut in range(1, len("</rss>\n") + 1):
        assert ending(markup[:-cut].encode(encoding), Feed(URL)) is (Ending.PLAIN if cut == 1 else Ending.UNSEEN)


def test_a_sitemap_ends_as_a_feed_does() -> None:
    markup = b"<urlset><url><loc>https://www.ecns.cn/world/2026-11-23/detail-ihtest1.shtml</loc></url></urlset>\n"
    assert len(read(markup, Sitemap(URL)).articles) == 1
    assert ending(markup, Sitemap(URL)) is Ending.PLAIN
    assert ending(markup[:-4], Sitemap(URL)) is Ending.UNSEEN


def test_any_other_page_ends_in_its_own_end_tag() -> None:
    assert ending(b"<html><body></body></html>", FrontPage(URL)) is Ending.PLAIN
    assert ending(b"<html><body></body>", FrontPage(URL)) is Ending.UNSEEN
    assert ending(b"<html><body></body></html><script>x</script>", FrontPage(URL)) is Ending.UNSEEN
