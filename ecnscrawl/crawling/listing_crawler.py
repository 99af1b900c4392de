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
from ecnscrawl.crawling.listing_page import ListingPage
from ecnscrawl.crawling.listing_pagination import ListingPagination, NextStep
from ecnscrawl.crawling.render_policy import RenderPolicy
from ecnscrawl.crawling.requests import Callbacks, new_request
from ecnscrawl.frontier.base import State
from ecnscrawl.frontier.records import ListingSnapshot
from ecnscrawl.frontier.scope import RenderMode
from ecnscrawl.network.failures import is_missing, reason_of, was_stopped
from ecnscrawl.network.request_info import RequestInfo, RequestKind, first_url, info_of, info_of_response
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.endings import ROW
from ecnscrawl.pages.shells import fingerprint
from ecnscrawl.rendering.request import is_rendered, rendered_from
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.sources import ReadPage
from ecnscrawl.visits import ListingRead, Visit

Output = Iterator[Request | Visit | ListingRead]


@dataclass
class _Found:
    """What a page links to."""

    links: int = 0  #: also those that are no articles
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
                yield self._request(source.first(self._today), ListingPagination(source, first_run))

    def parse_page(self, response: Response) -> Output:
        """Take a page of a listing, request its articles, and the next page while it may show news."""
        pagination = self._paginations.pop(cast(str, info_of_response(response).listing))
        page = self._page(response)
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
            if not (articles or pagination.end.was_cut or source.format != "html") and (again := self._rerender(page)):
                self._paginations[pagination.name] = pagination
                yield again
                return
        listing, step = self._take(page, pagination, articles, found)
        yield listing
        for ref in articles:
            if self._is_inside(found.published.get(ref.id)):
                yield from self._articles.request_article(ref, pagination.name)
        if step is not None and step.goes_on and self._may_go_on(pagination.name):
            for url in source.next(ReadPage(number=pagination.page, today=self._today)):
                pagination.turn()
                yield self._request(url, pagination)

    def errback_page(self, failure: Failure) -> Output:
        """Take the failure of a listing page; after the first one a 404 is the end of the listing."""
        request: Request = cast(Any, failure).request
        pagination = self._paginations.pop(cast(str, info_of(request).listing))
        if was_stopped(failure):
            return
        listing = ListingRead(pagination.name, pagination.page)
        if pagination.page > 1 and is_missing(failure):
            listing.ends_walk = not pagination.has_doubt
            listing.ends_at = pagination.ends_short_of(self._context.arguments, self._profile.zone)
        else:
            listing.failure = reason_of(failure)
            listing.is_missing = is_missing(failure)
            listing.was_there = self._state.listing(first_url(request)) is not None
        yield listing

    def _request(self, url: str, pagination: ListingPagination) -> Request:
        # A walk by dates or to the end must see what the pages show, also where they have not changed.
        is_second_copy = pagination.end.copy is not None
        before = None if self._context.arguments.ignores_stop_rule or is_second_copy else self._state.listing(url)
        before = None if self._was_missed(before) else before
        is_feed, number = pagination.source.format == "feed", pagination.page
        kind = RequestKind.FEED if is_feed else RequestKind.DEEPER if number > 1 else RequestKind.LISTING
        info = RequestInfo(kind=kind, listing=pagination.name, number=number)
        validators = before.validators if before else None
        request = new_request(url, info, self._callbacks, validators, is_second_copy=is_second_copy)
        self._paginations[pagination.name] = pagination
        wait_for = self._profile.page_class.awaited_in_listing
        return request if is_feed else self._render_policy.with_rendering(request, wait_for)

    def _page(self, response: Response) -> ListingPage:
        before = self._state.listing(_requested(response))
        is_read_anyway = self._context.arguments.ignores_stop_rule or self._was_missed(before)
        return ListingPage(response, before, is_read_anyway=is_read_anyway)

    def _find(self, page: ListingPage, pagination: ListingPagination) -> _Found:
        found = _Found()
        for link in page.links(pagination.source.format, self._profile.zone):
            found.links += 1
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
        is_feed = pagination.source.format == "feed"
        has_no_end = not is_feed and self._state.unended(f"listing {pagination.name}") >= ROW
        return pagination.end.decide(page, articles, is_feed=is_feed, has_no_end=has_no_end)

    def _take(
        self, page: ListingPage, pagination: ListingPagination, articles: Sequence[ArticleRef], found: _Found
    ) -> tuple[ListingRead, NextStep | None]:
        """Return what is kept of a page, and how the listing goes on; None where nothing can follow."""
        arguments, zone = self._context.arguments, self._profile.zone
        fresh = [] if page.is_unchanged else pagination.show(articles)
        self._note_stored(pagination.name, fresh)
        listing = self._read(page, pagination, articles)
        if pagination.source.format == "feed" and not page.is_unchanged:
            listing.published = found.published
            listing.reaches_since = any(arguments.is_too_old(each, zone) for each in found.published.values())
            if not found.links:
                listing.failure = "it is no feed, or an empty one"
        if not pagination.source.is_section:
            return listing, None
        if page.before and page.is_unchanged:
            step = pagination.decide_unchanged(page.before.last_run, arguments)
        else:
            step = pagination.decide(articles, fresh, self._state.first_run, arguments, zone)
            listing.reaches_since = step.reaches_since
        if step.is_past_end and not pagination.end.doubt:
            listing.ends_at = pagination.ends_short_of(arguments, zone)
        elif step.is_past_end and listing.state is not None:  # perhaps: if the next run finds the same, it stops there
            listing.state = replace(listing.state, last_run=0)
        listing.begins_walk = pagination.first_run if step.is_open else None
        listing.ends_walk = not step.is_open
        listing.is_limited = step.is_limited
        return listing, step

    def _read(self, page: ListingPage, pagination: ListingPagination, articles: Sequence[ArticleRef]) -> ListingRead:
        """Return what is kept of a page; of one that was cut off only the links, as a 304 would hide the others."""
        end, name, number = pagination.end, pagination.name, pagination.page
        run, now = self._context.run.number, int(self._context.run.clock().timestamp())
        if end.was_cut or (end.doubt and number == 1 and not articles):
            listing = ListingRead(name, number, end.joined(articles), failure=end.doubt)
        elif end.doubt:
            listing = page.read_in_doubt(name, number, articles, run=run, now=now)
            listing.failure = end.doubt
        else:
            listing = page.read(name, number, articles, run=run, now=now)
        if pagination.source.format != "feed":
            listing.ending, listing.was_cut = end.ending, end.was_cut
        return listing

    def _may_go_on(self, name: str) -> bool:
        """Whether the listing's budget allows one more page; else its walk stays open."""
        return not self._context.budgets.is_left(name) and self._context.budgets.may_ask(name)

    def _note_stored(self, name: str, articles: Sequence[ArticleRef]) -> None:
        """Note that a listing which shows a stored article does not lead nowhere, though that one is not requested."""
        known = (self._state.article(ref.id) for ref in articles)
        if any(each is not None and each.gone_at is None for each in known):
            self._context.budgets.note_link(name, is_dead=False)

    def _rerender(self, page: ListingPage) -> Request | None:
        """Return the request that renders a page without articles; None where rendering was no help before.

        Without a browser such a page makes the run unhealthy once, and then not until the page changes.
        """
        if self._render_policy.mode is not RenderMode.AUTO:
            return None
        if (plain := rendered_from(page.response)) is not None:
            document = Document(Source(plain.url, plain.body, plain.charset))
            page.note_empty(fingerprint(document), was_rendered=True)
            return None
        document = Document(page.source)
        if not document.has_scripts:
            return None
        empty_page = fingerprint(document)
        if page.is_known_as_empty(empty_page, has_browser=self._render_policy.missing_browser is None):
            page.note_empty(empty_page, was_rendered=page.before is not None and page.before.was_rendered)
            return None
        page.note_empty(empty_page, was_rendered=False)
        return self._render_policy.rerender(page.response, document, self._profile.page_class.awaited_in_listing)

    def _was_missed(self, before: ListingSnapshot | None) -> bool:
        """Whether a page was found empty when there was no browser, and now there is one to run its scripts."""
        is_waiting = before is not None and before.empty_page is not None and not before.was_rendered
        return is_waiting and self._render_policy.may_render


def _requested(response: Response) -> str:
    return first_url(cast(Request, response.request))
