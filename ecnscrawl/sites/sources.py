"""The kinds of sources in which a site lists its articles. Each is a small class that knows the URLs of its pages.

See `ListingSource` for what the crawler asks of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import ClassVar

from ecnscrawl.normalize.urls import resolve
from ecnscrawl.pages.document import selector
from ecnscrawl.pages.sitemaps import ChildSitemap
from ecnscrawl.sites.listing_source import ReadPage


class _SinglePage:
    """A source whose only page is named by its address."""

    is_section: ClassVar[bool] = False
    has_pages: ClassVar[bool] = False
    is_chained: ClassVar[bool] = False
    is_unordered: ClassVar[bool] = False
    max_empty_pages = 0
    is_archive = False

    url: str

    @property
    def name(self) -> str:
        return self.url

    def first(self, today: date) -> str:  # noqa: ARG002 - ByDate looks at it
        return self.url

    def next(self, page: ReadPage) -> Sequence[str]:  # noqa: ARG002 - there is none
        return ()


@dataclass(frozen=True)
class Feed(_SinglePage):
    """A feed, in RSS, Atom or JSON: links, most with their time of publishing.

    >>> Feed("https://example.org/rss.xml").first(date(2026, 10, 3))
    'https://example.org/rss.xml'
    """

    format: ClassVar[str] = "feed"

    url: str


@dataclass(frozen=True)
class FrontPage(_SinglePage):
    """A page that links to articles and has no further pages."""

    format: ClassVar[str] = "html"

    url: str


@dataclass(frozen=True)
class ByNumber:
    """A listing whose pages are numbered from 1, the newest articles on the first.

    >>> world = ByNumber("world", "https://example.org/world/", "https://example.org/world/{page}.html")
    >>> world.next(ReadPage(number=1, today=date(2026, 10, 3)))
    ('https://example.org/world/2.html',)
    """

    format: ClassVar[str] = "html"
    is_section: ClassVar[bool] = True
    has_pages: ClassVar[bool] = True
    is_unordered: ClassVar[bool] = False
    is_chained: ClassVar[bool] = False
    max_empty_pages = 0
    is_archive = False

    name: str
    url: str  #: of the first page
    following: str  #: of any later one, `{page}` in the place of its number
    #: For the progress line, if the pages link only to the next one: how many pages there are, and how many entries a
    #: full one has.
    about_pages: int | None = None
    about_entries: int = 0

    def __post_init__(self) -> None:
        _check_pattern(f"{self.name}: following", self.following, "{page}", {"page": 2}, {"page": 3})

    def first(self, today: date) -> str:  # noqa: ARG002 - ByDate looks at it
        return self.url

    def next(self, page: ReadPage) -> Sequence[str]:
        return (self.following.format(page=page.number + 1),)


@dataclass(frozen=True)
class ByDate:
    """An archive with a page for each day; read from today backwards.

    A day may have no page: only `max_empty_pages` such days in a row end the listing. With `is_archive`, an ordinary
    run does not read it, so that a first run does not begin with years of old news.

    >>> archive = ByDate("archive", "https://example.org/{day:%Y/%m-%d}.html", oldest=date(2026, 10, 2))
    >>> archive.first(date(2026, 10, 3)), archive.next(ReadPage(number=1, today=date(2026, 10, 3)))
    ('https://example.org/2026/10-03.html', ('https://example.org/2026/10-02.html',))
    >>> archive.next(ReadPage(number=2, today=date(2026, 10, 3)))
    ()
    """

    format: ClassVar[str] = "html"
    is_section: ClassVar[bool] = True
    has_pages: ClassVar[bool] = True
    is_unordered: ClassVar[bool] = False
    is_chained: ClassVar[bool] = False

    name: str
    url: str  #: of any day's page, `{day:%Y-%m-%d}` in the place of the day
    oldest: date  #: the first day that has a page
    max_empty_pages: int = 7
    is_archive: bool = False

    def __post_init__(self) -> None:
        one, other = date(2021, 2, 3), date(2022, 3, 4)
        _check_pattern(f"{self.name}: url", self.url, "{day:%Y-%m-%d}", {"day": one}, {"day": other})

    def first(self, today: date) -> str:
        return self.url.format(day=today)

    def next(self, page: ReadPage) -> Sequence[str]:
        day = page.today - timedelta(days=page.number)
        return (self.url.format(day=day),) if day >= self.oldest else ()


@dataclass(frozen=True)
class ByNextLink:
    """A listing each page of which links to the next, older one."""

    format: ClassVar[str] = "html"
    is_section: ClassVar[bool] = True
    has_pages: ClassVar[bool] = True
    is_unordered: ClassVar[bool] = False
    is_chained: ClassVar[bool] = True
    max_empty_pages = 0
    is_archive = False

    name: str
    url: str  #: of the first page
    next_link: str = "//a[@rel='next'] | //link[@rel='next']"  #: XPath of the element whose `href` leads on

    def first(self, today: date) -> str:  # noqa: ARG002 - ByDate looks at it
        return self.url

    def next(self, page: ReadPage) -> Sequence[str]:
        if page.document is None:
            return ()
        links = (element.get("href", "") for element in selector(self.next_link)(page.document.root))
        found = (resolve(page.document.url, href) for href in links)
        return tuple(url for url in found if url and url != page.document.url)[:1]


@dataclass(frozen=True)
class Sitemap:
    """A sitemap, or an index of sitemaps: all those that it names belong to it."""

    format: ClassVar[str] = "sitemap"
    is_section: ClassVar[bool] = False
    has_pages: ClassVar[bool] = True
    is_chained: ClassVar[bool] = True
    is_unordered: ClassVar[bool] = True
    max_empty_pages = 0
    is_archive = False

    url: str
    only: str = field(default="", kw_only=True)  #: what the address of a sitemap in the index has to hold: `news`

    @property
    def name(self) -> str:
        return self.url

    def first(self, today: date) -> str:  # noqa: ARG002 - ByDate looks at it
        return self.url

    def next(self, page: ReadPage) -> Sequence[str]:
        """Those that have changed last come first, those of unknown time last."""
        children = [child for child in page.children if self.only in child.url]
        return tuple(child.url for child in sorted(children, key=_seconds_of_change, reverse=True))


def _check_pattern(
    what: str, pattern: str, placeholder: str, one: Mapping[str, object], other: Mapping[str, object]
) -> None:
    """Raise ValueError unless the pattern gives a whole http(s) address, and different ones for different pages."""
    try:
        made = [pattern.format(**values) for values in (one, other)]
    except (LookupError, ValueError, AttributeError, TypeError):
        raise ValueError(f"{what} {pattern!r} has another placeholder than {placeholder}") from None
    first, second = (resolve(address, address) for address in made)
    if first is None:
        raise ValueError(f"{what} {pattern!r} is not a whole http or https address")
    if first == second:
        raise ValueError(f"{what} {pattern!r} lacks its placeholder {placeholder}")


def _seconds_of_change(child: ChildSitemap) -> float:
    return child.changed.at.timestamp() if child.changed else 0.0
