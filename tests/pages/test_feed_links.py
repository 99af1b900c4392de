"""Which of the links of a feed is that of the entry, in every form of RSS and Atom."""

import feedparser  # type: ignore[import-untyped,unused-ignore]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.pages.document import Source
from ecnscrawl.pages.feeds import feed_entries
from ecnscrawl.pages.links import Link
from tests.pages.feed_texts import CHINA, FEED_URL, atom, rss, second

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


def test_an_unclosed_link_has_the_text_up_to_the_next_element() -> None:
    assert rss("<link>/x<description>a <b>few</b> words</description>") == X
