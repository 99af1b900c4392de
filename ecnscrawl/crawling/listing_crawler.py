"""Request what lists articles, page by page while there is news, and the articles that its pages show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, cast

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from ecnscrawl.context import CrawlContext
from ecnscrawl.crawling.article_crawler import ArticleCrawler
from ecnscrawl.crawling.empty_listings import EmptyListings
from ecnscrawl.crawling.listing_page import NO_ARTICLE, ListingPage
from ecnscrawl.crawling.listing_pagination import ListingPagination, NextStep, is_read_since
from ecnscrawl.crawling.render_policy import RenderPolicy
from ecnscrawl.crawling.requests import Callbacks, new_request
from ecnscrawl.frontier.base import State
from ecnscrawl.frontier.records import ListingSnapshot
from ecnscrawl.network.failures import is_missing, reason_of, was_stopped
from ecnscrawl.network.http import charset_of
from ecnscrawl.network.request_info import RequestInfo, RequestKind, first_url, info_of, info_of_response
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.document import Document
from ecnscrawl.pages.endings import ROW
from ecnscrawl.pages.sitemaps import ChildSitemap
from ecnscrawl.rendering.request import is_rendered
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.sources import ReadPage
from ecnscrawl.visits import ListingRead, Visit

Output = Iterator[Request | Visit | ListingRead]


@dataclass
class _Found:
    """What a page links to."""

    has_entries: bool = False  #: also such as are no articles
    sitemaps: Sequence[ChildSitemap] = ()  #: of an index
    articles: dict[str, ArticleRef] = field(default_factory=dict)  #: by id, in page order
    published: dict[str, StatedTime] = field(default_factory=dict)  #: by id, where the page says it


class ListingCrawler:
    """Knows the listings whose next page is on its way."""

    def __init__(
        self,
        context: CrawlContext,
        profile: SiteProfile,
        render_policy: RenderPolicy,
        articles: ArticleCrawler,
        callbacks: Callbacks,
    ) -> None:
        self._context = context
        self._profile = profile
        self._render_policy = render_policy
        self._articles = articles
        self._empty_listings = EmptyListings(profile, render_policy)
        self._callbacks = callbacks
        self._paginations: dict[str, ListingPagination] = {}  # by name: those whose page is requested

    @property
    def _state(self) -> State:
        return self._context.run.state

    @cached_property
    def _today(self) -> date:
        return self._context.run.clock().astimezone(self._profile.zone).date()

    def first_requests(self) -> Iterator[Request]:
        """Yield the requests for the first page of each listing, or of those that the user names."""
        sections, begun = self._context.arguments.sections, self._state.walks()
        for source in self._profile.sources:
            if sections is None or source.name in sections:
                first_run = begun.get(source.name, self._context.run.number)
                pagination = ListingPagination(source, first_run, is_reopened=source.name in begun)
                yield self._request(pagination.begin(self._today), pagination)

    def parse_page(self, response: Response) -> Output:
        """Take a page of a listing, request its articles, and the next page while it may show news."""
        pagination = self._paginations.pop(cast(str, info_of_response(response).listing))
        page = self._page(response, pagination)
        source, asked = pagination.source, _requested(response)
        if source.is_section and pagination.page == 1 and not self._profile.is_same_listing(asked, response.url):
            reason = f"redirected to {response.url}"  # another page's articles are not this section's
            was_there = page.before is not None
            yield ListingRead(pagination.name, 1, failure=reason, is_missing=True, was_there=was_there)
            return
        found = _Found() if page.is_unchanged else self._find(page, pagination)
        articles = list(found.articles.values())
        if not page.is_unchanged:
            if self._is_cut(page, pagination, articles):
                yield self._request(asked, pagination)
                return
            articles = pagination.end.joined(articles)
            if not (articles or pagination.end.was_cut or source.format != "html") and (
                again := self._empty_listings.rerender(page)
            ):
                self._paginations[pagination.name] = pagination
                yield again
                return
        pagination.enqueue(self._next_urls(page, pagination, found))
        listing, step = self._take(page, pagination, articles, found)
        yield listing
        for ref in articles:
            if self._is_inside(found.published.get(ref.id)):
                yield from self._articles.request_article(ref, pagination.name)
        yield from self._go_on(pagination, step)

    def errback_page(self, failure: Failure) -> Output:
        """Take the failure of a listing page; after the first one a 404 is the end of the listing."""
        request: Request = cast(Any, failure).request
        pagination = self._paginations.pop(cast(str, info_of(request).listing))
        if was_stopped(failure):
            return
        source, step = pagination.source, None
        listing = ListingRead(pagination.name, pagination.page)
        if is_missing(failure) and source.max_empty_pages:  # as of a day without news
            pagination.enqueue(source.next(ReadPage(number=pagination.page, today=self._today)))
            step = self._decide(pagination, listing, [], [])
        elif is_missing(failure) and pagination.page > 1 and not source.is_unordered:
            listing.ends_walk = not pagination.has_doubt
            listing.ends_at = pagination.ends_short_of(self._context.arguments, self._profile.zone)
        else:
            listing.failure = reason_of(failure)
            listing.is_missing = is_missing(failure)
            listing.was_there = self._state.listing(first_url(request)) is not None
            if source.is_unordered and pagination.page > 1:  # the others are there all the same
                pagination.has_failed = True
                step = self._decide(pagination, listing, [], [])
        yield listing
        yield from self._go_on(pagination, step)

    def _go_on(self, pagination: ListingPagination, step: NextStep | None) -> Iterator[Request]:
        """Request the next page, unless the budget is used up: then the walk stays open."""
        budgets, name = self._context.budgets, pagination.name
        if step is not None and step.goes_on and not budgets.is_left(name) and budgets.may_ask(name):
            yield self._request(pagination.turn(), pagination)

    def _next_urls(self, page: ListingPage, pagination: ListingPagination, found: _Found) -> Iterator[str]:
        """Yield the addresses of the pages after a page, without sitemaps that were read after their last change."""
        source = pagination.source
        chained = source.is_chained and source.format == "html" and not page.is_unchanged
        document = Document(page.source) if chained else None
        changed = {child.url: child.changed for child in found.sitemaps}
        for url in source.next(
            ReadPage(number=pagination.page, today=self._today, document=document, children=found.sitemaps)
        ):
            before = None if self._context.arguments.ignores_stop_rule else self._state.listing(url)
            if before and is_read_since(before, changed.get(url), self._profile.zone):
                pagination.has_unchanged = True
            else:
                yield url

    def _request(self, url: str, pagination: ListingPagination) -> Request:
        # A walk by dates or to the end must see what the pages show, also where they have not changed.
        is_second_copy = pagination.end.copy is not None
        before = None if is_second_copy else self._state.listing(url)
        before = None if self._is_read_anyway(before, pagination) else before
        source, number = pagination.source, pagination.page
        kind = (
            RequestKind.FEED if source.format == "feed" else RequestKind.DEEPER if number > 1 else RequestKind.LISTING
        )
        info = RequestInfo(kind=kind, listing=pagination.name, number=number)
        validators = before.validators if before else None
        request = new_request(url, info, self._callbacks, validators, is_second_copy=is_second_copy)
        self._paginations[pagination.name] = pagination
        wait_for = self._profile.page_class.awaited_in_listing
        return self._render_policy.with_rendering(request, wait_for) if source.format == "html" else request

    def _is_read_anyway(self, before: ListingSnapshot | None, pagination: ListingPagination) -> bool:
        """Whether a page is read also where it has not changed."""
        arguments = self._context.arguments
        is_needed = arguments.ignores_stop_rule or pagination.needs_page(before)
        return is_needed or self._empty_listings.was_missed(before)

    def _page(self, response: Response, pagination: ListingPagination) -> ListingPage:
        before = self._state.listing(_requested(response))
        pagination.had_links |= before is not None and before.most_links > 0
        source = self._profile.source(response.url, response.body, charset_of(response))
        return ListingPage(response, source, before, is_read_anyway=self._is_read_anyway(before, pagination))

    def _find(self, page: ListingPage, pagination: ListingPagination) -> _Found:
        content = page.content(pagination.source.format, self._profile.zone)
        found = _Found(has_entries=bool(content.links or content.children), sitemaps=content.children)
        for link in content.links:
            ref = self._profile.article_ref(link.url)
            if ref and ref.id not in found.articles:
                found.articles[ref.id] = ref
                if link.published:
                    found.published[ref.id] = link.published
        if is_rendered(page.response):
            self._render_policy.stats.gain(page.response.url, "links", len(found.articles))
        return found

    def _is_inside(self, published: StatedTime | None) -> bool:
        return published is None or self._context.arguments.includes(published, self._profile.zone)

    def _is_cut(self, page: ListingPage, pagination: ListingPagination, articles: Sequence[ArticleRef]) -> bool:
        """Whether a page that links to these articles may be cut off, and is requested once more."""
        is_xml = pagination.source.format != "html"
        has_no_end = not is_xml and self._state.unended(f"listing {pagination.name}") >= ROW
        return pagination.end.decide(page, articles, is_xml=is_xml, has_no_end=has_no_end)

    def _take(
        self, page: ListingPage, pagination: ListingPagination, articles: Sequence[ArticleRef], found: _Found
    ) -> tuple[ListingRead, NextStep | None]:
        """Return what is kept of a page, and how the listing goes on; None where nothing can follow."""
        arguments, zone, source = self._context.arguments, self._profile.zone, pagination.source
        fresh = [] if page.is_unchanged else pagination.show(articles)
        self._note_stored(pagination.name, fresh)
        listing = self._read(page, pagination, articles, may_be_empty=bool(source.max_empty_pages or found.sitemaps))
        if source.format != "html" and not page.is_unchanged:
            listing.published = found.published
            listing.reaches_since = any(arguments.is_too_old(each, zone) for each in found.published.values())
            if not found.has_entries:
                listing.failure = f"it is no {source.format}, or an empty one"
        if not source.has_pages:
            return listing, None
        return listing, self._decide(pagination, listing, articles, fresh, page.before if page.is_unchanged else None)

    def _decide(
        self,
        pagination: ListingPagination,
        listing: ListingRead,
        articles: Sequence[ArticleRef],
        fresh: Sequence[ArticleRef],
        unchanged: ListingSnapshot | None = None,
    ) -> NextStep:
        """Return how a listing goes on, and note it; `unchanged` is what is known of a page that has not changed."""
        arguments, zone = self._context.arguments, self._profile.zone
        if unchanged is not None:
            step = pagination.decide_unchanged(unchanged, arguments)
        else:
            if arguments.since:
                pagination.learn_days(self._day_of)
            step = pagination.decide(articles, fresh, self._state.first_run, arguments, zone)
            listing.reaches_since = bool(listing.reaches_since or step.reaches_since)
        if (step.is_past_end or step.is_last) and not pagination.end.doubt:
            listing.ends_at = pagination.ends_short_of(arguments, zone)
        elif step.is_past_end and listing.state is not None:  # perhaps: if the next run finds the same, it stops there
            listing.state = replace(listing.state, last_run=0)
        has_many = pagination.source.max_empty_pages or pagination.source.is_unordered
        if has_many and not step.is_open and not listing.failure and pagination.is_empty:
            listing.failure, listing.is_missing, listing.is_empty = NO_ARTICLE, True, True
            listing.was_there = pagination.had_links
        listing.begins_walk = pagination.first_run if step.is_open else None
        listing.ends_walk = not step.is_open
        listing.is_limited = step.is_limited
        return step

    def _read(
        self, page: ListingPage, pagination: ListingPagination, articles: Sequence[ArticleRef], *, may_be_empty: bool
    ) -> ListingRead:
        """Return what is kept of a page; of one that was cut off only the links, as a 304 would hide the others."""
        end, name, number = pagination.end, pagination.name, pagination.page
        if end.was_cut or (end.doubt and number == 1 and not articles):
            listing = ListingRead(name, number, end.joined(articles), failure=end.doubt)
        else:
            run, now = self._context.run.number, int(self._context.run.clock().timestamp())
            listing = page.read(name, number, articles, run=run, now=now, may_be_empty=may_be_empty)
            if end.doubt:
                listing = page.without_validators(listing)
                listing.failure = end.doubt
        if pagination.source.format == "html":
            listing.ending, listing.was_cut = end.ending, end.was_cut
        return listing

    def _day_of(self, id_: str) -> date | None:
        """The day of an article that was read, in this run or an earlier one."""
        known = self._state.article(id_) or self._state.pending(id_)
        published = known.published if known else None
        return published.span(self._profile.zone)[0].astimezone(self._profile.zone).date() if published else None

    def _note_stored(self, name: str, articles: Sequence[ArticleRef]) -> None:
        """Note that a listing which shows a stored article does not lead nowhere, though that one is not requested."""
        known = (self._state.article(ref.id) for ref in articles)
        if any(each is not None and each.gone_at is None for each in known):
            self._context.budgets.note_link(name, is_dead=False)


def _requested(response: Response) -> str:
    return first_url(cast(Request, response.request))
