"""Read a page of a listing into a ListingRead, with what `listing_pagination` decides. Makes no requests."""

from collections.abc import Sequence
from datetime import date, timedelta

from msgspec.structs import replace

from ecnscrawl.context import CrawlContext
from ecnscrawl.crawling.listing_page import NO_ARTICLE, ListingPage
from ecnscrawl.crawling.listing_pagination import ListingPagination, NextStep
from ecnscrawl.crawling.publisher_rules import PublisherRules
from ecnscrawl.crawling.render_policy import RenderPolicy
from ecnscrawl.frontier.base import State
from ecnscrawl.frontier.records import ListingSnapshot
from ecnscrawl.network.http import charset_of
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.endings import ROW
from ecnscrawl.reading.listing_page import ListingContent, ListingResponse, read_listing_page
from ecnscrawl.rendering.request import is_rendered
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.listing_source import ListingSource, ReadPage
from ecnscrawl.sites.newest import NEWS_DAYS
from ecnscrawl.visits import ListingRead


class ListingReader:
    """Reads the pages of a site's listings."""

    def __init__(
        self,
        context: CrawlContext,
        profile: SiteProfile,
        render_policy: RenderPolicy,
        rules: PublisherRules | None = None,
    ) -> None:
        self._context = context
        self._profile = profile
        self._render_policy = render_policy
        self._rules = rules

    @property
    def _state(self) -> State:
        return self._context.run.state

    async def find(self, page: ListingPage, pagination: ListingPagination, at: ReadPage) -> ListingContent:
        """Return what is read of a page, which is `at` this place of its listing.

        Raises PageUnread.
        """
        response, listing, arguments = page.response, pagination.source, self._context.arguments
        is_html = listing.format == "html"
        content = await self._context.reader.read(
            read_listing_page,
            ListingResponse(
                profile=self._profile,
                listing=listing,
                url=response.url,
                body=response.body,
                charset=charset_of(response),
                at=at,
                oldest=arguments.since if at.is_whole else self._context.run.clock() - timedelta(days=NEWS_DAYS),
                sitemaps=tuple(self._context.sitemaps),
                stated=self._rules.stated(response) if self._rules and is_html else None,
            ),
        )
        if self._rules and is_html and not self._rules.may_follow(content.reserved):
            content.articles = {}
        if is_rendered(response):
            self._render_policy.stats.gain(response.url, "links", len(content.articles))
        return content

    def must_request_again(self, page: ListingPage, pagination: ListingPagination, content: ListingContent) -> bool:
        """Return whether a page that was read may be cut off, and must be requested once more."""
        is_html = pagination.source.format == "html"
        has_no_end = is_html and self._state.unended(f"listing {pagination.name}") >= ROW
        return pagination.end.must_request_again(page, content, has_no_end=has_no_end)

    def take(
        self, page: ListingPage, pagination: ListingPagination, articles: Sequence[ArticleRef], found: ListingContent
    ) -> tuple[ListingRead, NextStep | None]:
        """Return the item for a page, and the decision about the listing; None if no page can follow."""
        arguments, zone, source = self._context.arguments, self._profile.zone, pagination.source
        fresh = [] if page.is_unchanged else pagination.show(articles)
        self._note_stored(pagination.name, fresh)
        listing = self._read(page, pagination, articles, may_be_empty=self._may_be_empty(source, found))
        listing.same_ids = found.same_ids
        if source.format != "html" and not page.is_unchanged:
            listing.published = found.published
            pagination.states_older |= any(arguments.is_too_old(each, zone) for each in found.published.values())
            listing.reaches_since = pagination.states_older
            if not found.has_entries:
                listing = page.to_read_again(listing)
                listing.failure = f"it is no {source.format}, or an empty one"
        if not source.has_pages:
            return listing, None
        return listing, self.decide(pagination, listing, articles, fresh, page.before if page.is_unchanged else None)

    def decide(
        self,
        pagination: ListingPagination,
        listing: ListingRead,
        articles: Sequence[ArticleRef],
        fresh: Sequence[ArticleRef],
        unchanged: ListingSnapshot | None = None,
    ) -> NextStep:
        """Decide about the listing, and note the decision; `unchanged` is the last version of an unchanged page."""
        arguments, zone = self._context.arguments, self._profile.zone
        if unchanged is not None:
            step = pagination.decide_unchanged(unchanged, arguments)
        else:
            if arguments.since:
                pagination.learn_days(self._day_of)
            step = pagination.decide(articles, fresh, self._state.first_run, arguments, zone)
            listing.reaches_since = bool(pagination.states_older or step.reaches_since)
        if (step.is_past_end or step.is_last) and not pagination.end.doubt:
            listing.ends_at = pagination.ends_short_of(arguments, zone)
        elif step.is_past_end and listing.state is not None:  # perhaps: if the next run finds the same, it stops there
            listing.state = replace(listing.state, last_run=0)
        has_many = pagination.source.max_empty_pages or pagination.source.is_unordered
        has_many = has_many and self._profile.discovery is None  # its entries may all be too old
        if has_many and not step.is_open and not listing.failure and pagination.is_empty:
            listing.failure, listing.is_missing, listing.is_empty = NO_ARTICLE, True, True
            listing.was_there = pagination.had_links
        listing.begins_walk = pagination.first_run if step.is_open else None
        listing.ends_walk = not step.is_open
        listing.is_limited = step.is_limited
        return step

    def _may_be_empty(self, source: ListingSource, found: ListingContent) -> bool:
        """Whether a page without articles is no failure: that of a day, an index, a sitemap whose entries are old."""
        is_old = self._profile.discovery is not None and source.format == "sitemap" and found.has_entries
        return bool(source.max_empty_pages or found.sitemaps or is_old)

    def _read(
        self, page: ListingPage, pagination: ListingPagination, articles: Sequence[ArticleRef], *, may_be_empty: bool
    ) -> ListingRead:
        """Return the item for a page. For a page that was cut off only links are kept: a 304 would hide the others."""
        end, name, number = pagination.end, pagination.name, pagination.page
        if end.was_cut or (end.doubt and number == 1 and not articles):
            listing = ListingRead(name, number, end.joined(articles), failure=end.doubt)
        else:
            run, now = self._context.run.number, int(self._context.run.clock().timestamp())
            listing = page.read(name, number, articles, run=run, now=now, may_be_empty=may_be_empty)
            if end.doubt:
                listing = page.to_read_again(listing)
                listing.failure = end.doubt
        if pagination.source.format == "html":
            listing.ending, listing.was_cut = end.ending, end.was_cut
        return listing

    def _day_of(self, id_: str) -> date | None:
        """Return the day of an article that was read, in this run or an earlier one."""
        known = self._state.article(id_) or self._state.pending(id_)
        published = known.published if known else None
        return published.span(self._profile.zone)[0].astimezone(self._profile.zone).date() if published else None

    def _note_stored(self, name: str, articles: Sequence[ArticleRef]) -> None:
        """Reset the count of dead links for a listing that shows a stored article, which is not requested."""
        known = (self._state.article(ref.id) for ref in articles)
        if any(each is not None and each.gone_at is None for each in known):
            self._context.budgets.note_link(name, is_dead=False)
