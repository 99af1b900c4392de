"""Estimate how many pages of a listing a run still reads, for the progress line; nothing else depends on it."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from math import ceil

from ecnscrawl.context import CrawlContext
from ecnscrawl.crawling.listing_pagination import ListingPagination
from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.sites.listing_source import ListingSource
from ecnscrawl.sites.sources import ByDate, ByNumber


class ListingOutlook:
    """Keeps the estimate up to date while a run reads its listings."""

    def __init__(self, context: CrawlContext, today: Callable[[], date]) -> None:
        self._context = context
        self._today = today
        self._open: dict[str, ListingPagination] = {}  # by name: those of which a page is still to be read
        self._has_pager = False

    def begin(self, pagination: ListingPagination) -> None:
        """Note that the first page of a listing will be read."""
        self._open[pagination.name] = pagination
        self._update()

    def note_links(self, pagination: ListingPagination, links: Sequence[str], *, articles: int) -> None:
        """Note what the current page links to, and to how many articles."""
        pagination.entries = articles
        pagination.last_linked = max(pagination.last_linked, linked_page(pagination.source, links))
        self._has_pager |= pagination.last_linked > pagination.page + 1

    def go_on(self, pagination: ListingPagination) -> None:
        """Note that a page is finished, and the next one is requested."""
        self._context.stats.outlook.pages_read[pagination.name] += 1
        self._update()

    def end(self, pagination: ListingPagination) -> None:
        """Note that a page is finished or failed, and no other one is requested."""
        self._open.pop(pagination.name, None)
        self.go_on(pagination)

    def _update(self) -> None:
        arguments, today = self._context.arguments, self._today()
        self._context.stats.outlook.pages_left = {
            name: pages_left(pagination, arguments, today, has_pager=self._has_pager)
            for name, pagination in self._open.items()
        }


def pages_left(pagination: ListingPagination, arguments: Arguments, today: date, *, has_pager: bool) -> int | None:
    """Return about how many pages of a listing are still to be read, with the one that is requested now.

    None means at least one. `today` is the day of the newest entry, by the site's clock. With `has_pager`, the pages of
    this site link to more than the next page, so the largest number that is linked is that of the last page.
    """
    page = pagination.page
    if pagination.source.is_unordered:
        return len(pagination.queue) + 1
    if page == 1:
        return None
    if pagination.had_links and not pagination.is_reopened and not arguments.ignores_stop_rule:
        return 1  # earlier runs have read this listing, so the news ends soon
    last_pages = [arguments.max_pages] if arguments.max_pages else []
    if has_pager:
        last_pages.append(pagination.last_linked)
    elif is_short(pagination.source, pagination.entries):
        last_pages.append(page - 1)
    elif (usual := usual_pages(pagination.source, today)) and usual >= page:
        last_pages.append(usual)
    if arguments.since and pagination.oldest:
        days_read = max(1, (today - pagination.oldest).days)
        last_pages.append(ceil((page - 1) * (today - arguments.since.date()).days / days_read))
    return max(0, min(last_pages) - page + 1) if last_pages else None


def linked_page(source: ListingSource, links: Sequence[str]) -> int:
    """Return the largest number of a page of the listing to which these addresses lead; 0 if there is none.

    >>> world = ByNumber("world", "https://example.org/world/", "https://example.org/world/{page}.html")
    >>> linked_page(world, ["https://example.org/world/2.html", "https://example.org/world/12.html"])
    12
    """
    if not isinstance(source, ByNumber):
        return 0
    before, after = source.following.split("{page}")
    numbers = re.compile(rf"{re.escape(before)}(\d{{1,4}}){re.escape(after)}")
    return max((int(match[1]) for url in links if (match := numbers.fullmatch(url))), default=0)


def is_short(source: ListingSource, entries: int) -> bool:
    """Whether a page with so many articles is not even half full, so that it is probably the last one."""
    return isinstance(source, ByNumber) and entries * 2 < source.about_entries


def usual_pages(source: ListingSource, today: date) -> int | None:
    """Return about how many pages a listing has, by its profile; None if that does not say it."""
    match source:
        case ByNumber(about_pages=pages):
            return pages
        case ByDate(oldest=oldest):
            return (today - oldest).days + 1
    return None
