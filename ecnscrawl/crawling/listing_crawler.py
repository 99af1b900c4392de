"""Finding articles: the feed, the front page, and listings, page by page as long as there is news."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from ecnscrawl.crawling.article_crawler import AFRESH, DEEPER, FEED, LISTING, ArticleSpider, Output
from ecnscrawl.crawling.listing_page import ListingPage, first_asked_for
from ecnscrawl.crawling.pageend import PageEnd
from ecnscrawl.frontier.records import ListingSnapshot
from ecnscrawl.frontier.scope import RenderMode
from ecnscrawl.network.failures import is_missing, reason_of, was_stopped
from ecnscrawl.network.http import charset_of
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.endings import ROW
from ecnscrawl.pages.feeds import feed_entries
from ecnscrawl.pages.links import links
from ecnscrawl.pages.shells import fingerprint
from ecnscrawl.rendering.request import is_rendered, rendered_from
from ecnscrawl.visits import ListingRead


@dataclass
class ListingPagination:
    """A listing on its way, from its first page on."""

    name: str  #: the section, or the address of a feed or front page
    first_run: int  #: what was first seen since this run is news
    page: int = 1
    seen_ids: dict[str, date | None] = field(default_factory=dict)  #: ids on the pages so far, each with its day
    repeated: set[str] = field(default_factory=set)  #: those that several pages show, as `most popular` is
    end: PageEnd = field(default_factory=PageEnd)  #: of the page under way
    was_cut: bool = False  #: an earlier page may have been cut off

    def show(self, addresses: Sequence[ArticleRef]) -> list[ArticleRef]:
        """Add a page's articles; gives those that no earlier page has shown."""
        fresh = [address for address in addresses if address.id not in self.seen_ids]
        if fresh:
            self.repeated |= {address.id for address in addresses if address.id in self.seen_ids}
        self.seen_ids |= {address.id: address.day for address in fresh}
        return fresh

    def turn(self) -> None:
        """Go on to the next page."""
        self.page += 1
        self.was_cut = self.has_doubt
        self.end = PageEnd()

    @property
    def has_doubt(self) -> bool:
        """Whether a page so far may have been cut off: then the walk stays open, and the next run asks for it."""
        return self.was_cut or self.end.doubt is not None

    @property
    def oldest(self) -> date | None:
        """The day of the oldest entry; what all pages show is no entry of the listing."""
        return min((day for id_, day in self.seen_ids.items() if day and id_ not in self.repeated), default=None)


