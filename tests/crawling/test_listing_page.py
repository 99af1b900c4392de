"""How a page of a listing ends: a feed as its reader reads it, any other page as it came."""

from datetime import UTC

import pytest
from scrapy import Request
from scrapy.http import Response

from ecnscrawl.crawling.listing_page import ListingPage
from ecnscrawl.network.http import charset_of
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.endings import Ending

URL = "https://www.ecns.cn/rss/rss.xml"
DECLARATION = '<?xml version="1.0" encoding="{}"?>'
FEED = "<rss><channel><item><title>雪</title><link>/world/x.shtml</link></item></channel></rss>\n"
WARNING = "<br />\n<b>Warning</b>:  Undefined variable $x in <b>/srv/feed.php</b> on line <b>7</b><br />\n"


def page(body: bytes) -> ListingPage:
    response = Response(URL, headers={"Content-Type": "text/xml"}, body=body, request=Request(URL))
    return ListingPage(response, Source(URL, body, charset_of(response)), None, is_read_anyway=False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("before", ["", WARNING])
@pytest.mark.parametrize("behind", ["", "<!-- made in 3 ms -->", "\n<script>x</script>", WARNING])
def test_a_feed_that_is_read_to_its_end_is_whole(before: str, behind: str, encoding: str) -> None:
    declared = "utf-16" if encoding.startswith("utf-16") else encoding
    markup = before + DECLARATION.format(declared) + FEED
    whole = page((markup + behind).encode(encoding))
    assert len(whole.content("feed", UTC).links) == 1
    assert whole.ending(is_xml=True) is Ending.PLAIN
    for cut in range(1, len("</rss>\n") + 1):
        assert page(markup[:-cut].encode(encoding)).ending(is_xml=True) is (Ending.PLAIN if cut == 1 else Ending.UNSEEN)


def test_a_sitemap_ends_as_a_feed_does() -> None:
    markup = b"<urlset><url><loc>https://www.ecns.cn/world/x.shtml</loc></url></urlset>\n"
    assert len(page(markup).content("sitemap", UTC).links) == 1
    assert page(markup).ending(is_xml=True) is Ending.PLAIN
    assert page(markup[:-4]).ending(is_xml=True) is Ending.UNSEEN


def test_any_other_page_ends_in_its_own_end_tag() -> None:
    assert page(b"<html><body></body></html>").ending(is_xml=False) is Ending.PLAIN
    assert page(b"<html><body></body>").ending(is_xml=False) is Ending.UNSEEN
    assert page(b"<html><body></body></html><script>x</script>").ending(is_xml=False) is Ending.UNSEEN
