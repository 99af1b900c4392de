"""Read listings page by page while they show news, and request the articles that they show."""

from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any, cast

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from ecnscrawl.context import CrawlContext
from ecnscrawl.crawling.article_crawler import ArticleCrawler
from ecnscrawl.crawling.empty_listings import EmptyListings
from ecnscrawl.crawling.listing_outlook import ListingOutlook
from ecnscrawl.crawling.listing_page import ListingPage
from ecnscrawl.crawling.listing_pagination import ListingPagination, NextStep
from ecnscrawl.crawling.listing_reader import ListingReader
from ecnscrawl.crawling.listing_requests import ListingRequests, requested
from ecnscrawl.crawling.publisher_rules import PublisherRules
from ecnscrawl.crawling.render_policy import RenderPolicy
from ecnscrawl.crawling.requests import Callbacks
from ecnscrawl.crawling.site_sources import SiteSources
from ecnscrawl.crawling.source_finder import SourceFinder
from ecnscrawl.exceptions import PageUnread
from ecnscrawl.frontier.base import State
from ecnscrawl.network.failures import is_missing, is_unreachable, reason_of, status_of, was_stopped
from ecnscrawl.network.request_info import first_url, info_of, info_of_response
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.reading.listing_page import ListingContent
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.listing_source import ListingSource, ReadPage
from ecnscrawl.visits import ListingRead, Visit

Output = Iterator[Request | Visit | ListingRead]


