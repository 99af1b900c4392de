"""Export records as an RSS 2.0 feed, newest first: https://www.rssboard.org/rss-specification."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email.utils import format_datetime
from html import escape as as_html
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from ecnscrawl.exporters.duckdb import Records
from ecnscrawl.normalize.timestamps import from_text

_START = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">\n<channel>\n'
)
_END = "</channel>\n</rss>\n"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Channel:
    """The feed's own title, link, language (BCP 47) and description."""

    title: str
    link: str
    language: str
    description: str


def write_rss(records: Records, target: Path, channel: Channel, *, all_revisions: bool) -> int:
    """Write the records to `target`, one item each, newest first; return their number.

    With `all_revisions` the guid of an item contains the revision, else only the article's id.
    """
    written = 0
    with (
        closing(sqlite3.connect(target.with_name("items.sqlite"))) as items,
        target.open("w", encoding="utf-8", newline="") as file,
    ):
        items.execute("PRAGMA journal_mode = OFF")
        items.execute("PRAGMA synchronous = OFF")
        items.execute(
            "CREATE TABLE items (published_at TEXT, item TEXT)"
        )  # sorted on disk: a million items do not fit into memory
        for record in records.rows():
            item = "".join(_item(record, all_revisions=all_revisions))
            items.execute("INSERT INTO items VALUES (?, ?)", (record["published_at"], item))
            written += 1
        file.write(_START)
        for name in ("title", "link", "description", "language"):
            file.write(_element(name, getattr(channel, name)))
        for (item,) in items.execute("SELECT item FROM items ORDER BY published_at DESC, rowid DESC"):
            file.write(f"<item>\n{item}</item>\n")
        file.write(_END)
    return written


def _item(record: dict[str, Any], *, all_revisions: bool) -> Iterator[str]:
    """Yield the elements of an item. Feed readers take the title as plain text, description and content as HTML."""
    yield _element("title", record["title"])
    yield _element("link", record["url"])
    guid = f"{record['id']}#{record['revision']}" if all_revisions else record["id"]
    yield _element("guid", guid, isPermaLink="false")
    yield _element("pubDate", format_datetime(from_text(record["published_at"]), usegmt=True))
    paragraphs = (record["body"] or "").split("\n\n")
    if about := record["summary"] or paragraphs[0]:
        yield _element("description", as_html(about, quote=False))
    if record["body"]:
        content = "".join(f"<p>{as_html(paragraph, quote=False)}</p>" for paragraph in paragraphs)
        yield _element("content:encoded", content)
    for author in record["authors"]:
        yield _element("dc:creator", author)
    if record["source"]:
        yield _element("dc:source", record["source"])
    for name in (record["section"], *record["keywords"]):
        if name:
            yield _element("category", name)
    for image in record["images"]:
        yield _media(image, "image")
    for video in record["videos"]:
        yield _media(video, "video")


def _media(media: dict[str, Any], medium: str) -> str:
    inside = ""
    if media["caption"]:
        inside += _element("media:description", media["caption"], type="plain")
    if media.get("credit"):
        inside += _element("media:credit", media["credit"])
    if media.get("poster"):
        inside += _element("media:thumbnail", "", url=media["poster"])
    return f"<media:content url={_attribute(media['url'])} medium={_attribute(medium)}>\n{inside}</media:content>\n"


def _element(name: str, text: str, **attributes: str) -> str:
    words = "".join(f" {key}={_attribute(value)}" for key, value in attributes.items())
    return f"<{name}{words}>{escape(_NOT_IN_XML.sub('', text))}</{name}>\n"


def _attribute(value: str) -> str:
    return quoteattr(_NOT_IN_XML.sub("", value))
