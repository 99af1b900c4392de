"""The entries of a feed, with their URLs and times."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import feedparser  # type: ignore[import-untyped,unused-ignore]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.feeds import feed_entries
from ecnscrawl.pages.links import Link
from tests.fuzz.effort import in_time
from tests.saved_pages import FIXTURES, manifest

FEED_URL = "https://www.ecns.cn/rss/rss.xml"
CHINA = ZoneInfo("Asia/Shanghai")


def second(*written: int) -> StatedTime:
    year, month, day, hour, minute, second = written
    return StatedTime(datetime(year, month, day, hour, minute, second, tzinfo=UTC), "second")


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


def rss(inner: str, attributes: str = "") -> list[str]:
    markup = (
        f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" {attributes}>'
        f"<channel><link>https://www.ecns.cn/</link><item><title>x</title>{inner}</item></channel></rss>"
    )
    return [entry.url for entry in feed_entries(Source(FEED_URL, markup.encode()), CHINA)]


def atom(inner: str, attributes: str = "") -> list[str]:
    markup = f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><link href="/"/><entry><title>x</title>{inner}</entry></feed>'
    return [entry.url for entry in feed_entries(Source(FEED_URL, markup.encode()), CHINA)]


X = ["https://www.ecns.cn/x"]


@pytest.mark.parametrize(
    "inner",
    [
        '<link>/x</link><atom:link rel="replies" href="/replies"/>',
        '<atom:link rel="self" href="/self"/><link>/x</link><atom:link href="/y"/>',
        "<link>/x</link><link>/y</link><media:link>/z</media:link>",
        "<link></link><link> \n </link><link>/x</link>",
        '<media:link>/z</media:link><atom:link rel="enclosure" href="/a.mp3"/><atom:link href="/x"/>',
        '<atom:link rel="alternate" href="/x"/><guid>https://www.ecns.cn/guid</guid>',
        '<link href="/x"/>',
        "<link>javascript:;</link><guid>https://www.ecns.cn/x</guid>",
        "<guid>https://www.ecns.cn/x</guid>",
        '<guid isPermaLink="true"> https://www.ecns.cn/x\n</guid>',
        '<guid isPermaLink="false">https://www.ecns.cn/?p=7</guid><link>/x</link>',
        "<link><!-- by hand -->/x<!-- and again --></link>",
        "<link>/<!-- by hand -->x</link>",
        "<link><![CDATA[/x]]></link>",
        "<link><![CDATA[/]]><![CDATA[x]]></link>",
        "<LINK>/x</LINK>",
    ],
)
def test_of_several_links_that_of_the_item_counts(inner: str) -> None:
    assert rss(inner) == X


@pytest.mark.parametrize(
    "inner",
    [
        '<link rel="replies" href="/replies"/><link href="/x"/><link rel="edit" href="/edit"/>',
        '<link rel="enclosure" href="/a.mp3"/><link rel="alternate" href="/x"/><link rel="self" href="/self"/>',
        '<link rel="http://www.iana.org/assignments/relation/alternate" href="/x"/>',
        '<link rel=" Alternate " href="/x"/>',
        '<link rel="alternate" type="application/json" href="/x.json"/><link rel="alternate" type="text/html" href="/x"/>',
        '<link type="application/xhtml+xml" href="/x"/><link href="/y"/>',
        '<link rel="replies" href="/replies"/><id>https://www.ecns.cn/x</id>',
        "<id>https://www.ecns.cn/x</id>",
        '<id>tag:ecns.cn,2026:x</id><link href="/x"/>',
        "<link>/x</link>",
    ],
)
def test_of_several_links_that_to_the_entry_itself_counts(inner: str) -> None:
    assert atom(inner) == X


@pytest.mark.parametrize(
    "inner",
    [
        '<atom:link rel="replies" href="/replies"/>', '<atom:link rel="self" href="/self"/>', "<media:link>/x</media:link>",
        '<guid isPermaLink="false">https://www.ecns.cn/x</guid>', "<guid>ecns-7</guid>", "<guid>/x</guid>", "<comments>https://www.ecns.cn/x</comments>",
        '<enclosure url="https://www.ecns.cn/a.mp3"/>', "<link/>", '<source url="https://www.ecns.cn/rss">x</source>',
    ],
)  # fmt: skip
def test_a_link_with_another_relation_is_ignored(inner: str) -> None:
    assert rss(inner) == []


def test_an_atom_entry_with_no_address_but_a_name_is_left_out() -> None:
    assert atom("<id>tag:ecns.cn,2026:x</id>") == []
    assert atom('<link rel="enclosure" href="/a.mp3"/>') == []


@pytest.mark.parametrize(
    ("base", "inner"),
    [
        ('xml:base="https://www.ecns.cn/a/"', '<link href="../x"/>'),
        ('xml:base="/a/"', '<link href="b" xml:base="https://www.ecns.cn/"/><link href="../x"/>'),
        ('xml:base="/a/"', '<link xml:base="b/" href="../../x"/>'),
        ('xml:base="javascript:;"', '<link href="/x"/>'),
    ],
)
def test_a_relative_address_is_that_of_its_base(base: str, inner: str) -> None:
    assert atom(inner, base)[0] in (*X, "https://www.ecns.cn/b")


def test_the_bases_of_an_rss_feed_count_too() -> None:
    assert rss("<link>x</link>", 'xml:base="https://www.ecns.cn/"') == X


RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="{rss}" xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel rdf:about="https://www.ecns.cn/rss"><title>x</title><link>https://www.ecns.cn/</link></channel>
  <item rdf:about="https://www.ecns.cn/x">{link}<dc:date>2026-10-06T19:48:21+08:00</dc:date></item></rdf:RDF>"""


