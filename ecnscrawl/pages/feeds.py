"""Read RSS 0.9 to 2.0, RSS 1.0, Atom and JSON feeds: the URL and time of each entry.

This uses libxml2 instead of feedparser, which takes four times as long, follows the last of several links, and guesses
times: it takes `CST` for American and an unknown time zone for UTC. The tests compare the results with feedparser's.
"""

import re
from collections.abc import Iterator
from datetime import tzinfo
from html import unescape

from lxml import etree

from ecnscrawl.normalize import timestamps
from ecnscrawl.normalize.text import clean
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.normalize.urls import resolve
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.endings import ends_in_root
from ecnscrawl.pages.json_feed import is_json_feed, json_feed_entries
from ecnscrawl.pages.limits import check_feed
from ecnscrawl.pages.links import Link
from ecnscrawl.pages.xml_text import SAFE, content_of, mended, xml_text

_ATOM = frozenset({"http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"})  # 1.0 and 0.3
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_MAX_LENGTH = 10_000  # characters of a URL: no server accepts more
_RELATION = "http://www.iana.org/assignments/relation/"  # the long form of a name: …/alternate

# The time of publication: RSS pubDate, Atom 1.0 published and 0.3 issued, and Dublin Core's date, which RSS 1.0 uses.
# Never Atom's updated or modified: they are the time of a later version, or of the making of the feed.
_PUBLISHED = ("pubdate", "published", "issued", "date")

_REFERENCE = re.compile(r"&(?:#[0-9]+|#x[0-9a-f]+|[a-z][a-z0-9]*);", re.IGNORECASE)


def feed_entries(source: Source, zone: tzinfo | None) -> list[Link]:
    """Return the entries of a feed in order; [] if the source is not a feed.

    A date without a time zone is in the site's `zone`, although RFC 822 requires one. Entities that the document
    declares are not expanded, and nothing is downloaded. Raises TooComplex for a feed that must not be parsed.
    """
    text = xml_text(source)
    if text.startswith("{"):
        return list(json_feed_entries(text, source.url, zone))
    check_feed(text)
    try:
        root = etree.fromstring(mended(text), etree.XMLParser(encoding="utf-8", remove_pis=True, **SAFE))
    except etree.XMLSyntaxError:
        return []
    return list(_entries(root, source.url, zone)) if root is not None else []


def _entries(root: etree._Element, url: str, zone: tzinfo | None) -> Iterator[Link]:
    bases = _Bases(url)
    for element in root.iter("{*}item", "{*}entry"):
        try:
            entry = _entry(element, bases, zone)
        except UnicodeDecodeError:  # libxml2 recovers half a surrogate pair, `&#xD800;`, and lxml cannot give it
            continue
        if entry:
            yield entry


def is_whole_feed(text: str) -> bool:
    """Whether the text of a feed ends as one does that was not cut off."""
    return is_json_feed(text) if text.startswith("{") else ends_in_root(text)


class _Bases:
    """The base URL of each element (`xml:base`). Cached, because a feed may be deeply nested."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._found: dict[etree._Element, str] = {}

    def of(self, element: etree._Element) -> str:
        way: list[etree._Element] = []
        at: etree._Element | None = element
        while at is not None and at not in self._found:
            way.append(at)
            at = at.getparent()
        base = self._url if at is None else self._found[at]
        for each in reversed(way):
            written = each.get(_BASE, "")
            if written and len(written) <= _MAX_LENGTH:
                base = resolve(base, written) or base
            self._found[each] = base
        return base


def _entry(element: etree._Element, bases: _Bases, zone: tzinfo | None) -> Link | None:
    address = next(_addresses(element, bases), None)
    return Link(address, _published(element, zone)) if address else None


def _addresses(element: etree._Element, bases: _Bases) -> Iterator[str]:
    """Yield the possible URLs of an entry, best first: its link, an Atom link in RSS, its permanent id."""
    own = _name(element)[0]
    named = _children(element)
    links = [child for space, name, child in named if name == "link" and space == own]
    links += [child for space, name, child in named if name == "link" and space in _ATOM and space != own]
    alternate = [link for link in links if _relation(link) == "alternate"]
    for link in sorted(alternate, key=lambda link: "html" not in link.get("type", "html")):
        written = (link.get("href") or content_of(link)).strip()
        if written and len(written) <= _MAX_LENGTH and (address := resolve(bases.of(link), _unescaped(written))):
            yield address
    for space, name, child in named:
        is_permalink = name == "guid" and child.get("isPermaLink", "true").strip().lower() != "false"
        if space == own and (is_permalink or name == "id"):
            yield from _absolute(content_of(child))
    yield from _absolute(element.get(_ABOUT) or "")


def _name(element: etree._Element) -> tuple[str, str]:
    """Return namespace and name in lower case. Splits the text, because a tag that libxml2 recovered may be invalid."""
    space, _, name = element.tag.rpartition("}")
    return space.removeprefix("{"), name.lower()


def _children(element: etree._Element) -> list[tuple[str, str, etree._Element]]:
    """Return namespace, name and element of each child, without unexpanded entities."""
    return [(*_name(child), child) for child in element if isinstance(child.tag, str)]


def _relation(link: etree._Element) -> str:
    return (link.get("rel") or "alternate").strip().lower().removeprefix(_RELATION)


def _absolute(written: str) -> Iterator[str]:
    text = _unescaped(written.strip())
    if text.lower().startswith(("http://", "https://")) and (address := resolve(text, text)):
        yield address


def _unescaped(address: str) -> str:
    """Undo the second escaping of feeds that escape twice. `&copy=1` is a parameter, because it has no semicolon."""
    return _REFERENCE.sub(lambda match: unescape(match[0]), address)


def _published(element: etree._Element, zone: tzinfo | None) -> StatedTime | None:
    texts: dict[str, str] = {}
    for _, name, child in _children(element):
        if name in _PUBLISHED:
            texts.setdefault(name, content_of(child))
    stated = (timestamps.parse(clean(texts[name]), zone) for name in _PUBLISHED if name in texts)
    return next((each for each in stated if each), None)
