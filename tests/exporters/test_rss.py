"""Exports as RSS 2.0, read as a feed reader reads them."""

import json
import re
from calendar import timegm
from email.utils import parsedate_to_datetime
from html import unescape
from pathlib import Path

import feedparser
from lxml import etree

from ecnscrawl.normalize.timestamps import from_text
from tests.exporters.library import (
    BRIDGE,
    CHANNEL,
    EVERYTHING,
    FERRY,
    HARVEST_CORRECTED,
    NOTHING,
    SCRIPT,
    Library,
    as_record,
)

NAMESPACES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}


def channel_of(path: Path) -> etree._Element:
    root = etree.parse(path).getroot()
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root
    assert channel.tag == "channel"
    return channel


def items_of(path: Path) -> list[etree._Element]:
    return list(channel_of(path).findall("item"))


def texts(element: etree._Element, name: str) -> list[str | None]:
    return [each.text for each in element.findall(name, NAMESPACES)]


def test_the_channel_has_title_link_and_language(library: Library) -> None:
    channel = channel_of(library.export("rss.xml"))
    assert texts(channel, "title") == [CHANNEL.title]
    assert texts(channel, "link") == [CHANNEL.link]
    assert texts(channel, "description") == [CHANNEL.description]
    assert texts(channel, "language") == ["en"]


def test_items_are_the_newest_revisions_newest_first(library: Library) -> None:
    items = items_of(library.export("world.rss.xml"))
    newest_first = [HARVEST_CORRECTED, BRIDGE, FERRY]
    assert [texts(item, "title") for item in items] == [[one.title] for one in newest_first]
    assert [texts(item, "link") for item in items] == [[one.url] for one in newest_first]
    assert [texts(item, "guid") for item in items] == [[one.id] for one in newest_first]
    assert [guid.get("isPermaLink") for item in items for guid in item.findall("guid")] == ["false"] * 3


def test_a_feed_reader_finds_every_stored_text(library: Library) -> None:
    feed = feedparser.parse(library.export("rss.xml", all_revisions=True).read_bytes())
    assert not feed.bozo, feed.get("bozo_exception")
    assert (feed.feed.title, feed.feed.link, feed.feed.language) == (CHANNEL.title, CHANNEL.link, "en")
    stored = {f"{one.id}#{one.revision}": one for one in EVERYTHING}
    assert {entry.id for entry in feed.entries} == set(stored)
    for entry in feed.entries:
        one = stored[entry.id]
        assert unescape(entry.title) == one.title
        assert entry.link == one.url
        assert timegm(entry.published_parsed) == from_text(one.published_at).timestamp()
        paragraphs = re.findall(r"<p>(.*?)</p>", entry.content[0].value) if "content" in entry else []
        assert [unescape(paragraph) for paragraph in paragraphs] == (one.body.split("\n\n") if one.body else [])
        assert [author.name for author in entry.get("authors", []) if author] == one.authors
        assert {tag.term for tag in entry.tags} == {one.section, *one.keywords}
        media = [*(image.url for image in one.images), *(video.url for video in one.videos)]
        assert [each["url"] for each in entry.get("media_content", [])] == media


def test_dates_are_in_rfc_822_format(library: Library) -> None:
    dates = [texts(item, "pubDate")[0] or "" for item in items_of(library.export("rss.xml"))]
    assert dates[1] == "Fri, 20 Nov 2026 16:00:00 GMT"
    assert [parsedate_to_datetime(date) for date in dates] == [
        from_text(one.published_at) for one in (HARVEST_CORRECTED, BRIDGE, FERRY)
    ]


def test_markup_in_a_text_is_escaped(library: Library) -> None:
    path = library.export("rss.xml")
    assert b"<script" not in path.read_bytes()
    assert texts(items_of(path)[1], "title") == [SCRIPT]
    assert texts(items_of(path)[1], "media:content/media:description")[-1] == "It <i>moves</i>"


def test_description_and_content_are_html_of_the_record(library: Library) -> None:
    _, bridge, ferry = items_of(library.export("rss.xml"))
    assert unescape(texts(bridge, "description")[0] or "") == BRIDGE.summary
    assert texts(ferry, "description") == ["It was late on 1 days."]
    content = texts(bridge, "content:encoded")[0] or ""
    paragraphs = content.removeprefix("<p>").removesuffix("</p>").split("</p><p>")
    assert unescape("\n\n".join(paragraphs)) == BRIDGE.body


def test_markup_in_a_body_is_escaped_for_readers_that_show_html(empty_library: Library) -> None:
    line = json.dumps(as_record(FERRY) | {"body": SCRIPT, "summary": SCRIPT})
    empty_library.publish("20261121T120000Z-000001.jsonl", []).write_text(f"{line}\n", encoding="utf-8")
    (item,) = items_of(empty_library.export("rss.xml"))
    for name in ("description", "content:encoded"):
        html = texts(item, name)[0] or ""
        assert "<script" not in html
        assert SCRIPT in unescape(html)


def test_authors_source_categories_and_media_are_those_of_the_record(library: Library) -> None:
    bridge = items_of(library.export("rss.xml"))[1]
    assert texts(bridge, "dc:creator") == BRIDGE.authors
    assert texts(bridge, "dc:source") == [BRIDGE.source]
    assert texts(bridge, "category") == ["Politics", "bridge", "桥"]
    media = bridge.findall("media:content", NAMESPACES)
    addresses = [image.url for image in BRIDGE.images] + [video.url for video in BRIDGE.videos]
    assert [each.get("url") for each in media] == addresses
    assert [each.get("medium") for each in media] == ["image", "image", "video"]
    assert texts(media[0], "media:description") == [BRIDGE.images[0].caption]
    assert texts(media[0], "media:credit") == ["Xinhua"]


def test_with_all_revisions_each_is_an_item(library: Library) -> None:
    items = items_of(library.export("rss.xml", all_revisions=True))
    guids = [texts(item, "guid")[0] for item in items]
    assert set(guids) == {f"{one.id}#{one.revision}" for one in EVERYTHING}


def test_characters_that_xml_forbids_are_left_out(empty_library: Library) -> None:
    line = json.dumps(as_record(FERRY) | {"title": "Fer\x00ry\x0b \uffff!"})
    empty_library.publish("20261121T120000Z-000001.jsonl", []).write_text(f"{line}\n", encoding="utf-8")
    assert texts(items_of(empty_library.export("rss.xml"))[0], "title") == ["Ferry !"]


def test_a_selection_without_matches_makes_a_feed_without_items(library: Library) -> None:
    assert items_of(library.export("rss.xml", **NOTHING)) == []