@pytest.mark.parametrize("space", ["http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/"])
@pytest.mark.parametrize("link", ["<link>https://www.ecns.cn/x</link>", ""])
def test_rss_1_0_and_0_90_are_read(space: str, link: str) -> None:
    entries = feed_entries(Source(FEED_URL, RDF.format(rss=space, link=link).encode()), CHINA)
    assert entries == [Link(X[0], second(2026, 10, 6, 11, 48, 21))]


def test_rss_0_91_with_its_document_type_is_read() -> None:
    markup = """<?xml version="1.0" encoding="ISO-8859-1"?>
      <!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
      <rss version="0.91"><channel><item><title>Caf&eacute;</title><link>/x</link></item></channel></rss>"""
    assert [entry.url for entry in feed_entries(Source(FEED_URL, markup.encode()), CHINA)] == X


@pytest.mark.parametrize(
    "junk",
    [
        b"\xef\xbb\xbf", b"\n\n  \t", b"\xef\xbb\xbf\n", b"<!-- cached at 10:00 -->\n", b"<!-- <?xml and <rss> of a comment --> ",
        b"<br />\n<b>Warning</b>:  Undefined variable $x in <b>/srv/feed.php</b> on line <b>7</b><br />\n", b"Notice: x in y.php on line 3\n", b"\0\0",
    ],
)  # fmt: skip
@pytest.mark.parametrize("declaration", [b'<?xml version="1.0" encoding="utf-8"?>', b""])
def test_junk_before_a_feed_is_ignored(junk: bytes, declaration: bytes) -> None:
    body = junk + declaration + b"<rss><channel><item><title>x</title><link>/x</link></item></channel></rss>"
    assert [entry.url for entry in feed_entries(Source(FEED_URL, body), CHINA)] == X


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


def test_ampersands_that_nobody_escaped_are_part_of_the_address() -> None:
    assert rss("<link>/x?a=1&b=2&copy=3&amp;c=4&#38;d=5</link>") == ["https://www.ecns.cn/x?a=1&b=2&copy=3&c=4&d=5"]
    assert rss("<link><![CDATA[/x?a=1&b=2]]></link>") == ["https://www.ecns.cn/x?a=1&b=2"]


FORMS = (*(f"<item><link>/{number}</link></item>" for number in range(3)), "<item><guid>https://www.ecns.cn/g</guid></item>",
         '<item><atom:link rel="alternate" href="https://www.ecns.cn/a"/></item>', "<item><title>x</title></item>")  # fmt: skip


@given(st.lists(st.sampled_from(FORMS), max_size=8))
def test_feedparser_finds_the_same_links(items: list[str]) -> None:
    markup = f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>{"".join(items)}</channel></rss>'
    others = [entry.get("link") for entry in feedparser.parse(markup.encode()).entries]
    expected = [f"https://www.ecns.cn{link}" if link.startswith("/") else link for link in others if link]
    assert [entry.url for entry in feed_entries(Source(FEED_URL, markup.encode()), CHINA)] == expected


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


def test_an_unclosed_link_has_the_text_up_to_the_next_element() -> None:
    assert rss("<link>/x<description>a <b>few</b> words</description>") == X


def test_elements_that_lie_deep_in_others_are_read_fast() -> None:
    items = b"<item><link>/x</link>" * 240 + b"<item><link>/x</link></item>" * 10_000
    base = b"".join(b'<a xml:base="%s">' % (b"b/" * 2_000) for _ in range(200))
    with in_time(3):
        assert len(feed_entries(Source(FEED_URL, b"<rss>" + items), CHINA)) == 10_240
        assert (
            len(feed_entries(Source(FEED_URL, b"<rss>" + base + b"<item><link>/x</link></item>" * 10_000), CHINA))
            == 10_000
        )
