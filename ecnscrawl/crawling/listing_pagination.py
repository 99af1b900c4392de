"""Decide how a listing goes on after a page. No network, no state: what is known of articles is passed in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo

from ecnscrawl.crawling.page_end import PageEnd
from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.sites.sources import ListingSource


@dataclass(frozen=True, kw_only=True, slots=True)
class NextStep:
    """What follows from a page of a listing."""

    goes_on: bool  #: the next page is requested
    is_open: bool  #: the walk is not finished: a later run goes on with it
    is_limited: bool = False  #: the user's `max_pages` ended it
    is_past_end: bool = False  #: the page has no articles of its own, so it lies behind the last one
    reaches_since: bool | None = None  #: whether the pages so far go back to `since`; None if that is not known


@dataclass
class ListingPagination:
    """One listing during a run, from its first page on."""

    source: ListingSource
    first_run: int  #: the run in which this walk began: what was first seen in it or later is news
    page: int = 1
    seen_ids: dict[str, date | None] = field(default_factory=dict)  #: articles on the pages so far, with their days
    repeated: set[str] = field(default_factory=set)  #: those that several pages show, such as "most popular"
    end: PageEnd = field(default_factory=PageEnd)  #: of the current page
    was_cut: bool = False  #: an earlier page may have been cut off

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

    def turn(self) -> None:
        """Go on to the next page."""
        self.page += 1
        self.was_cut = self.has_doubt
        self.end = PageEnd()

    @property
    def has_doubt(self) -> bool:
        """Whether a page so far may have been cut off: then the walk stays open, and the next run requests it again."""
        return self.was_cut or self.end.doubt is not None

    @property
    def oldest(self) -> date | None:
        """The day of the oldest entry. What all pages show is no entry of the listing."""
        return min((day for id_, day in self.seen_ids.items() if day and id_ not in self.repeated), default=None)

    def decide_unchanged(self, last_run: int, arguments: Arguments) -> NextStep:
        """Decide after a page that has not changed since the run `last_run`, the last in which it had news."""
        return self._step(last_run >= self.first_run, [], arguments, None)

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
        if not fresh:
            is_news = False
        elif arguments.ignores_stop_rule:
            is_news = True
        else:
            first_runs = (first_run_of(ref.id) for ref in articles)
            is_news = any(first_run is None or first_run >= self.first_run for first_run in first_runs)
        return self._step(is_news, articles, arguments, zone, is_past_end=not fresh and self.page > 1)

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
        # The walk also stays open where the user wants no deeper or no older pages: a run without that wish goes on.
        is_limited = is_news and self.page == arguments.max_pages
        days = [ref.day for ref in articles if ref.day]
        is_too_old = zone is not None and bool(days) and arguments.is_before(max(days), zone)
        oldest = self.oldest if zone is not None and arguments.since else None
        reaches = oldest is not None and zone is not None and arguments.reaches(oldest, zone)
        return NextStep(
            goes_on=is_news and not is_limited and not is_too_old,
            is_open=is_news or self.has_doubt,
            is_limited=is_limited,
            is_past_end=is_past_end,
            reaches_since=None if zone is None else reaches,
        )