class ListingSpider(ArticleSpider):
    """Asks for listings, each page with its validators, and for the articles that they show."""

    def listing_requests(self) -> Iterator[Request]:
        """The first page of everything that lists articles."""
        number, begun = self.this_run.number, self.state.walks()
        if self.arguments.sections is None:
            for url in self.profile.feeds:
                yield self._listing_request(url, ListingPagination(url, number), FEED, self.parse_feed)
            for url in self.profile.front_pages:
                yield self._listing_request(url, ListingPagination(url, number), LISTING, self.parse_front_page)
        for section in self.arguments.sections or self.profile.sections:
            pagination = ListingPagination(section, begun.get(section, number))
            yield self._listing_request(self.profile.listing_url(section, 1), pagination, LISTING, self.parse_listing)

    def _listing_request(self, url: str, pagination: ListingPagination, priority: int, callback: Any) -> Request:
        # A walk by dates or to the end has to see what the pages show, also where they have not changed.
        before = None if self.arguments.ignores_stop_rule or pagination.end.copy else self.state.listing(url)
        before = None if self._was_missed(before) else before
        request = Request(
            url,
            callback=callback,
            errback=self.errback_listing,
            headers=before.validators.headers() if before else AFRESH if pagination.end.copy else None,
            priority=priority,
            meta={
                "handle_httpstatus_list": [304],
                "kind": {FEED: "feed", LISTING: "listing"}.get(priority, "deeper"),
                "listing": pagination.name,
            },
            cb_kwargs={"pagination": pagination},
        )
        return request if priority == FEED else self.asked_for(request, self.profile.page_class.awaited_in_listing)

    def parse_feed(self, response: Response, pagination: ListingPagination) -> Output:
        """The feed: its entries are asked for by the time that it states."""
        page = self._page(response)
        if page.is_unchanged:
            yield self._read(page, pagination, [])
            return
        found: dict[str, ArticleRef] = {}
        inside: list[ArticleRef] = []
        published: dict[str, StatedTime] = {}
        entries = feed_entries(page.source, self.profile.zone)
        for entry in entries:
            address = self.profile.article_ref(entry.url)
            if address and address.id not in found:
                found[address.id] = address
                if entry.published is None or self.arguments.includes(entry.published, self.profile.zone):
                    inside.append(address)
                if entry.published:
                    published[address.id] = entry.published
        if self._is_cut(page, pagination, list(found.values()), is_feed=True):
            yield self._listing_request(_asked_for(response), pagination, FEED, self.parse_feed)
            return
        listing = self._read(page, pagination, list(found.values()))
        listing.published = published
        listing.reaches_since = any(self.arguments.is_too_old(each, self.profile.zone) for each in published.values())
        if not entries:
            listing.failure = "it is no feed, or an empty one"
        yield listing
        yield from self._ask_all(inside, pagination)

    def parse_front_page(self, response: Response, pagination: ListingPagination) -> Output:
        """A page that links to articles and has no pages after it."""
        page = self._page(response)
        addresses = [] if page.is_unchanged else self._articles(page)
        if not page.is_unchanged and self._is_cut(page, pagination, addresses):
            yield self._listing_request(_asked_for(response), pagination, LISTING, self.parse_front_page)
            return
        addresses = pagination.end.joined(addresses)
        if not (page.is_unchanged or addresses or pagination.end.was_cut) and (again := self._asked_again(page)):
            yield again
            return
        yield self._read(page, pagination, addresses)
        yield from self._ask_all(addresses, pagination)

    def parse_listing(self, response: Response, pagination: ListingPagination) -> Output:
        """A page of a listing; the next one is asked for as long as it may show news."""
        page = self._page(response)
        if pagination.page == 1 and _path(response.url) != _path(_asked_for(response)):
            reason = f"redirected to {response.url}"  # another page's articles are not this section's
            was_there = page.before is not None
            yield ListingRead(pagination.name, 1, failure=reason, is_missing=True, was_there=was_there)
            return
        if page.before and page.is_unchanged:
            addresses: list[ArticleRef] = []
            goes_on = page.before.last_run >= pagination.first_run
            listing = self._read(page, pagination, addresses)
        else:
            addresses = self._articles(page)
            if self._is_cut(page, pagination, addresses):
                priority = DEEPER - pagination.page if pagination.page > 1 else LISTING
                yield self._listing_request(_asked_for(response), pagination, priority, self.parse_listing)
                return
            addresses = pagination.end.joined(addresses)
            if not (addresses or pagination.end.was_cut) and (again := self._asked_again(page)):
                yield again
                return
            fresh = pagination.show(addresses)
            self._note_stored(pagination, fresh)
            goes_on = bool(fresh) and self._goes_on(pagination, addresses)
            listing = self._read(page, pagination, addresses)
            listing.reaches_since = self._reaches_since(pagination)
            if not fresh and pagination.page > 1:  # empty, or shown before: this is beyond the last page
                if not pagination.end.doubt:
                    self._note_end(listing, pagination)
                elif listing.state is not None:  # perhaps: where the next run finds the same, it goes no further
                    listing.state = replace(listing.state, last_run=0)
        is_open = goes_on or pagination.has_doubt
        listing.begins_walk = pagination.first_run if is_open else None
        listing.ends_walk = not is_open
        # By the user's wish no deeper, or no older: the walk stays open, and a run without that wish goes on with it.
        listing.is_limited = goes_on and pagination.page == self.arguments.max_pages
        goes_on = goes_on and not listing.is_limited and not self._is_old(addresses)
        yield listing
        yield from self._ask_all(addresses, pagination)
        if (
            goes_on and not self.budgets.is_left(pagination.name) and self.budgets.may_ask(pagination.name)
        ):  # else it stays open too
            pagination.turn()
            url = self.profile.listing_url(pagination.name, pagination.page)
            yield self._listing_request(url, pagination, DEEPER - pagination.page, self.parse_listing)

    def errback_listing(self, failure: Failure) -> Output:
        """A listing page that could not be had; after the first one a 404 is the end of the listing."""
        if was_stopped(failure):
            return
        request = cast(Any, failure).request
        pagination: ListingPagination = request.cb_kwargs["pagination"]
        listing = ListingRead(pagination.name, pagination.page)
        if pagination.page > 1 and is_missing(failure):
            listing.ends_walk = not pagination.has_doubt
            self._note_end(listing, pagination)
        else:
            listing.failure = reason_of(failure)
            listing.is_missing = is_missing(failure)
            listing.was_there = self.state.listing(first_asked_for(request)) is not None
        yield listing

    def _is_old(self, addresses: Sequence[ArticleRef]) -> bool:
        """Whether a page lies wholly before the dates asked for."""
        days = [address.day for address in addresses if address.day]
        return bool(days) and self.arguments.is_before(max(days), self.profile.zone)

    def _goes_on(self, pagination: ListingPagination, addresses: Sequence[ArticleRef]) -> bool:
        """Whether what comes after a page may be news, or is asked for."""
        if self.arguments.ignores_stop_rule:
            return True
        first_runs = (self.state.first_run(address.id) for address in addresses)
        return any(first_run is None or first_run >= pagination.first_run for first_run in first_runs)

    def _note_end(self, listing: ListingRead, pagination: ListingPagination) -> None:
        if (oldest := pagination.oldest) and not self.arguments.reaches(oldest, self.profile.zone):
            listing.ends_at = oldest

    def _reaches_since(self, pagination: ListingPagination) -> bool:
        oldest = pagination.oldest if self.arguments.since else None
        return oldest is not None and self.arguments.reaches(oldest, self.profile.zone)

    def _note_stored(self, pagination: ListingPagination, addresses: Sequence[ArticleRef]) -> None:
        """A listing that shows an article which is stored does not lead nowhere, though that one is not asked for."""
        known = (self.state.article(address.id) for address in addresses)
        if any(each is not None and each.gone_at is None for each in known):
            self.budgets.note_link(pagination.name, is_dead=False)

    def _articles(self, page: ListingPage) -> list[ArticleRef]:
        found: dict[str, ArticleRef] = {}
        for url in links(page.source):
            if address := self.profile.article_ref(url):
                found.setdefault(address.id, address)
        if is_rendered(page.response):
            self.rendering.gain(page.response.url, "links", len(found))
        return list(found.values())

    def _asked_again(self, page: ListingPage) -> Request | None:
        """The request that has a browser look at a page without articles; None where that was done in vain before.

        Without a browser such a page makes the run unhealthy once, and then not until the page changes.
        """
        if self.mode is not RenderMode.AUTO:
            return None
        if (plain := rendered_from(page.response)) is not None:
            page.note_empty(_fingerprint(plain), was_rendered=True)
            return None
        document = Document(page.source)
        if not document.has_scripts:
            return None
        empty_page = fingerprint(document)
        if page.is_known_as_empty(empty_page, has_browser=self.has_browser):
            page.note_empty(empty_page, was_rendered=page.before is not None and page.before.was_rendered)
            return None
        page.note_empty(empty_page, was_rendered=False)
        return self.asked_again(page.response, document, self.profile.page_class.awaited_in_listing)

    def _was_missed(self, before: ListingSnapshot | None) -> bool:
        """Whether a page was found empty when there was no browser, and now there is one to run its scripts."""
        is_waiting = before is not None and before.empty_page is not None and not before.was_rendered
        return is_waiting and self.mode is RenderMode.AUTO and self.has_browser

    def _ask_all(self, addresses: Sequence[ArticleRef], pagination: ListingPagination) -> Iterator[Request]:
        for address in addresses:
            yield from self.ask(address, pagination.name)

    def _page(self, response: Response) -> ListingPage:
        before = self.state.listing(_asked_for(response))
        return ListingPage(
            response, before, is_read_anyway=self.arguments.ignores_stop_rule or self._was_missed(before)
        )

    def _is_cut(
        self,
        page: ListingPage,
        pagination: ListingPagination,
        addresses: Sequence[ArticleRef],
        *,
        is_feed: bool = False,
    ) -> bool:
        """Whether a page that links to these articles may be cut off, and is to be asked for once more."""
        has_no_end = not is_feed and self.state.unended(f"listing {pagination.name}") >= ROW
        return pagination.end.decide(page, addresses, is_feed=is_feed, has_no_end=has_no_end)

    def _read(self, page: ListingPage, pagination: ListingPagination, addresses: Sequence[ArticleRef]) -> ListingRead:
        """That a page was read; of one that was cut off the links alone, as what is remembered would hide others."""
        end, is_feed = pagination.end, pagination.name in self.profile.feeds
        run, now = self.this_run.number, int(self.this_run.clock().timestamp())
        if end.was_cut or (end.doubt and pagination.page == 1 and not addresses):
            links = end.joined(addresses)
            listing = ListingRead(pagination.name, pagination.page, links, failure=end.doubt)
        elif end.doubt:
            listing = page.read_in_doubt(pagination.name, pagination.page, addresses, run=run, now=now)
            listing.failure = end.doubt
        else:
            listing = page.read(pagination.name, pagination.page, addresses, run=run, now=now)
        listing.ending, listing.was_cut = None if is_feed else end.ending, end.was_cut and not is_feed
        return listing


def _path(url: str) -> str:
    return urlsplit(url).path.removesuffix("index.shtml")


def _fingerprint(response: Response) -> bytes:
    return fingerprint(Document(Source(response.url, response.body, charset_of(response))))


def _asked_for(response: Response) -> str:
    return first_asked_for(cast(Request, response.request))
