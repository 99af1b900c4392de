"""The entries of a feed, with their URLs and times."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.feeds import feed_entries
from ecnscrawl.pages.links import Link
from tests.fuzz.effort import in_time
from tests.pages.feed_texts import CHINA, FEED_URL, second
from tests.saved_pages import FIXTURES, manifest


def feed(items: str, encoding: str = "utf-8") -> list[Link]:
    markup = f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel>{items}</channel></rss>'
    return feed_entries(Source(FEED_URL, markup.encode(encoding)), CHINA)


def item(link: str, date: str = "") -> str:
    return f"<item><title>x</title><link>{link}</link><pubDate>{date}</pubDate></item>"


def saved(file: str) -> Source:
    page = next(page for page in manifest() if page.file == file)
    return Source(page.url, (FIXTURES / "html" / page.site / file).read_bytes())


def test_a_saved_feed_gives_its_entries_in_order_with_their_times() -> None:
    entries = feed_entries(saved("feed.xml"), CHINA)
    assert entries[:2] == [
        Link("http://www.ecns.cn/world/2026-11-21/detail-ihfmwqzt8204166.shtml", second(2026, 11, 21, 0, 12, 44)),
        Link("http://www.ecns.cn/cns-wire/2026-11-20/detail-ihfmwqzt8141288.shtml", second(2026, 11, 20, 10, 40, 29)),
    ]  # fmt: skip
    assert all(entry.published for entry in entries)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026-10-06 19:48:21", second(2026, 10, 6, 11, 48, 21)),
        ("Tue, 06 Oct 2026 19:48:21 +0800", second(2026, 10, 6, 11, 48, 21)),
        ("\n 2026-10-06 19:48:21 ", second(2026, 10, 6, 11, 48, 21)),
        ("soon", None),
        ("", None),
    ],
)
def test_a_date_of_the_feed_is_china_time_or_none(date: str, expected: StatedTime | None) -> None:
    assert feed(item("/world/x.shtml", date)) == [Link("https://www.ecns.cn/world/x.shtml", expected)]


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
      <updated>2026-10-07T19:48:21+08:00</updated><published>2026-10-06T19:48:21+08:00</published></entry></feed>"""
    moment = second(2026, 10, 6, 11, 48, 21)
    assert feed_entries(Source(FEED_URL, markup), CHINA) == [Link("https://www.ecns.cn/x", moment)]


def test_a_time_of_modification_is_not_used_as_time_of_publication() -> None:
    markup = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>x</title><link href="/x"/>
      <updated>2026-10-06T19:48:21+08:00</updated></entry></feed>"""
    assert feed_entries(Source(FEED_URL, markup), CHINA) == [Link("https://www.ecns.cn/x", None)]


@pytest.mark.parametrize(
    ("date", "precision"),
    [("2026-10-06 19:48", "minute"), ("Tue, 06 Oct 2026", "day"), ("Tue, 06 Oct 2026 19:48:21 GMT", "second")],
)
def test_the_precision_of_a_feeds_time_is_kept(date: str, precision: str) -> None:
    (entry,) = feed(item("/x", date))
    assert entry.published is not None
    assert entry.published.precision == precision


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "windows-1251", "koi8-r", "gb18030", "euc-jp", "shift_jis"],
)
def test_a_feed_is_decoded_as_it_declares(encoding: str) -> None:
    letters = {"windows-1251": "снег", "koi8-r": "снег"}.get(encoding, "雪国の話")
    declared = "utf-16" if encoding.startswith("utf-16") else encoding
    markup = f'<?xml version="1.0" encoding="{declared}"?><rss><channel><item><title>{letters}</title><link>/{letters}</link></item></channel></rss>'
    expected = feed_entries(Source(FEED_URL, markup.replace(declared, "utf-8").encode()), CHINA)
    assert len(expected) == 1
    assert feed_entries(Source(FEED_URL, markup.encode(encoding)), CHINA) == expected
    if not encoding.startswith("utf"):
        assert (
            feed_entries(Source(FEED_URL, markup.encode(encoding), "utf-8"), CHINA) == expected
        )  # the header is wrong


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
def test_a_document_that_is_not_a_feed_has_no_entries(markup: str) -> None:
    assert feed_entries(Source(FEED_URL, markup.encode()), CHINA) == []


def test_an_invalid_name_does_not_affect_other_entries() -> None:
    broken = "<item><title:>x</title:><link:>y</link:></item>"
    assert [entry.url for entry in feed(broken + item("https://www.ecns.cn/a"))] == ["https://www.ecns.cn/a"]


@pytest.mark.parametrize("half", ["&#xD800;", "&#55296;", "&#xdfff;"])
def test_half_a_surrogate_pair_does_not_affect_other_entries(half: str) -> None:
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
def test_any_bytes_can_be_read_as_a_feed(body: bytes) -> None:
    assert all(entry.url.startswith(("http://", "https://")) for entry in feed_entries(Source(FEED_URL, body), CHINA))


def test_elements_that_lie_deep_in_others_are_read_fast() -> None:
    items = b"<item><link>/x</link>" * 240 + b"<item><link>/x</link></item>" * 10_000
    base = b"".join(b'<a xml:base="%s">' % (b"b/" * 2_000) for _ in range(200))
    with in_time(3):
        assert len(feed_entries(Source(FEED_URL, b"<rss>" + items), CHINA)) == 10_240
        assert (
            len(feed_entries(Source(FEED_URL, b"<rss>" + base + b"<item><link>/x</link></item>" * 10_000), CHINA))
            == 10_000
        )
