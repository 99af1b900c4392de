"""What a listing page or feed links to: pure functions from its bytes to addresses."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from lxml import etree

from ecnscrawl import timestamps
from ecnscrawl.pages.charsets import decode
from ecnscrawl.pages.document import Document, Source, selector
from ecnscrawl.pages.limits import check_feed
from ecnscrawl.text import clean, decode_entities
from ecnscrawl.urls import resolve

_LINKED = selector("//a[@href] | //area[@href]")
_BASE = selector("//base[@href]")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An entry of a feed: where it leads and when it was published, in UTC, where the feed says so."""

    url: str
    published_at: datetime | None


def links(source: Source) -> list[str]:
    """Every address that a page links to, absolute, in page order, each once.

    The listing's markup plays no part: what an article is shows in its address.
    """
    page = Document(source)
    bases = _BASE(page.root)
    base = resolve(source.url, bases[0].get("href", "")) if bases else None
    found = (resolve(base or source.url, element.get("href", "")) for element in _LINKED(page.root))
    return list(dict.fromkeys(url for url in found if url))


def feed_entries(source: Source, zone: tzinfo) -> list[FeedEntry]:
    """The entries of an RSS or Atom feed, in its order; none where it is no feed.

    A date without a zone is in the site's own, whatever RFC 822 says. Entities of the document's own are
    not expanded, and nothing is fetched. TooComplex for one that is not to be parsed.
    """
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    text = decode(source.body, source.charset).replace("\0", "").lstrip()
    check_feed(text)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return []
    return list(_entries(root, source.url, zone)) if root is not None else []


def _entries(root: etree._Element, base: str, zone: tzinfo) -> Iterator[FeedEntry]:
    for element in root.iter("{*}item", "{*}entry"):
        try:
            entry = _entry(element, base, zone)
        except UnicodeDecodeError:  # libxml2 recovers half a surrogate pair, `&#xD800;`, and lxml cannot give it
            continue
        if entry:
            yield entry


def _entry(element: etree._Element, base: str, zone: tzinfo) -> FeedEntry | None:
    # By the tag's text, as a name that libxml2 has recovered need not be one: `QName` raises for it.
    fields = {child.tag.rpartition("}")[2].lower(): child for child in element if isinstance(child.tag, str)}
    link = fields.get("link")
    url = resolve(base, decode_entities(link.get("href") or link.text or "")) if link is not None else None
    stated = next((fields[name] for name in ("pubdate", "published", "date", "updated") if name in fields), None)
    published = timestamps.parse(clean(stated.text or ""), zone) if stated is not None else None
    return FeedEntry(url, published.at if published else None) if url else None
