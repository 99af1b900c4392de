"""Decide whether a listing continues after a page. No network, no database: what is known of articles is passed in."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo

from ecnscrawl.crawling.listing_page_end import ListingPageEnd
from ecnscrawl.frontier.records import ListingSnapshot
from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.sites.listing_source import ListingSource


@dataclass(frozen=True, kw_only=True, slots=True)
class NextStep:
    """The decision after a page of a listing."""

    goes_on: bool  #: the next page is requested
    is_open: bool  #: the walk is not finished; a later run continues it
    is_limited: bool = False  #: the user's `max_pages` ended it
    is_past_end: bool = False  #: the page has no articles of its own, so it is after the last one
    is_last: bool = False  #: the page has news, and no page comes after it
    reaches_since: bool | None = None  #: whether the pages so far go back to `since`; None if that is not known


@dataclass
class ListingPagination:
    """The pagination of one listing during a run."""

    source: ListingSource
    first_run: int  #: the run in which this walk began: what was first seen in it or later is news
    page: int = 1
    seen_ids: dict[str, date | None] = field(default_factory=dict)  #: articles on the pages so far, with their days
    repeated: set[str] = field(default_factory=set)  #: those that several pages show, such as "most popular"
    end: ListingPageEnd = field(default_factory=ListingPageEnd)  #: of the current page
    was_cut: bool = False  #: an earlier page may have been cut off
    is_reopened: bool = False  #: an earlier run has begun this walk
    queue: list[str] = field(default_factory=list)  #: addresses of the pages that come next
    queued: set[str] = field(default_factory=set)  #: all that were ever in it
    empty_pages: int = 0  #: in a row, up to the current page
    last_ids: tuple[str, ...] = ()  #: of the articles on the page before the current one
    has_failed: bool = False  #: a page could not be fetched, and the listing went on without it
    has_unchanged: bool = False  #: a page is as it was in an earlier run
    states_older: bool = False  #: a page states that an article was published before `since`
    had_links: bool = False  #: a page had articles in an earlier run
    last_linked: int = 0  #: the largest number of a page to which the pages so far link
    entries: int = 0  #: articles on the last page that was read

    @property
    def name(self) -> str:
        """The listing's name."""
        return self.source.name

    def show(self, articles: Sequence[ArticleRef]) -> list[ArticleRef]:
        """Add a page's articles, and return those that no earlier page has shown."""
        fresh = [ref for ref in articles if ref.id not in self.seen_ids]
        if fresh:
            self.repeated |= {ref.id for ref in articles if ref.id in self.seen_ids}
        self.seen_ids |= {ref.id: ref.day for ref in fresh}
        return fresh

    def begin(self, today: date) -> str:
        """Return the address of the first page."""
        url = self.source.first(today)
        self.queued.add(url)
        return url

    def enqueue(self, urls: Iterable[str]) -> None:
        """Queue the next pages, each only once, so that a listing that links back to itself ends."""
        for url in urls:
            if url not in self.queued:
                self.queued.add(url)
                self.queue.append(url)

    def turn(self) -> str:
        """Advance to the next page, and return its address."""
        self.page += 1
        self.was_cut = self.has_doubt
        self.end = ListingPageEnd()
        return self.queue.pop(0)

    def needs_page(self, before: ListingSnapshot | None) -> bool:
        """Return whether the links of the page itself are needed, so that a 304 is no help; `before` is what it was."""
        if not self.source.is_chained:
            return False
        if self.source.is_unordered:
            return before is not None and not before.links  # an index of sitemaps
        return self.page > 1 or self.is_reopened

    def learn_days(self, day_of: Callable[[str], date | None]) -> None:
        """Look up the days of articles whose address has none, and which have been read since."""
        for id_, day in self.seen_ids.items():
            if day is None:
                self.seen_ids[id_] = day_of(id_)

    @property
    def has_doubt(self) -> bool:
        """Whether a page may have been cut off. The walk then stays open, and the next run requests the page again."""
        return self.was_cut or self.has_failed or self.end.doubt is not None

    @property
    def is_empty(self) -> bool:
        """Whether no page has shown an article, and none was unchanged from an earlier run."""
        return not self.seen_ids and not self.has_unchanged

    @property
    def oldest(self) -> date | None:
        """The day of the oldest entry. Articles that several pages show are not counted as entries."""
        return min((day for id_, day in self.seen_ids.items() if day and id_ not in self.repeated), default=None)

    def decide_unchanged(self, before: ListingSnapshot, arguments: Arguments) -> NextStep:
        """Decide after a page that has not changed since it was read; `before` is its last version."""
        self.has_unchanged = True
        if before.links or not self.source.max_empty_pages:
            self.empty_pages = 0
            return self._step(self.source.is_unordered or before.last_run >= self.first_run, [], arguments, None)
        self.empty_pages += 1
        return self._step(self.empty_pages <= self.source.max_empty_pages, [], arguments, None)

    def decide(
        self,
        articles: Sequence[ArticleRef],
        fresh: Sequence[ArticleRef],
        first_run_of: Callable[[str], int | None],
        arguments: Arguments,
        zone: tzinfo,
    ) -> NextStep:
        """Decide after a page that shows `articles`, of which `fresh` are on no earlier page.

        `first_run_of` gives the run that first saw an article, None for a new one. The listing goes on while its pages
        show news, or, where the user asks for dates or for everything, while they show anything.
        """
        self.empty_pages = 0 if fresh else self.empty_pages + 1
        if self.source.is_unordered:
            is_news = True
        elif not fresh:
            is_news = self.empty_pages <= self.source.max_empty_pages
        elif arguments.ignores_stop_rule:
            is_news = True
        else:
            first_runs = (first_run_of(ref.id) for ref in articles)
            is_news = any(first_run is None or first_run >= self.first_run for first_run in first_runs)
        is_past_end = not fresh and self.page > 1 and not is_news
        # Links that an earlier page has shown too, such as "most popular", say nothing of how old this page is.
        step = self._step(is_news, fresh or articles, arguments, zone, is_past_end=is_past_end)
        self.last_ids = tuple(ref.id for ref in fresh)
        return step

    def ends_short_of(self, arguments: Arguments, zone: tzinfo) -> date | None:
        """Return the day of the oldest entry if the listing, which ends here, does not go back to `since`."""
        oldest = self.oldest
        return oldest if oldest and not arguments.reaches(oldest, zone) else None

    def _step(
        self,
        is_news: bool,
        articles: Sequence[ArticleRef],
        arguments: Arguments,
        zone: tzinfo | None,
        *,
        is_past_end: bool = False,
    ) -> NextStep:
        is_last = is_news and not self.queue
        is_news = is_news and not is_last
        # The walk also stays open if the user's arguments end it: a run without them continues it.
        is_limited = is_news and self.page == arguments.max_pages
        is_too_old = zone is not None and not self.source.is_unordered and self._is_before(articles, arguments, zone)
        oldest = self.oldest if zone is not None and arguments.since else None
        reaches = oldest is not None and zone is not None and arguments.reaches(oldest, zone)
        return NextStep(
            goes_on=is_news and not is_limited and not is_too_old,
            is_open=is_news or self.has_doubt,
            is_limited=is_limited,
            is_past_end=is_past_end,
            is_last=is_last,
            reaches_since=None if zone is None else reaches,
        )

    def _is_before(self, articles: Sequence[ArticleRef], arguments: Arguments, zone: tzinfo) -> bool:
        """Return whether all articles of a page are older than the dates asked for.

        If no address contains a day, those of the page before are used, if all of its articles have been read since.
        """
        days = [day for ref in articles if (day := ref.day or self.seen_ids.get(ref.id))]
        if not days:
            before = [self.seen_ids.get(id_) for id_ in self.last_ids]
            days = [] if None in before else [day for day in before if day]
        return bool(days) and arguments.is_before(max(days), zone)


def is_read_since(before: ListingSnapshot, changed: StatedTime | None, zone: tzinfo) -> bool:
    """Return whether a sitemap was read after its last change, `changed` in its index; `before` is its last version.

    It must have been read an hour after the change, because a cache may have returned the old version for a while.
    """
    if changed is None:
        return False
    return before.last_read > changed.span(zone)[1].timestamp() + 3600
