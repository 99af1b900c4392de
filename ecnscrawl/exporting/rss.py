"""Exports as an RSS 2.0 feed, newest first: https://www.rssboard.org/rss-specification."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any

from lxml import etree

from ecnscrawl.exporting.database import Records
from ecnscrawl.timestamps import from_text

_NAMESPACES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Channel:
    """What the feed says of itself."""

    title: str
    link: str
    language: str
    description: str


def write_rss(records: Records, target: Path, channel: Channel, *, all_revisions: bool) -> int:
    """Every record is an item; the ids of the items tell revisions apart where all are asked for."""
    written = 0
    with closing(sqlite3.connect(target.with_name("items.sqlite"))) as items, target.open("wb") as file:
        items.execute("PRAGMA journal_mode = OFF")
        items.execute("PRAGMA synchronous = OFF")
        items.execute("CREATE TABLE items (published_at TEXT, item BLOB)")  # a million do not fit into memory
        for record in records.rows():
            item = etree.tostring(_item(record, all_revisions=all_revisions))
            items.execute("INSERT INTO items VALUES (?, ?)", (record["published_at"], item))
            written += 1
        with etree.xmlfile(file, encoding="utf-8") as feed:
            feed.write_declaration()
            with feed.element("rss", {"version": "2.0"}, nsmap=_NAMESPACES), feed.element("channel"):
                for element in _about(channel):
                    feed.write(element)
                for (item,) in items.execute("SELECT item FROM items ORDER BY published_at DESC, rowid DESC"):
                    feed.write(etree.fromstring(item))
    return written


def _about(channel: Channel) -> Iterator[etree._Element]:
    for name in ("title", "link", "description", "language"):
        yield _element(name, getattr(channel, name))


def _item(record: dict[str, Any], *, all_revisions: bool) -> etree._Element:
    """A record as an item: the title is plain text, description and content are HTML, as readers take them."""
    item = etree.Element("item", nsmap=_NAMESPACES)
    item.append(_element("title", record["title"]))
    item.append(_element("link", record["url"]))
    guid = f"{record['id']}#{record['revision']}" if all_revisions else record["id"]
    item.append(_element("guid", guid, isPermaLink="false"))
    item.append(_element("pubDate", format_datetime(from_text(record["published_at"]), usegmt=True)))
    paragraphs = (record["body"] or "").split("\n\n")
    if about := record["summary"] or paragraphs[0]:
        item.append(_element("description", escape(about, quote=False)))
    if record["body"]:
        content = "".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in paragraphs)
        item.append(_element("content:encoded", content))
    item.extend(_element("dc:creator", author) for author in record["authors"])
    if record["source"]:
        item.append(_element("dc:source", record["source"]))
    item.extend(_element("category", name) for name in [record["section"], *record["keywords"]] if name)
    item.extend(_media(image, "image") for image in record["images"])
    item.extend(_media(video, "video") for video in record["videos"])
    return item


def _media(media: dict[str, Any], medium: str) -> etree._Element:
    content = _element("media:content", None, url=media["url"], medium=medium)
    if media["caption"]:
        content.append(_element("media:description", media["caption"], type="plain"))
    if media.get("credit"):
        content.append(_element("media:credit", media["credit"]))
    if media.get("poster"):
        content.append(_element("media:thumbnail", None, url=media["poster"]))
    return content


def _element(name: str, text: str | None, **attributes: str) -> etree._Element:
    prefix, _, local = name.rpartition(":")
    tag = f"{{{_NAMESPACES[prefix]}}}{local}" if prefix else local
    element = etree.Element(tag, {key: _NOT_IN_XML.sub("", value) for key, value in attributes.items()}, _NAMESPACES)
    element.text = None if text is None else _NOT_IN_XML.sub("", text)
    return element
