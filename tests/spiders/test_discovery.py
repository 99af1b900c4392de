"""What a listing page or feed links to."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.pages.document import Source
from ecnscrawl.spiders.discovery import FeedEntry, feed_entries, links
from ecnscrawl.spiders.ecns import EcnsSpider
from tests.saved_pages import FIXTURES, manifest

URL = "https://www.ecns.cn/world/"
FEED_URL = "https://www.ecns.cn/rss/rss.xml"
CHINA = ZoneInfo("Asia/Shanghai")


def linked(markup: str | bytes) -> list[str]:
    return links(Source(URL, markup.encode() if isinstance(markup, str) else markup))


def feed(items: str, encoding: str = "utf-8") -> list[FeedEntry]:
    markup = f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel>{items}</channel></rss>'
    return feed_entries(Source(FEED_URL, markup.encode(encoding)), CHINA)


def item(link: str, date: str = "") -> str:
    return f"<item><title>x</title><link>{link}</link><pubDate>{date}</pubDate></item>"


@pytest.mark.parametrize(
    "anchor",
    [
        '<a href="https://www.ecns.cn/world/x.shtml">x</a>',
        '<a href="//www.ecns.cn/world/x.shtml">x</a>',
        '<a href="/world/x.shtml">x</a>',
        '<a href="x.shtml">x</a>',
        "<a href=/world/x.shtml target=_blank>x</a>",
        "<a href='/world/x.shtml#'>x</a>",
        '<A HREF=" /world/x.shtml ">x</A>',
        '<map><area href="/world/x.shtml"></map>',
        '<div><table><tr><td><a href="/world/x.shtml">x</a></div>',
    ],
)
def test_a_link_is_found_however_it_is_written(anchor: str) -> None:
    assert linked(anchor) == ["https://www.ecns.cn/world/x.shtml"]


def test_links_come_in_page_order_each_once() -> None:
    markup = '<a href="/b">b</a><a href="/a">a</a><a href="//www.ecns.cn/b#x">b again</a>'
    assert linked(markup) == ["https://www.ecns.cn/b", "https://www.ecns.cn/a"]


def test_a_base_counts() -> None:
    assert linked('<base href="/china/"><a href="x.shtml">x</a>') == ["https://www.ecns.cn/china/x.shtml"]


def test_a_base_that_is_no_address_does_not() -> None:
    assert linked('<base href="javascript:;"><a href="x.shtml">x</a>') == ["https://www.ecns.cn/world/x.shtml"]


@pytest.mark.parametrize(
    "markup", ["", "no html", '<a>x</a><a href="">x</a><a href="javascript:;">x</a><a name="y">x</a>']
)
def test_a_page_without_links_has_none(markup: str) -> None:
    assert linked(markup) == []


def test_links_in_comments_and_scripts_are_none() -> None:
    assert linked("<!-- <a href='/a'>x</a> --><script>w('<a href=\"/b\">x</a>')</script>") == []


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_a_page_with_links_or_none(body: bytes) -> None:
    assert all(url.startswith(("http://", "https://")) for url in linked(body))


def saved(file: str) -> Source:
    page = next(page for page in manifest() if page.file == file)
    return Source(page.url, (FIXTURES / "html" / page.site / file).read_bytes())


def ids(urls: list[str]) -> list[str]:
    found = [address.id for url in urls if (address := EcnsSpider.address(url))]
    return list(dict.fromkeys(found))


def test_the_articles_of_a_saved_listing_are_found_in_every_spelling() -> None:
    assert ids(links(saved("listing-world.html"))) == [
        "ecns:ihfmwqzt8204166", "ecns:ihfmwqzt8141288", "ecns:ihfmwqzt8059930", "ecns:ihfmwqzt7988124", "ecns:ihfmwqzt7901535",
        "ecns:ihexmqnr6613087", "ecns:ihexmqnr2204407", "ecns:ihexmqnr2204452", "ecns:iheknwqz7719034", "ecns:ihekdvxp7183362",
        "ecns:ihekdvxp5570126", "ecns:ihekdvxp3958840", "ecns:ihekdvxp1629417", "ecns:ihekdvxp0412873", "ecns:ihcqwrtm9977305",
    ]  # fmt: skip


# Feeds.


def test_a_saved_feed_gives_its_entries_in_order_with_their_times() -> None:
    entries = feed_entries(saved("feed.xml"), CHINA)
    assert entries[:2] == [
        FeedEntry("http://www.ecns.cn/world/2026-11-21/detail-ihfmwqzt8204166.shtml", datetime(2026, 11, 21, 0, 12, 44, tzinfo=UTC)),
        FeedEntry("http://www.ecns.cn/cns-wire/2026-11-20/detail-ihfmwqzt8141288.shtml", datetime(2026, 11, 20, 10, 40, 29, tzinfo=UTC)),
    ]  # fmt: skip
    assert all(entry.published_at for entry in entries)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026-10-06 19:48:21", datetime(2026, 10, 6, 11, 48, 21, tzinfo=UTC)),
        ("Tue, 06 Oct 2026 19:48:21 +0800", datetime(2026, 10, 6, 11, 48, 21, tzinfo=UTC)),
        ("\n 2026-10-06 19:48:21 ", datetime(2026, 10, 6, 11, 48, 21, tzinfo=UTC)),
        ("soon", None),
        ("", None),
    ],
)
def test_a_date_of_the_feed_is_china_time_or_none(date: str, expected: datetime | None) -> None:
    assert feed(item("/world/x.shtml", date)) == [FeedEntry("https://www.ecns.cn/world/x.shtml", expected)]


@pytest.mark.parametrize(
    "link",
    [
        "http://www.ecns.cn/x?a=1&amp;b=2",
        "http://www.ecns.cn/x?a=1&amp;amp;b=2",
        "<![CDATA[http://www.ecns.cn/x?a=1&b=2]]>",
        "\n  http://www.ecns.cn/x?a=1&amp;b=2\n",
    ],
)
def test_an_address_is_read_as_feeds_write_it(link: str) -> None:
    assert [entry.url for entry in feed(item(link))] == ["http://www.ecns.cn/x?a=1&b=2"]


def test_an_atom_feed_is_read_too() -> None:
    markup = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>x</title><link href="/x"/>
      <updated>2026-10-06T19:48:21+08:00</updated></entry></feed>"""
    moment = datetime(2026, 10, 6, 11, 48, 21, tzinfo=UTC)
    assert feed_entries(Source(FEED_URL, markup), CHINA) == [FeedEntry("https://www.ecns.cn/x", moment)]