class ListingCrawler:
    """Keeps track of how far each listing has been read."""

    def __init__(
        self,
        context: CrawlContext,
        profile: SiteProfile,
        render_policy: RenderPolicy,
        articles: ArticleCrawler,
        callbacks: Callbacks,
        *,
        rules: PublisherRules | None = None,
    ) -> None:
        """`rules` say which pages of listings may be followed; None: all."""
        self._context = context
        self._profile = profile
        self._articles = articles
        self._empty_listings = EmptyListings(context, profile, render_policy)
        self._requests = ListingRequests(context, profile, render_policy, callbacks, self._empty_listings)
        self._reader = ListingReader(context, profile, render_policy, rules)
        self._sources = SourceFinder(context, profile.discovery) if profile.discovery else SiteSources()
        self._paginations: dict[str, ListingPagination] = {}  # by name: of the listings of this run
        self._outlook = ListingOutlook(context, lambda: self._requests.today)

    @property
    def _state(self) -> State:
        return self._context.run.state

    def first_requests(self) -> Iterator[Request]:
        """Yield the requests for the first page of each listing, or of those that the user names."""
        chosen = [
            self._add(source)
            for source in self._profile.sources
            if self._context.arguments.asks_for(source.name, is_archive=source.is_archive)
            and self._sources.is_wanted(source)
        ]
        for pagination in chosen:
            yield self._requests.page(pagination.begin(self._requests.today), pagination)

    def _add(self, source: ListingSource) -> ListingPagination:
        begun = self._state.walks()
        first_run = begun.get(source.name, self._context.run.number)
        pagination = ListingPagination(source, first_run, is_reopened=source.name in begun)
        self._paginations[pagination.name] = pagination
        self._outlook.begin(pagination)
        return pagination

    def _begin_found(self, sources: Iterable[ListingSource]) -> Iterator[Request]:
        """Request the sources that were found, each once in a run."""
        for source in sources:
            if source.name not in self._paginations:
                pagination = self._add(source)
                yield self._requests.page(pagination.begin(self._requests.today), pagination)
        self._context.facts.update(self._sources.remembered())

    async def parse_page(self, response: Response) -> AsyncIterator[Request | Visit | ListingRead]:
        """Handle a page of a listing: request its articles, and the next page while that may show news."""
        info = info_of_response(response)
        self._context.archive(info.exchanges)
        pagination = self._paginations[cast(str, info.listing)]
        page = self._requests.response(response, pagination)
        source = pagination.source
        is_first_of_section = source.is_section and pagination.page == 1
        if is_first_of_section and not self._profile.is_same_listing(requested(response), response.url):
            steps = self._take_moved_section(page, pagination)
        else:
            self._sources.note_response(source, response)
            content = ListingContent()
            if not page.is_unchanged:
                content = await self._reader.find(page, pagination, self._requests.place(pagination))
                content.shell = await self._empty_listings.shell(page, content)
            steps = self._take_page(page, pagination, content)
        for each in steps:
            yield each

    def _take_moved_section(self, page: ListingPage, pagination: ListingPagination) -> Output:
        """Handle a section whose first page was redirected: the articles there are not this section's."""
        source, reason = pagination.source, f"redirected to {page.response.url}"
        was_there = page.before is not None and not self._sources.is_guess(source)
        self._outlook.end(pagination)
        yield ListingRead(pagination.name, 1, failure=reason, is_missing=True, was_there=was_there)
        yield from self._begin_found(self._sources.after_failure(source, has_answered=True, is_missing=True))

    def _take_page(self, page: ListingPage, pagination: ListingPagination, content: ListingContent) -> Output:
        """Handle a page that was read, or has not changed."""
        source, response, articles = pagination.source, page.response, list(content.articles.values())
        self._state.prefetch(ref.id for ref in articles)
        if self._sources.is_no_source(source, response.url, has_entries=content.has_entries):
            self._outlook.end(pagination)
            yield from self._begin_found(self._sources.after_failure(source, has_answered=True))
            return
        if not page.is_unchanged:
            if self._reader.must_request_again(page, pagination, content):
                yield self._requests.page(requested(response), pagination)
                return
            articles = pagination.end.joined(articles)
            if not (articles or pagination.end.was_cut or source.format != "html") and (
                again := self._empty_listings.rerender(page, content.shell)
            ):
                yield again
                return
        self._outlook.note_links(pagination, content.links, articles=len(articles))
        pagination.enqueue(self._requests.next_urls(page, pagination, content))
        listing, step = self._reader.take(page, pagination, articles, content)
        yield listing
        # Before the articles, because these sources may state the times that the articles' pages lack.
        yield from self._begin_found(self._sources.after_page(source, page, articles, content.named))
        for ref in articles:
            if self._is_inside(content.published.get(ref.id)):
                yield from self._articles.request_article(ref, pagination.name)
        yield from self._go_on(pagination, step)

    def errback_page(self, failure: Failure) -> Output:
        """Handle the failure of a listing page. A 404 after the first page is the end of the listing."""
        request: Request = cast(Any, failure).request
        info = info_of(request)
        if not isinstance(failure.value, PageUnread):  # else the page has arrived, and is archived
            self._context.archive(info.exchanges)
        pagination = self._paginations[cast(str, info.listing)]
        if was_stopped(failure):
            return
        if pagination.page == 1:
            yield from self._take_failed_source(failure, request, pagination)
            return
        source, step = pagination.source, None
        listing = ListingRead(pagination.name, pagination.page)
        if is_missing(failure) and source.max_empty_pages:
            step = self._take_day_without_news(pagination, listing)
        elif is_missing(failure) and not source.is_unordered:
            listing.ends_walk = not pagination.has_doubt
            listing.ends_at = pagination.ends_short_of(self._context.arguments, self._profile.zone)
        else:
            self._note_failure(listing, failure, request, source)
            if source.is_unordered:  # the others exist anyway
                pagination.has_failed = True
                step = self._reader.decide(pagination, listing, [], [])
        yield listing
        yield from self._go_on(pagination, step)

    def _take_failed_source(self, failure: Failure, request: Request, pagination: ListingPagination) -> Output:
        """Handle the failure of a listing's first page."""
        source, step = pagination.source, None
        has_answered = status_of(failure) is not None
        if not has_answered and is_unreachable(failure):
            others = list(self._sources.by_plain_http(source))
            if others:
                self._outlook.end(pagination)
                yield from self._begin_found(others)
                return
        if self._sources.is_no_source(source, request.url, has_entries=False):
            self._outlook.end(pagination)
            yield from self._begin_found(self._sources.after_failure(source, has_answered=has_answered))
            return
        listing = ListingRead(pagination.name, 1)
        if is_missing(failure) and source.max_empty_pages:
            step = self._take_day_without_news(pagination, listing)
        else:
            self._note_failure(listing, failure, request, source)
        yield listing
        yield from self._go_on(pagination, step)
        missing = is_missing(failure)
        yield from self._begin_found(self._sources.after_failure(source, has_answered=True, is_missing=missing))

    def _take_day_without_news(self, pagination: ListingPagination, listing: ListingRead) -> NextStep:
        """Go on after a page that does not exist, as that of a day without news."""
        page = ReadPage(number=pagination.page, today=self._requests.today)
        pagination.enqueue(pagination.source.next(page))
        return self._reader.decide(pagination, listing, [], [])

    def _note_failure(self, listing: ListingRead, failure: Failure, request: Request, source: ListingSource) -> None:
        listing.failure = reason_of(failure)
        listing.is_missing = is_missing(failure)
        was_read = self._state.listing(first_url(request)) is not None
        listing.was_there = was_read and not self._sources.is_guess(source)

    def _go_on(self, pagination: ListingPagination, step: NextStep | None) -> Iterator[Request]:
        """Request the next page, unless the budget is used up: then the walk stays open."""
        budgets, name = self._context.budgets, pagination.name
        if step is not None and step.goes_on and not budgets.is_left(name) and budgets.may_ask(name):
            request = self._requests.page(pagination.turn(), pagination)
            self._outlook.go_on(pagination)
            yield request
        else:
            self._outlook.end(pagination)

    def _is_inside(self, published: StatedTime | None) -> bool:
        return published is None or self._context.arguments.includes(published, self._profile.zone)
