"""Request each article once, page by page, and yield a Visit for it, whatever the outcome."""

import logging
from collections.abc import Iterator
from typing import Any, cast

from scrapy import Request
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response
from twisted.python.failure import Failure

from ecnscrawl.context import CrawlContext
from ecnscrawl.crawling.article_job import ArticleJob
from ecnscrawl.crawling.article_judge import ArticleJudge
from ecnscrawl.crawling.article_visit import new_visit, read_job
from ecnscrawl.crawling.following import LinkDecision, decide_link, redirect_result
from ecnscrawl.crawling.render_policy import RenderPolicy
from ecnscrawl.crawling.requests import Callbacks, new_request
from ecnscrawl.frontier.base import State
from ecnscrawl.network.failures import is_missing, reason_of, was_stopped
from ecnscrawl.network.http import charset_of, validators_of
from ecnscrawl.network.request_info import RequestInfo, RequestKind, info_of, info_of_response
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.base import Page
from ecnscrawl.pages.endings import CUT_OFF, ROW, Decision
from ecnscrawl.rendering.request import document_end, is_rendered
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.visits import FetchResult, Visit

logger = logging.getLogger(__name__)

UNASKED = "HTTP 304, unasked"

Output = Iterator[Request | Visit]


class ArticleCrawler:
    """Keeps track of the articles that this run has requested, and of those whose visit is not over."""

    def __init__(
        self,
        context: CrawlContext,
        profile: SiteProfile,
        render_policy: RenderPolicy,
        callbacks: Callbacks,
        judge: ArticleJudge | None = None,
    ) -> None:
        """`judge` decides what a page is where the profile does not know that by its address."""
        self._context = context
        self._profile = profile
        self._render_policy = render_policy
        self._callbacks = callbacks
        self._judge = judge
        self._max_attempts = context.settings.getint("PENDING_ATTEMPTS")
        self._backoff = context.settings.getint("PENDING_BACKOFF")
        self._requested: set[str] = set()  # ids tell articles apart; a filter by address would drop redirects
        self._jobs: dict[str, ArticleJob] = {}  # by id: those whose visit is not over
        self._is_stopping = False

    @property
    def _state(self) -> State:
        return self._context.run.state

    def request_article(
        self, ref: ArticleRef, listing: str | None, *, force: bool = False, is_left_over: bool = False
    ) -> Iterator[Request]:
        """Yield the request for an article, unless it was requested before or is not needed.

        With `force` a stored article and one that was given up are requested too; a stored one by its validators. A
        forgotten one never is, but counted.
        """
        if ref.id in self._requested:
            return
        known, pending = self._state.article(ref.id), self._state.pending(ref.id)
        decision = decide_link(
            ref,
            known,
            pending,
            self._context.arguments,
            zone=self._profile.zone,
            now=self._now(),
            backoff=self._backoff,
            force=force,
            is_forgotten=known is None and pending is None and self._state.is_forgotten(ref.id),
        )
        if decision is not LinkDecision.FOLLOW:
            self._context.stats.forgotten += force and decision is LinkDecision.FORGOTTEN
            logger.debug("%s is not requested: %s", ref.url, decision)
            return
        budgets = self._context.budgets
        if listing and known is None and budgets.is_left(listing, is_left_over=is_left_over):
            return
        if listing and not budgets.may_ask(listing, is_left_over=is_left_over):
            return  # not noted as requested: another listing may show it too
        self._requested.add(ref.id)
        self._context.stats.outlook.add_article(listing, is_left_over=is_left_over)
        if known:  # the address that it was first stored under stays its own
            ref = self._profile.article_ref(known.url) or ref
        attempt = (pending.attempts if pending else 0) + 1
        job = ArticleJob(
            ref,
            listing,
            known,
            pending,
            # A stored article is never replaced by a part of it: its record is better than what has arrived now.
            is_last_attempt=known is None and attempt >= self._max_attempts,
            is_left_over=is_left_over,
        )
        self._jobs[ref.id] = job
        yield self._request(job, 1)

    def stop(self) -> None:
        """Hold no article back from now on: the run is stopping, so the next page may be the last one."""
        self._is_stopping = True

    def parse_page(self, response: Response) -> Output:
        """Handle a page of an article."""
        info = info_of_response(response)
        job, number = self._jobs[cast(str, info.article)], info.number
        job.started_at = job.started_at or self._context.run.clock()
        if response.status == 304:
            yield from self._take_not_modified(job, number)
        elif redirected := redirect_result(response.url, job.address, number, self._profile):
            if number > 1:
                job.end_at(number)
                yield from self._go_on(job)
                return
            if self._profile.article_ref(response.url) is None:
                self._note_link(job, is_dead=True)
            yield from self._end(self._visit(job, *redirected))
        else:
            yield from self._take_page(response, job, number)

    def _take_not_modified(self, job: ArticleJob, number: int) -> Output:
        if job.condition(number):
            job.mark_not_modified(number)
        elif number == 1:  # not even the last attempt can do without the first page
            yield from self._end(self._failed(job, UNASKED))
            return
        else:
            job.mark_missing(number, UNASKED)
        yield from self._go_on(job)

    def _take_page(self, response: Response, job: ArticleJob, number: int) -> Output:
        url = response.url if self._judge else job.named[number]
        source = self._profile.source(url, response.body, charset_of(response))
        page = self._profile.page_class(source)
        match self._decide(response, page, job, number):
            case Decision.ASK_AGAIN:
                yield self._request(job, number)
                return
            case Decision.REFUSE:
                job.was_cut = True
                if number == 1:
                    yield from self._end(self._failed(job, CUT_OFF))
                    return
                job.mark_missing(number, CUT_OFF, is_torn=True)
                yield from self._go_on(job)
                return
        if self._judge and (reason := self._judge.reservation(response, page)):
            yield from self._end(self._visit(job, FetchResult.RESERVED, reason))
            return
        if self._judge and (reason := self._judge.other_article(job, page)):
            yield from self._end(self._failed(job, reason))
            return
        self._count(response, page, number)
        if not page.has_content and (again := self._render_policy.rerender(response, page.document, page.awaited)):
            yield again
            return
        if job.is_repeat(page):
            job.end_at(number)  # a site that answers every number with a page that it has
        else:
            job.add(number, source, page, validators_of(response, job.named[number]))
        yield from self._go_on(job)

    def errback_page(self, failure: Failure) -> Output:
        """Handle the failure of a page. A 404 after the first page is the end of the pager."""
        request: Request = cast(Any, failure).request
        info = info_of(request)
        job, number = self._jobs[cast(str, info.article)], info.number
        if was_stopped(failure):
            del self._jobs[job.address.id]
            yield from self._released()
            return
        reason = reason_of(failure)
        if number == 1:
            if is_missing(failure):
                self._note_link(job, is_dead=True)
            result = FetchResult.MISSING if is_missing(failure) else FetchResult.FAILED
            yield from self._end(self._visit(job, result, reason))
            return
        if is_missing(failure):
            job.end_at(number)
        else:
            job.mark_missing(number, reason, is_torn=isinstance(failure.value, ResponseDataLossError))
        yield from self._go_on(job)

    def _go_on(self, job: ArticleJob) -> Output:
        """Yield the request for the article's next page, or the Visit if it was the last one."""
        if job.failure and (job.is_torn or not job.is_last_attempt):
            yield from self._end(self._failed(job, job.failure))
        elif (number := job.next_part()) is not None:
            yield self._request(job, number)
        else:
            del self._jobs[job.address.id]
            listed = self._listed(job)
            if self._judge and job.pages:
                self._judge.rename(job, job.pages[1])
            visit = read_job(job, self._profile, self._context.arguments, self._context.run.clock(), listed)
            if self._judge and job.pages:
                self._judge.examine(visit, job.pages[1])
            is_empty = not any(page.has_content for page in job.pages.values())
            self._note_link(job, is_dead=is_empty or (self._judge is not None and bool(visit.reasons)))
            yield from self._end(visit)
            if job.known:
                # After its original, so that a correction of both is stored under the id that is stored already.
                for alias in self._state.aliases(job.known.id):
                    if ref := self._profile.article_ref(alias.url):
                        yield from self.request_article(ref, alias.listing, force=True)

    def _request(self, job: ArticleJob, number: int) -> Request:
        kind = RequestKind.PART if number > 1 else RequestKind.RECHECK if job.known else RequestKind.ARTICLE
        info = RequestInfo(
            kind=kind, listing=job.listing, article=job.address.id, number=number, is_left_over=job.is_left_over
        )
        request = new_request(
            job.named[number],
            info,
            self._callbacks,
            job.condition(number),
            is_second_copy=number in job.copies,
            has_begun=job.started_at is not None,
        )
        return self._render_policy.with_rendering(request, self._profile.page_class.awaited)

    def _decide(self, response: Response, page: Page, job: ArticleJob, number: int) -> Decision:
        """Decide whether to read a page, or to request it once more because it shows no end, or was cut off."""
        end = document_end(response)
        return job.decide(
            number,
            page,
            end.tail if end else response.body,
            is_closed=end.is_closed if end else None,
            has_no_end=self._state.unended("articles") >= ROW,
        )

    def _count(self, response: Response, page: Page, number: int) -> None:
        if is_rendered(response):
            self._render_policy.stats.gain(response.url, "blocks", len(page.blocks))
        elif number == 1:
            self._render_policy.stats.articles_read += 1

    def _note_link(self, job: ArticleJob, *, is_dead: bool) -> None:
        """Count whether a listing's link led to an article. Links to stored articles are not counted."""
        if job.listing and job.known is None:
            self._context.budgets.note_link(job.listing, is_dead=is_dead, is_left_over=job.is_left_over)

    def _listed(self, job: ArticleJob) -> StatedTime | None:
        """Return the article's time as a feed gave it, in this run or an earlier one."""
        pending = self._state.pending(job.address.id) or job.pending
        if pending and pending.published:
            return pending.published
        return job.known.published if job.known else None

    def _end(self, visit: Visit) -> Iterator[Visit]:
        """Yield a visit that is over; with a judge, those of which it is clear what they are."""
        if self._judge is None:
            yield visit
        else:
            yield from self._judge.take(visit)
            yield from self._released()

    def _released(self) -> Iterator[Visit]:
        """Yield the visits that the judge holds, if perhaps no further page comes."""
        if self._judge and (self._is_stopping or not self._jobs):
            yield from self._judge.release()

    def _failed(self, job: ArticleJob, reason: str) -> Visit:
        return self._visit(job, FetchResult.FAILED, reason)

    def _visit(self, job: ArticleJob, result: FetchResult, reason: str) -> Visit:
        """Return the visit of an article that could not be read, which is over now."""
        del self._jobs[job.address.id]
        return new_visit(job, result, self._context.run.clock(), reason)

    def _now(self) -> int:
        return int(self._context.run.clock().timestamp())
