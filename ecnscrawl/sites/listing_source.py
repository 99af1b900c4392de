"""The interface of a source, in which a site lists its articles, for the crawler.

The crawler gets the first page from the source and, after reading a page, the next ones. A source does not look at
articles, and does not decide whether the next page is worth a request.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Protocol

from ecnscrawl.pages.document import Document
from ecnscrawl.pages.sitemaps import ChildSitemap


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """A page of a source that has been read. The URL of the next one may depend on it."""

    number: int  #: how many pages of this source have been read, this one included
    today: date  #: when the run began, by the site's clock; with `until`, that day
    document: Document | None = None  #: None where the page had not changed, could not be fetched, or is no HTML
    children: Sequence[ChildSitemap] = ()  #: of a sitemap index: the sitemaps that it names
    is_whole: bool = False  #: the user wants all articles, however old (`full`, `since`)


class ListingSource(Protocol):
    """The interface of a source for the crawler."""

    #: `html` pages end in `</html>`, and all their links count. `feed` (XML or JSON) and `sitemap` (XML or text) have
    #: entries.
    format: ClassVar[str]
    #: Whether `-a sections=` may name it.
    is_section: ClassVar[bool]
    #: Whether it has more than one page.
    has_pages: ClassVar[bool]
    #: Whether the next address stands on the page itself, so that a page answered 304 leads nowhere.
    is_chained: ClassVar[bool]
    #: Whether its pages have no order by time, so that one without news says nothing of the others: all are read.
    is_unordered: ClassVar[bool]

    @property
    def url(self) -> str:
        """Of its first page, or the pattern of all of them."""

    @property
    def name(self) -> str:
        """What reports, the state and `-a sections=` call it: a section's path, else the address."""

    @property
    def max_empty_pages(self) -> int:
        """How many empty or missing pages in a row do not end the listing."""

    @property
    def is_archive(self) -> bool:
        """Whether it is read only for dates, for `full`, or when it is named: other sources list what is new."""

    def first(self, today: date) -> str:
        """The address of its first page, the newest; `today` by the site's clock, or the day of `until`."""

    def next(self, page: ReadPage) -> Sequence[str]:
        """The addresses of the pages after this one: at most one, but for a sitemap index; none at the end."""
