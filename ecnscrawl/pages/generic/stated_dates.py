"""Read the times of publication that a page states for programs: in JSON-LD, metadata, scripts and its address."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.document import Document, selector
from ecnscrawl.pages.generic.date_forms import FoundDate, find_dates, month_names
from ecnscrawl.pages.generic.json_ld import MAX_SCRIPTS, LinkedData

IsOwn = Callable[[HtmlElement], bool]

#: The names of `<meta>` elements that state the time of publication, the most reliable first.
PUBLISHED_METAS = tuple(
    "article:published_time og:article:published_time og:published_time article.published article:published"
    " datepublished publishdate publish_date publish-date pubdate date_published published_time publication_date"
    " publication-date originalpublicationdate article_date_original parsely-pub-date sailthru.date"
    " cxenseparse:recs:publishtime cxenseparse:publishtime rnews:datepublished vr:published_time bt:pubdate"
    " dc.date.issued dcterms.issued dc.issued dc.date.created dcterms.created dc.created dc.date dcterms.date"
    " citation_publication_date citation_date displaydate ptime published published-date published_date publisheddate"
    " article:published_date article:publish_date publicationdate pub_date created createdate date".split()
)
# Objects in scripts, as the frameworks of pages write them: "datePublished":"2026-08-03T09:30:00Z"
_SCRIPTED = re.compile(
    r"""(?:\\?["']|&quot;)(?:datePublished|publishedAt|published_at|publishDate|publish_date|publishedDate|firstPublished(?:Date|At)?"""
    r"""|first_published_at|publicationDate|publication_date|pubDate|published_time)(?:\\?["']|&quot;)"""
    r"""\s*:\s*(?:\\?["']|&quot;)(\d{4}-\d{2}-\d{2}[^"'\\&]{0,30})"""
)
_IN_PATH = re.compile(
    r"/(?:[a-z-]*[_-])?(?P<year>20\d\d|19\d\d)[/-]?(?P<month>\d\d|[a-z]{3,9})[/-]?(?P<day>\d\d)(?!\d)", re.IGNORECASE
)
_EPOCH = re.compile(r"(1\d{9})(\d{3})?")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?")
_MAX_MARKED = 20  #: elements that are read
_MARKED = selector("//*[contains(@itemprop, 'datePublished')] | //time[@pubdate]")


@dataclass(frozen=True, slots=True)
class Stated:
    """A time of publication as `timestamps.parse` reads it, and where it was found."""

    text: str
    day: date
    origin: str


def machine_readable(page: Document, linked: LinkedData, language: str, is_own: IsOwn) -> Iterator[Stated]:
    """Yield the times of publication that a page states for programs, the most reliable first.

    `is_own` says whether an element is the article's, and not that of a comment.
    """
    for node in (linked.article, linked.page):
        yield from stated_times("json-ld", [node.get("datePublished")], language)
    for name in PUBLISHED_METAS:
        yield from stated_times("og" if ":" in name else "meta", [page.metas.get(name)], language)
    for element in filter(is_own, page.all(_MARKED)[:_MAX_MARKED]):
        shown = element.get("content") or element.get("datetime") or clean(element.text_content()[:200])
        yield from stated_times("itemprop", [shown], language)
    yield from stated_times("json-ld", [linked.article.get("dateCreated"), linked.article.get("uploadDate")], language)


def stated_times(origin: str, texts: Iterable[object], language: str) -> Iterator[Stated]:
    """Yield the times in values of metadata, which may be lists. A time in an ambiguous zone counts as its day."""
    for text in texts:
        value = next(iter(text), None) if isinstance(text, list) else text
        if isinstance(value, str | int) and (found := read_time(str(value), language)):
            yield Stated(found.iso, found.day, origin)


def read_time(text: str, language: str = "en") -> FoundDate | None:
    """Return the time in a value of metadata, which also may be 20260803, or the seconds since 1970."""
    text = clean(text[:200])
    if match := _EPOCH.fullmatch(text):
        at = datetime.fromtimestamp(int(match[1]), UTC)
        return FoundDate(at.date(), f"{at:%H:%M:%S} Z", 0, len(text))
    if match := _COMPACT.fullmatch(text):
        try:
            day = date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            return None
        return FoundDate(day, "", 0, len(text))
    return next(iter(find_dates(text, language)), None)


def scripted(page: Document) -> list[Stated]:
    """Return the time of publication in the data of a page's scripts, if they name one day only."""
    matches = islice(_SCRIPTED.finditer(page.markup, 0, MAX_SCRIPTS), _MAX_MARKED)
    found = list(stated_times("script", [match[1] for match in matches], "en"))
    return found if len({each.day for each in found}) == 1 else []


def in_path(url: str) -> date | None:
    """Return the day that the path of an address names.

    >>> in_path("https://www.example.org/world/2026/08/03/ferries.html")
    datetime.date(2026, 8, 3)
    """
    for match in _IN_PATH.finditer(urlsplit(url).path):
        try:
            month = match["month"]
            number = int(month) if month.isdigit() else month_names("en")[month.lower()]
            return date(int(match["year"]), number, int(match["day"]))
        except (ValueError, KeyError):
            continue
    return None
