"""Request listings page by page while they show news, and the articles that they show."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import Any, cast

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from ecnscrawl.context import CrawlContext
from ecnscrawl.crawling.article_crawler import ArticleCrawler
from ecnscrawl.crawling.empty_listings import EmptyListings
from ecnscrawl.crawling.listing_outlook import ListingOutlook
from ecnscrawl.crawling.listing_page import ListingPage
from ecnscrawl.crawling.listing_pagination import ListingPagination, NextStep, is_read_since
from ecnscrawl.crawling.listing_reader import Found, ListingReader
from ecnscrawl.crawling.publisher_rules import PublisherRules
from ecnscrawl.crawling.render_policy import RenderPolicy
from ecnscrawl.crawling.requests import Callbacks, new_request
from ecnscrawl.crawling.source_finder import SourceFinder
from ecnscrawl.frontier.base import State
from ecnscrawl.frontier.records import ListingSnapshot
from ecnscrawl.network.failures import is_missing, is_unreachable, reason_of, status_of, was_stopped
from ecnscrawl.network.http import charset_of
from ecnscrawl.network.request_info import RequestInfo, RequestKind, first_url, info_of, info_of_response
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.pages.document import Document
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.sources import ListingSource, ReadPage
from ecnscrawl.visits import ListingRead, Visit

Output = Iterator[Request | Visit | ListingRead]
MAX_EARLY_SITEMAPS = 10  #: of one index: a run that is stopped early must have stored something


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
        self._render_policy = render_policy
        self._articles = articles
        self._empty_listings = EmptyListings(profile, render_policy)
        self._callbacks = callbacks
        self._reader = ListingReader(context, profile, render_policy, rules)
        self._finder = SourceFinder(context, profile.discovery) if profile.discovery else None
        self._paginations: dict[str, ListingPagination] = {}  # by name: of the listings of this run
        self._outlook = ListingOutlook(context, lambda: self._today)

    @property
    def _state(self) -> State:
        return self._context.run.state

    @cached_property
    def _today(self) -> date:
        """The day with which an archive by day begins: that of the run or, if it is earlier, the user's `until`."""
        now, until = self._context.run.clock(), self._context.arguments.until
        return min(now, until or now).astimezone(self._profile.zone).date()

    def first_requests(self) -> Iterator[Request]:
        """Yield the requests for the first page of each listing, or of those that the user names."""
        chosen = [
            self._add(source)
            for source in self._profile.sources
            if self._context.arguments.asks_for(source.name, is_archive=source.is_archive)
            and (self._finder is None or self._finder.is_wanted(source))
        ]
        for pagination in chosen:
            yield self._request(pagination.begin(self._today), pagination)

    def _add(self, source: ListingSource) -> ListingPagination:
        begun = self._state.walks()
        first_run = begun.get(source.name, self._context.run.number)
        pagination = ListingPagination(source, first_run, is_reopened=source.name in begun)
        self._paginations[pagination.name] = pagination
        self._outlook.begin(pagination)
        return pagination

    def _begin_found(self, sources: Iterable[ListingSource]) -> Iterator[Request]:
        """Request the sources that were found, each once in a run."""
        assert self._finder is not None
        for source in sources:
            if source.name not in self._paginations:
                pagination = self._add(source)
                yield self._request(pagination.begin(self._today), pagination)
        self._context.facts.update(self._finder.remembered())

    def parse_page(self, response: Response) -> Output:
        """Handle a page of a listing: request its articles, and the next page while that may show news."""
        pagination = self._paginations[cast(str, info_of_response(response).listing)]
        page = self._page(response, pagination)
        source, asked = pagination.source, _requested(response)
        if source.is_section and pagination.page == 1 and not self._profile.is_same_listing(asked, response.url):
            reason = f"redirected to {response.url}"  # another page's articles are not this section's
            was_there = page.before is not None and self._finder is None  # a section that was found is a guess
            self._outlook.end(pagination)
            yield ListingRead(pagination.name, 1, failure=reason, is_missing=True, was_there=was_there)
            if self._finder:
                yield from self._begin_found(self._finder.after_failure(source, has_answered=True, is_missing=True))
            return
        if self._finder:
            self._finder.note_home(source, response.url)
        found = Found() if page.is_unchanged else self._reader.find(page, pagination)
        articles = list(found.articles.values())
        if self._finder and self._finder.is_in_vain(source, response.url, has_entries=found.has_entries):
            self._outlook.end(pagination)
            yield from self._begin_found(self._finder.after_failure(source, has_answered=True))
            return
        if not page.is_unchanged:
            if self._reader.must_request_again(page, pagination, articles):
                yield self._request(asked, pagination)
                return
            articles = pagination.end.joined(articles)
            if not (articles or pagination.end.was_cut or source.format != "html") and (
                again := self._empty_listings.rerender(page)
            ):
                yield again
                return
        self._outlook.note_links(pagination, found.links, articles=len(articles))
        pagination.enqueue(self._next_urls(page, pagination, found))
        listing, step = self._reader.take(page, pagination, articles, found)
        yield listing
        for ref in articles:
            if self._is_inside(found.published.get(ref.id)):
                yield from self._articles.request_article(ref, pagination.name)
        yield from self._go_on(pagination, step)
        if self._finder:
            yield from self._begin_found(self._finder.after_page(source, page, articles))

    def errback_page(self, failure: Failure) -> Output:
        """Handle the failure of a listing page. A 404 after the first page is the end of the listing."""
        request: Request = cast(Any, failure).request
        pagination = self._paginations[cast(str, info_of(request).listing)]
        if was_stopped(failure):
            return
        source, step = pagination.source, None
        if self._finder and pagination.page == 1:
            has_answered = status_of(failure) is not None
            if not has_answered and is_unreachable(failure) and (plain := self._finder.by_plain_http(source)):
                self._outlook.end(pagination)
                yield from self._begin_found([plain])
                return
            if self._finder.is_attempt(source):
                self._outlook.end(pagination)
                yield from self._begin_found(self._finder.after_failure(source, has_answered=has_answered))
                return
        listing = ListingRead(pagination.name, pagination.page)
        if is_missing(failure) and source.max_empty_pages:  # as of a day without news
            pagination.enqueue(source.next(ReadPage(number=pagination.page, today=self._today)))
            step = self._reader.decide(pagination, listing, [], [])
        elif is_missing(failure) and pagination.page > 1 and not source.is_unordered:
            listing.ends_walk = not pagination.has_doubt
            listing.ends_at = pagination.ends_short_of(self._context.arguments, self._profile.zone)
        else:
            listing.failure = reason_of(failure)
            listing.is_missing = is_missing(failure)
            is_guess = source.is_section and self._finder is not None
            listing.was_there = not is_guess and self._state.listing(first_url(request)) is not None
            if source.is_unordered and pagination.page > 1:  # the others exist anyway
                pagination.has_failed = True
                step = self._reader.decide(pagination, listing, [], [])
        yield listing
        yield from self._go_on(pagination, step)
        if self._finder and pagination.page == 1:
            missing = is_missing(failure)
            yield from self._begin_found(self._finder.after_failure(source, has_answered=True, is_missing=missing))

    def _go_on(self, pagination: ListingPagination, step: NextStep | None) -> Iterator[Request]:
        """Request the next page, unless the budget is used up: then the walk stays open."""
        budgets, name = self._context.budgets, pagination.name
        if step is not None and step.goes_on and not budgets.is_left(name) and budgets.may_ask(name):
            request = self._request(pagination.turn(), pagination)
            self._outlook.go_on(pagination)
            yield request
        else:
            self._outlook.end(pagination)

    def _next_urls(self, page: ListingPage, pagination: ListingPagination, found: Found) -> Iterator[str]:
        """Yield the addresses of the next pages, without sitemaps that were read after their last change."""
        source = pagination.source
        chained = source.is_chained and source.format == "html" and not page.is_unchanged
        document = Document(page.source) if chained else None
        changed = {child.url: child.changed for child in found.sitemaps}
        for url in source.next(
            ReadPage(
                number=pagination.page,
                today=self._today,
                document=document,
                children=found.sitemaps,
                is_whole=self._context.arguments.ignores_stop_rule,
            )
        ):
            before = None if self._context.arguments.ignores_stop_rule else self._state.listing(url)
            if before and is_read_since(before, changed.get(url), self._profile.zone):
                pagination.has_unchanged = True
            else:
                yield url

    def _request(self, url: str, pagination: ListingPagination) -> Request:
        # A crawl by dates or to the end needs the links of all pages, even of unchanged ones.
        is_second_copy = pagination.end.copy is not None
        before = None if is_second_copy else self._state.listing(url)
        before = None if self._is_read_anyway(before, pagination) else before
        source, number = pagination.source, pagination.page
        kind = _kind(source, number)
        info = RequestInfo(kind=kind, listing=pagination.name, number=number)
        validators = before.validators if before else None
        request = new_request(url, info, self._callbacks, validators, is_second_copy=is_second_copy)
        wait_for = self._profile.page_class.awaited_in_listing
        return self._render_policy.with_rendering(request, wait_for) if source.format == "html" else request

    def _is_read_anyway(self, before: ListingSnapshot | None, pagination: ListingPagination) -> bool:
        """Whether a page is read even if it has not changed."""
        arguments = self._context.arguments
        is_needed = arguments.ignores_stop_rule or pagination.needs_page(before)
        return is_needed or self._empty_listings.was_missed(before)

    def _page(self, response: Response, pagination: ListingPagination) -> ListingPage:
        before = self._state.listing(_requested(response))
        pagination.had_links |= before is not None and before.most_links > 0
        source = self._profile.source(response.url, response.body, charset_of(response))
        return ListingPage(response, source, before, is_read_anyway=self._is_read_anyway(before, pagination))

    def _is_inside(self, published: StatedTime | None) -> bool:
        return published is None or self._context.arguments.includes(published, self._profile.zone)


def _requested(response: Response) -> str:
    return first_url(cast(Request, response.request))


def _kind(source: ListingSource, number: int) -> RequestKind:
    """The first sitemaps come before the articles, as they state times which the articles' pages may lack."""
    if source.format == "feed":
        return RequestKind.FEED
    is_early = number == 1 or (source.format == "sitemap" and number <= MAX_EARLY_SITEMAPS)
    return RequestKind.LISTING if is_early else RequestKind.DEEPER
