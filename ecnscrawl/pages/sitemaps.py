"""Read sitemaps (sitemaps.org, Google News): the URLs of pages, with the time of publication, and those of sitemaps.

`lastmod` is never the time of publication: a correction changes it, and many sites write the time of the request. It
only says which entries are worth a look. A sitemap may also be a text file, with an address in each line.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from io import BytesIO

from lxml import etree

from ecnscrawl.normalize import timestamps
from ecnscrawl.normalize.text import clean
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.normalize.urls import resolve
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.limits import check_sitemap
from ecnscrawl.pages.links import Link
from ecnscrawl.pages.xml_text import SAFE, content_of, mended, xml_text

_MAX_LINES = 50_000  # of a sitemap that is a text, as sitemaps.org allows
_SEPARATOR = re.compile(r"[}:]")  # {namespace}name, and prefix:name of a prefix that is not declared


@dataclass(frozen=True, slots=True)
class ChildSitemap:
    """A sitemap that an index names."""

    url: str
    changed: StatedTime | None = None  #: its `lastmod`


@dataclass(slots=True)
class SitemapContent:
    """What a sitemap lists: pages, or, if it is an index, sitemaps."""

    links: list[Link] = field(default_factory=list)
    children: list[ChildSitemap] = field(default_factory=list)
    has_root: bool = False  #: it has the root element of a sitemap, to its end: so it may well list nothing


def read_sitemap(source: Source, zone: tzinfo | None) -> SitemapContent:
    """Return what a sitemap lists, in order; nothing if the source is not a sitemap.

    A time without a time zone is in the site's `zone`. Raises TooComplex for a document that must not be parsed.
    """
    text = xml_text(source)
    if not text.startswith("<"):
        return _text_sitemap(text, source.url)
    check_sitemap(text)
    found = SitemapContent()
    # One entry at a time: a sitemap may have 50,000, and their tree would take a hundred times the memory.
    entries = etree.iterparse(BytesIO(mended(text)), events=("end",), encoding="utf-8", **SAFE)
    try:
        for _, element in entries:
            match _name(element):
                case "url":
                    if url := _location(element, source.url):
                        found.links.append(Link(url, _published(element, zone), _time(element, "lastmod", zone or UTC)))
                case "sitemap":
                    if url := _location(element, source.url):
                        found.children.append(ChildSitemap(url, _time(element, "lastmod", zone or UTC)))
                case "urlset" | "sitemapindex":
                    found.has_root = True
                case _:
                    continue
            _forget(element)
    except (etree.XMLSyntaxError, UnicodeDecodeError):  # libxml2 recovers `&#xD800;`, and lxml cannot return it
        pass
    return found


def is_text_sitemap(text: str) -> bool:
    """Whether the text of a sitemap is a list of addresses, and ends in a whole line."""
    return text.lstrip().startswith(("http://", "https://")) and text.endswith("\n")


def _text_sitemap(text: str, base: str) -> SitemapContent:
    """Return what a sitemap lists that has an address in each line, and nothing else."""
    lines = [line.strip() for line in text.splitlines()[:_MAX_LINES]]
    urls = [resolve(base, line) if line.startswith(("http://", "https://")) else None for line in lines if line]
    if None in urls or not urls:
        return SitemapContent()
    return SitemapContent([Link(url) for url in dict.fromkeys(urls) if url], has_root=True)


def _name(element: etree._Element) -> str:
    return _SEPARATOR.split(element.tag)[-1].lower() if isinstance(element.tag, str) else ""


def _location(element: etree._Element, base: str) -> str | None:
    """Return the URL of an entry: only its own `loc`, not those of its pictures."""
    loc = next((child for child in element if _name(child) == "loc"), None)
    return resolve(base, clean(content_of(loc))) if loc is not None else None


def _published(element: etree._Element, zone: tzinfo | None) -> StatedTime | None:
    """Return the time that the entry's `news` states: that of `video` is another one."""
    news = next((child for child in element if _name(child) == "news"), None)
    return _time(news, "publication_date", zone) if news is not None else None


def _time(element: etree._Element, name: str, zone: tzinfo | None) -> StatedTime | None:
    stated = next((child for child in element if _name(child) == name), None)
    return timestamps.parse(clean(content_of(stated)), zone) if stated is not None else None


def _forget(element: etree._Element) -> None:
    """Drop an entry that was read, and whatever stands before it."""
    element.clear()
    while (before := element.getprevious()) is not None and (parent := before.getparent()) is not None:
        parent.remove(before)
