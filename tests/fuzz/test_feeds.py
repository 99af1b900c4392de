"""Any bytes can be read as a feed or a listing."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.feeds import feed_entries
from ecnscrawl.pages.links import links
from tests.fuzz.effort import examples, in_time
from tests.fuzz.mutation import mutated
from tests.saved_pages import FIXTURES

pytestmark = pytest.mark.fuzz

URL = "https://www.ecns.cn/rss/rss.xml"
ZONE = ZoneInfo("Asia/Shanghai")
HTML = FIXTURES / "html" / "ecns"
ATOM = b"""<?xml version="1.0" encoding="gb2312"?><!DOCTYPE feed [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="https://www.ecns.cn/world/2025-03-10/detail-ihtest1.shtml"/>
<updated>2025-03-10T09:30:00+08:00</updated><title>&b;</title></entry></feed>"""
charsets = st.sampled_from([None, "utf-8", "gb2312", "utf-16", "idna", "unicode_escape", "x", "\udcff", "utf-7"])


def saved(pattern: str) -> list[bytes]:
    """The saved pages whose names are like this."""
    return [path.read_bytes() for path in sorted(Path(HTML).glob(pattern))]


@examples(0.15)
@given(mutated([*saved("feed.xml"), ATOM]), charsets)
def test_a_feed_gives_entries_or_none(body: bytes, charset: str | None) -> None:
    with in_time():
        entries = feed_entries(Source(URL, body, charset), ZONE)
    assert [entry for entry in entries if not entry.url.startswith(("http://", "https://"))] == []
    assert [entry for entry in entries if entry.published and entry.published.at.tzinfo is None] == []


@examples(0.05)
@given(mutated([*saved("front.html"), *saved("listing-*.html")]), charsets)
def test_a_listing_gives_links_or_none(body: bytes, charset: str | None) -> None:
    with in_time():
        found = links(Document(Source("https://www.ecns.cn/world/", body, charset)))
    assert len(found) == len(set(found))
    assert [url for url in found if not (url.isascii() and url.startswith(("http://", "https://")))] == []
