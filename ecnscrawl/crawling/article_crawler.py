"""Take the pages of articles as they arrive, and yield a Visit for each article, whatever the outcome."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any, cast

from scrapy import Request
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response
from twisted.python.failure import Failure

from ecnscrawl.context import CrawlContext
from ecnscrawl.crawling.article_job import ArticleJob
from ecnscrawl.crawling.article_reading import ArticleReading
from ecnscrawl.crawling.article_requests import ArticleRequests
from ecnscrawl.crawling.article_visit import new_visit, read_visit
from ecnscrawl.crawling.following import redirect_result
from ecnscrawl.crawling.page_judge import PageJudge
from ecnscrawl.crawling.render_policy import RenderPolicy
from ecnscrawl.crawling.requests import Callbacks
from ecnscrawl.exceptions import PageUnread, ReadingDropped, StorageFailed
from ecnscrawl.frontier.base import State
from ecnscrawl.frontier.records import other_address_reason
from ecnscrawl.network.failures import is_missing, reason_of, was_stopped
from ecnscrawl.network.http import validators_of
from ecnscrawl.network.request_info import RequestInfo, info_of, info_of_response
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.endings import CUT_OFF, ROW, Decision
from ecnscrawl.reading.article_page import ArticlePage
from ecnscrawl.rendering.request import is_rendered
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.visits import FetchResult, Visit

logger = logging.getLogger(__name__)

UNASKED = "HTTP 304, unasked"

Steps = Iterator[Request | Visit]
Output = AsyncIterator[Request | Visit]


class ArticleCrawler:
    """Keeps track of the articles whose visit is not over."""

    def __init__(
        self,
        context: CrawlContext,
        profile: SiteProfile,
        render_policy: RenderPolicy,
        callbacks: Callbacks,
        judge: PageJudge | None = None,
    ) -> None:
        """`judge` decides what a page is where the profile does not know that by its address."""
        self._context = context
        self._profile = profile
        self._render_policy = render_policy
        self._judge = judge or PageJudge()
        self._reading = ArticleReading(context, profile, self._judge)
        self._requests = ArticleRequests(context, profile, render_policy, callbacks)
        self._jobs: dict[str, ArticleJob] = {}  # by the id of the requested address
        self._is_stopping = False

    @property
    def _state(self) -> State:
        return self._context.run.state

    def request_article(
        self, ref: ArticleRef, listing: str | None, *, force: bool = False, is_left_over: bool = False
    ) -> Iterator[Request]:
        """Yield the request for an article, unless it was requested before or is not needed; see ArticleRequests."""
        if job := self._requests.begin(ref, listing, force=force, is_left_over=is_left_over):
            self._jobs[job.key] = job
            yield self._requests.page(job, 1)

    def stop(self) -> None:
        """Hold no article back from now on: the run is stopping, so the next page may be the last one."""
        self._is_stopping = True

    def release(self) -> Iterator[Visit]:
        """Yield the visits that are held, because the run ends."""
        return self._judge.release()

    def parse_page(self, response: Response) -> Output:
        """Handle a page of an article."""
        info = info_of_response(response)
        return self._guarded(info, partial(self._take_response, response, info))

    def errback_page(self, failure: Failure) -> Output:
        """Handle the failure of a page. A 404 after the first page is the end of the pager."""
        info = info_of(cast(Any, failure).request)
        return self._guarded(info, partial(self._take_failure, failure, info))

    async def _guarded(self, info: RequestInfo, take: Callable[[], Awaitable[Steps]]) -> Output:
        """Yield what the steps yield, and the article if it is complete. If they raise, it has failed.

        A page that was not read raises, and comes back by `errback_page`. Where the state cannot be read any more, the
        article stays as it was.
        """
        try:
            for each in await take():
                yield each
            job = self._jobs.get(cast(str, info.article))
            if job is not None and job.is_complete:
                for each in await self._completed(job):
                    yield each
                for request in self._requests_for_copies(job):
                    yield request
        except PageUnread:
            raise
        except StorageFailed:
            return  # the store pipeline ends the crawl
        except Exception as error:
            job = self._jobs.get(cast(str, info.article))
            if job is None:  # its visit is over
                raise
            logger.error("%s cannot be read", job.address.url, exc_info=True)
            for each in self._end(self._failed(job, f"cannot be read: {type(error).__name__}")):
                yield each

    async def _take_response(self, response: Response, info: RequestInfo) -> Steps:
        job, number = self._jobs[cast(str, info.article)], info.number
        job.note_exchanges(number, info.exchanges)
        arrived_at = info.exchanges[-1].at if info.exchanges else self._context.run.clock()
        job.started_at = job.started_at or arrived_at
        if response.status == 304:
            return self._take_not_modified(job, number)
        if redirected := redirect_result(response.url, job.address, number, self._profile):
            return self._take_redirect(response, job, number, *redirected)
        page = await self._reading.page(response, job, number, arrived_at)
        return self._take_page(response, page, job, number, arrived_at)

    def _take_redirect(
        self, response: Response, job: ArticleJob, number: int, result: FetchResult, reason: str
    ) -> Steps:
        if number > 1:
            job.end_at(number)
            yield from self._go_on(job)
            return
        if self._profile.article_ref(response.url) is None:
            self._requests.note_link(job, is_dead=True)
        yield from self._end(self._visit(job, result, reason))

    def _take_not_modified(self, job: ArticleJob, number: int) -> Steps:
        if job.condition(number):
            job.mark_not_modified(number)
        elif number == 1:  # not even the last attempt can do without the first page
            yield from self._end(self._failed(job, UNASKED))
            return
        else:
            job.mark_missing(number, UNASKED)
        yield from self._go_on(job)

    def _take_page(
        self, response: Response, page: ArticlePage, job: ArticleJob, number: int, arrived_at: datetime
    ) -> Steps:
        match job.decide(number, page, has_no_end=self._state.unended("articles") >= ROW):
            case Decision.ASK_AGAIN:
                yield self._requests.page(job, number)
                return
            case Decision.REFUSE:
                job.was_cut = True
                if number == 1:
                    yield from self._end(self._failed(job, CUT_OFF))
                    return
                job.mark_missing(number, CUT_OFF, is_torn=True)
                yield from self._go_on(job)
                return
        if refusal := self._judge.refusal(response, page, job):
            yield from self._end(self._visit(job, *refusal))
            return
        self._count(response, page, number)
        if not page.has_content and (again := self._rerender(response, page)):
            yield again
            return
        if job.is_repeat(page):
            job.end_at(number)  # a site that answers every number with a page that it has
        else:
            job.add(number, page, validators_of(response, job.named[number]))
            job.fetched_at = arrived_at if number == 1 else job.fetched_at
        yield from self._go_on(job)

    async def _take_failure(self, failure: Failure, info: RequestInfo) -> Steps:
        job, number = self._jobs[cast(str, info.article)], info.number
        if not isinstance(failure.value, PageUnread):  # else the page has arrived, and is kept
            job.note_exchanges(number, info.exchanges)
        if was_stopped(failure):
            del self._jobs[job.key]
            return self._released()
        reason = reason_of(failure)
        if number == 1:
            if is_missing(failure):
                self._requests.note_link(job, is_dead=True)
            result = FetchResult.MISSING if is_missing(failure) else FetchResult.FAILED
            return self._end(self._visit(job, result, reason))
        if is_missing(failure):
            job.end_at(number)
        else:
            job.mark_missing(number, reason, is_torn=isinstance(failure.value, ResponseDataLossError))
        return self._go_on(job)

    def _go_on(self, job: ArticleJob) -> Steps:
        """Yield the request for the article's next page, or note that it was the last one."""
        if job.failure and (job.is_torn or not job.is_last_attempt):
            yield from self._end(self._failed(job, job.failure))
        elif (number := job.next_part()) is not None:
            yield self._requests.page(job, number)
        else:
            job.is_complete = True

    async def _completed(self, job: ArticleJob) -> Steps:
        """Return what follows when all pages of an article have arrived."""
        try:
            return self._end(await self._visit_of(job))
        except ReadingDropped:
            del self._jobs[job.key]
            return self._released()
        except PageUnread as error:
            return self._end(self._failed(job, str(error)))

    async def _visit_of(self, job: ArticleJob) -> Visit:
        now = self._context.run.clock()
        first = job.pages.get(1)
        if first and (ref := self._judge.canonical_ref(job, first)):
            if ref.id in self._jobs:  # it is on its way under its own address
                self._requests.note_link(job, is_dead=False)
                return self._visit(job, FetchResult.ALIAS, other_address_reason(ref.url))
            self._requests.mark_requested(ref)
            job.requested, job.address = job.address, ref
        if not job.pages:
            visit = new_visit(job, FetchResult.NOT_MODIFIED, now)
        else:
            record = await self._reading.record(job)
            visit = read_visit(job, record, self._profile, self._context.arguments, now)
        is_empty = not any(page.has_content for page in job.pages.values())
        self._requests.note_link(job, is_dead=is_empty or bool(visit.reasons))
        del self._jobs[job.key]
        return visit

    def _requests_for_copies(self, job: ArticleJob) -> Iterator[Request]:
        """Request the stored copies of an article after it, so that a correction of both is stored under its id."""
        for alias in self._state.aliases(job.known.id) if job.known else ():
            if ref := self._profile.article_ref(alias.url):
                yield from self.request_article(ref, alias.listing, force=True)

    def _rerender(self, response: Response, page: ArticlePage) -> Request | None:
        wait_for = self._profile.page_class.awaited
        return self._render_policy.rerender(response, wait_for, has_scripts=page.has_scripts)

    def _count(self, response: Response, page: ArticlePage, number: int) -> None:
        if is_rendered(response):
            self._render_policy.stats.gain(response.url, "blocks", page.blocks)
        elif number == 1:
            self._render_policy.stats.articles_read += 1

    def _end(self, visit: Visit) -> Iterator[Visit]:
        """Yield a visit that is over, or others of which the judge knows now what they are."""
        yield from self._judge.take(visit)
        yield from self._released()

    def _released(self) -> Iterator[Visit]:
        """Yield the visits that the judge holds, if perhaps no further page comes."""
        if self._is_stopping or not self._jobs:
            yield from self._judge.release()

    def _failed(self, job: ArticleJob, reason: str) -> Visit:
        return self._visit(job, FetchResult.FAILED, reason)

    def _visit(self, job: ArticleJob, result: FetchResult, reason: str) -> Visit:
        """Return the visit of an article that could not be read, which is over now."""
        del self._jobs[job.key]
        return new_visit(job, result, self._context.run.clock(), reason)
