"""Request the pages of listings: conditionally, unless their links are needed although they have not changed."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import cast

from scrapy import Request
from scrapy.http import Response

from ecnscrawl.context import CrawlContext
from ecnscrawl.crawling.empty_listings import EmptyListings
from ecnscrawl.crawling.listing_page import ListingPage
from ecnscrawl.crawling.listing_pagination import ListingPagination, is_read_since
from ecnscrawl.crawling.render_policy import RenderPolicy
from ecnscrawl.crawling.requests import Callbacks, new_request
from ecnscrawl.frontier.base import State
from ecnscrawl.frontier.records import ListingSnapshot
from ecnscrawl.network.request_info import RequestInfo, RequestKind, first_url
from ecnscrawl.reading.listing_page import ListingContent
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.listing_source import ListingSource, ReadPage

MAX_EARLY_SITEMAPS = 10  #: of one index: a run that is stopped early must have stored something


class ListingRequests:
    """Knows the addresses of a listing's pages, and what earlier runs have found there."""

    def __init__(
        self,
        context: CrawlContext,
        profile: SiteProfile,
        render_policy: RenderPolicy,
        callbacks: Callbacks,
        empty_listings: EmptyListings,
    ) -> None:
        self._context = context
        self._profile = profile
        self._render_policy = render_policy
        self._callbacks = callbacks
        self._empty_listings = empty_listings

    @property
    def _state(self) -> State:
        return self._context.run.state

    @cached_property
    def today(self) -> date:
        """The day with which an archive by day begins: that of the run or, if it is earlier, the user's `until`."""
        now, until = self._context.run.clock(), self._context.arguments.until
        return min(now, until or now).astimezone(self._profile.zone).date()

    def page(self, url: str, pagination: ListingPagination) -> Request:
        """Return the request for the current page of a listing."""
        # A crawl by dates or to the end needs the links of all pages, even of unchanged ones.
        is_second_copy = pagination.end.copy is not None
        before = None if is_second_copy else self._state.listing(url)
        before = None if self._is_read_anyway(before, pagination) else before
        source, number = pagination.source, pagination.page
        info = RequestInfo(kind=_kind(source, number), listing=pagination.name, number=number)
        validators = before.validators if before else None
        request = new_request(url, info, self._callbacks, validators, is_second_copy=is_second_copy)
        wait_for = self._profile.page_class.awaited_in_listing
        return self._render_policy.with_rendering(request, wait_for) if source.format == "html" else request

    def response(self, response: Response, pagination: ListingPagination) -> ListingPage:
        """Return a response as a page of its listing."""
        before = self._state.listing(requested(response))
        pagination.had_links |= before is not None and before.most_links > 0
        return ListingPage(response, before, is_read_anyway=self._is_read_anyway(before, pagination))

    def place(self, pagination: ListingPagination) -> ReadPage:
        """Return at which place of its listing the current page is."""
        is_whole = self._context.arguments.ignores_stop_rule
        return ReadPage(number=pagination.page, today=self.today, is_whole=is_whole)

    def next_urls(self, page: ListingPage, pagination: ListingPagination, content: ListingContent) -> Iterator[str]:
        """Yield the addresses of the next pages, without sitemaps that were read after their last change."""
        changed = {child.url: child.changed for child in content.sitemaps}
        is_unread = page.is_unchanged
        for url in pagination.source.next(self.place(pagination)) if is_unread else content.next_urls:
            before = None if self._context.arguments.ignores_stop_rule else self._state.listing(url)
            if before and is_read_since(before, changed.get(url), self._profile.zone):
                pagination.has_unchanged = True
            else:
                yield url

    def _is_read_anyway(self, before: ListingSnapshot | None, pagination: ListingPagination) -> bool:
        """Whether a page is read even if it has not changed."""
        arguments = self._context.arguments
        is_needed = arguments.ignores_stop_rule or pagination.needs_page(before)
        return is_needed or self._empty_listings.was_missed(before)


def requested(response: Response) -> str:
    """Return the URL that was requested, before any redirect."""
    return first_url(cast(Request, response.request))


def _kind(source: ListingSource, number: int) -> RequestKind:
    """The first sitemaps come before the articles, as they state times which the articles' pages may lack."""
    if source.format == "feed":
        return RequestKind.FEED
    is_early = number == 1 or (source.format == "sitemap" and number <= MAX_EARLY_SITEMAPS)
    return RequestKind.LISTING if is_early else RequestKind.DEEPER