def test_an_entry_without_an_address_is_left_out() -> None:
    assert [entry.url for entry in feed(f"<item><title>x</title></item>{item('javascript:;')}{item('/x')}")] == [
        "https://www.ecns.cn/x"
    ]


def test_a_feed_in_another_charset_is_read() -> None:
    assert [entry.url for entry in feed(item("/春.shtml"), "gb18030")] == ["https://www.ecns.cn/%E6%98%A5.shtml"]


def test_a_broken_feed_gives_what_can_be_read() -> None:
    broken = f"{item('/a')}<item><title>R&D <b>x</title><link>/b</link></item>".replace("</channel>", "")
    assert "https://www.ecns.cn/a" in [entry.url for entry in feed(broken)]


@pytest.mark.parametrize(
    "markup", ["", " ", "<html><body>502 Bad Gateway</body></html>", "not xml", "\0", "<rss/>", "<?xml"]
)
def test_what_is_no_feed_has_no_entries(markup: str) -> None:
    assert feed_entries(Source(FEED_URL, markup.encode()), CHINA) == []


def test_a_name_that_is_none_costs_no_other_entry() -> None:
    broken = "<item><title:>x</title:><link:>y</link:></item>"
    assert [entry.url for entry in feed(broken + item("https://www.ecns.cn/a"))] == ["https://www.ecns.cn/a"]


@pytest.mark.parametrize("half", ["&#xD800;", "&#55296;", "&#xdfff;"])
def test_half_a_surrogate_pair_costs_no_other_entry(half: str) -> None:
    entries = feed(
        item(f"https://www.ecns.cn/{half}") + item("https://www.ecns.cn/a", half) + item("https://www.ecns.cn/b")
    )
    assert "https://www.ecns.cn/b" in [entry.url for entry in entries]


def test_entities_of_the_feeds_own_are_not_expanded() -> None:
    markup = """<!DOCTYPE rss [<!ENTITY a "http://www.ecns.cn/stolen"><!ENTITY b SYSTEM "file:///etc/passwd">]>
      <rss><channel><item><link>&a;</link></item><item><link>http://www.ecns.cn/&b;</link></item></channel></rss>"""
    entries = feed_entries(Source(FEED_URL, markup.encode()), CHINA)
    assert not any("stolen" in entry.url or "root" in entry.url for entry in entries)


@given(
    st.binary()
    | st.text().map(str.encode)
    | st.text().map(lambda text: f"<rss><item><link>{text}</link></item></rss>".encode())
)
def test_any_bytes_are_a_feed_or_none(body: bytes) -> None:
    assert all(entry.url.startswith(("http://", "https://")) for entry in feed_entries(Source(FEED_URL, body), CHINA))
