"""Asking for articles: each once, page by page, and reading what comes."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

from scrapy import Request
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response
from twisted.python.failure import Failure

from ecnscrawl import loaders
from ecnscrawl.context import context_of
from ecnscrawl.crawling.article_job import ArticleJob
from ecnscrawl.crawling.render_policy import RenderingSpider
from ecnscrawl.extraction import extract_pages
from ecnscrawl.frontier.base import State
from ecnscrawl.frontier.budgets import ListingBudgets
from ecnscrawl.frontier.records import PendingArticle, StoredArticle
from ecnscrawl.frontier.revisit import is_due
from ecnscrawl.items import Article
from ecnscrawl.network.failures import is_missing, reason_of, was_stopped
from ecnscrawl.network.http import charset_of, validators_of
from ecnscrawl.normalize import timestamps
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.normalize.urls import ArticleRef, same_page
from ecnscrawl.pages.base import Extraction, Page
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.endings import ROW, Decision
from ecnscrawl.rendering.request import document_end, is_rendered
from ecnscrawl.visits import ListingRead, Outcome, Visit

CUT_OFF = "cut off: it shows no end, and two copies of it differ"
UNASKED = "HTTP 304, unasked"
#: Headers of a second request for a page: a cache on the way is not to repeat the first answer.
AFRESH = {"Cache-Control": "no-cache"}

Output = Iterator[Request | Visit | ListingRead]

# Articles come before deeper listing pages, so that a run cut short has stored something; the pages of an article
# that is begun come before other articles.
FEED, LISTING, PART, ARTICLE, RECHECK, DEEPER = 40, 30, 20, 10, 5, 0


class ArticleSpider(RenderingSpider):
    """Asks for articles and yields a Visit for each, whatever came of it."""

    def __init__(self, name: str | None = None) -> None:
        super().__init__(name)
        self._asked: set[str] = set()

    @property
    def budgets(self) -> ListingBudgets:
        """What each listing may cost in this run."""
        return context_of(self.crawler).budgets

    @property
    def state(self) -> State:
        """What has been seen, to read; the store alone writes to it."""
        return self.this_run.state

    def parse(self, response: Response, **_: Any) -> Iterator[Article]:
        """The record of an article's page, as `scrapy parse URL` shows it; only of that page where it has several."""
        if address := self.profile.article_ref(response.url):
            page = self.profile.page_class(Source(address.url, response.body, charset_of(response)))
            if not page.ending().is_whole:
                self.logger.warning("%s shows no end: it may have been cut off", response.url)
            yield extract_pages([page], self.profile, address, fetched_at=datetime.now(UTC))[1]

    def ask(
        self, address: ArticleRef, listing: str | None, *, always: bool = False, is_left_over: bool = False
    ) -> Iterator[Request]:
        """The request for an article, unless it was asked for before or need not be.

        With `always` a known article, and one given up, is asked for too; a known one by its validators.
        """
        known, pending = self.state.article(address.id), self.state.pending(address.id)
        if address.id in self._asked or not self._is_inside(address, known, pending):
            return
        if not always and not self._is_wanted(known, pending):
            return
        if listing and known is None and self.budgets.is_left(listing, is_left_over=is_left_over):
            return
        if listing and not self.budgets.may_ask(listing, is_left_over=is_left_over):
            return  # not noted as asked for: another listing may show it too
        self._asked.add(address.id)
        if known:  # the address that it was first stored under stays its own
            address = self.profile.article_ref(known.url) or address
        attempt = (pending.attempts if pending else 0) + 1
        job = ArticleJob(
            address,
            listing,
            known,
            pending,
            # Of a known article nothing is stored by halves: its record is better than what could be had now.
            is_last_attempt=known is None and attempt >= self.settings.getint("PENDING_ATTEMPTS"),
            is_left_over=is_left_over,
        )
        yield self._request(job, 1, RECHECK if known else ARTICLE)

    def _is_inside(self, address: ArticleRef, known: StoredArticle | None, pending: PendingArticle | None) -> bool:
        """Whether the article may lie within the dates asked for: by its own time where that was read before."""
        published = known.published if known else pending.published if pending else None
        if published is not None:
            return self.arguments.includes(published, self.profile.zone)
        return self.arguments.may_include(address.day, self.profile.zone)

    def _is_wanted(self, known: StoredArticle | None, pending: PendingArticle | None) -> bool:
        """Whether a link is to be followed: new ones, and those that failed, in their time.

        A known article is asked for again when it is due, not because a listing shows it; unless it was gone.
        """
        if pending is not None:
            now = int(self.this_run.clock().timestamp())
            backoff = self.settings.getint("PENDING_BACKOFF")
            return is_due(pending.next_try, now, pending.attempts, backoff=backoff)
        return known is None or known.gone_at is not None

    def _request(self, job: ArticleJob, number: int, priority: int = PART) -> Request:
        condition = job.condition(number)
        request = Request(
            job.named[number],
            callback=self.parse_article_page,
            errback=self.errback_article_page,
            headers=condition.headers() if condition else AFRESH if number in job.copies else None,
            priority=priority,
            meta={
                "handle_httpstatus_list": [304],
                "kind": self._kind(job, number),
                "listing": job.listing,
                "is_left_over": job.is_left_over,
            },
            cb_kwargs={"job": job, "number": number},
        )
        return self.asked_for(request, self.profile.page_class.awaited)

    @staticmethod
    def _kind(job: ArticleJob, number: int) -> str:
        """What the report counts a request as."""
        return "part" if number > 1 else "recheck" if job.known else "article"

    def parse_article_page(self, response: Response, job: ArticleJob, number: int) -> Output:
        """A page of an article has come."""
        job.started_at = job.started_at or self.this_run.clock()
        if response.status == 304 and job.condition(number):
            job.keep(number)
        elif response.status == 304:
            if number == 1:  # which no attempt, not even the last, can do without
                yield self._unread(job, Outcome.FAILED, UNASKED)
                return
            job.lose(number, UNASKED)
        elif (elsewhere := self._led_elsewhere(response, job, number)) is not None:
            if number == 1:
                if self.profile.article_ref(response.url) is None:
                    self._note_link(job, is_dead=True)
                yield self._unread(job, *elsewhere)
                return
            job.end_at(number)
        else:
            source = Source(job.named[number], response.body, charset_of(response))
            page = self.profile.page_class(source)
            if (decision := self._decide(response, page, job, number)) is Decision.ASK_AGAIN:
                yield self._request(job, number)
                return
            if decision is Decision.REFUSE:
                yield from self._refuse(job, number)
                return
            self._count(response, page, number)
            if not page.has_content and (again := self.asked_again(response, page.document, page.awaited)):
                yield again
                return
            if job.is_repeat(page):
                job.end_at(number)  # a site that answers every number with a page that it has
            else:
                job.add(number, source, page, validators_of(response, source.url))
        yield from self._go_on(job)

    def _decide(self, response: Response, page: Page, job: ArticleJob, number: int) -> Decision:
        """Whether a page is read, or asked for once more as it shows no end, or was cut off."""
        end = document_end(response)
        return job.decide(
            number,
            page,
            end.tail if end else response.body,
            is_closed=end.is_closed if end else None,
            has_no_end=self.state.unended("articles") >= ROW,
        )

    def _refuse(self, job: ArticleJob, number: int) -> Output:
        job.was_cut = True
        if number == 1:
            yield self._unread(job, Outcome.FAILED, CUT_OFF)
            return
        job.lose(number, CUT_OFF, is_torn=True)
        yield from self._go_on(job)

    def _count(self, response: Response, page: Page, number: int) -> None:
        if is_rendered(response):
            self.rendering.gain(response.url, "blocks", len(page.blocks))
        elif number == 1:
            self.rendering.articles_read += 1

    def errback_article_page(self, failure: Failure) -> Output:
        """A page of an article could not be had: after the first one a 404 is the end of the pager."""
        if was_stopped(failure):
            return
        request = cast(Any, failure).request
        job: ArticleJob = request.cb_kwargs["job"]
        number: int = request.cb_kwargs["number"]
        reason = reason_of(failure)
        if number == 1:
            if is_missing(failure):
                self._note_link(job, is_dead=True)
            yield self._unread(job, Outcome.GONE if is_missing(failure) else Outcome.FAILED, reason)
            return
        if is_missing(failure):
            job.end_at(number)
        else:
            job.lose(number, reason, is_torn=isinstance(failure.value, ResponseDataLossError))
        yield from self._go_on(job)

    def _led_elsewhere(self, response: Response, job: ArticleJob, number: int) -> tuple[Outcome, str] | None:
        """What it means that a redirect led away from the page asked for; None where it did not."""
        address = self.profile.article_ref(response.url)
        if address and address.id == job.address.id and address.part == number:
            return None
        if any(same_page(response.url.removesuffix("index.shtml"), page) for page in self.profile.front_pages):
            return Outcome.GONE, "redirected to the front page"
        return Outcome.FAILED, f"redirected to {response.url}"

    def _go_on(self, job: ArticleJob) -> Output:
        """Ask for the article's next page, or yield what has come of it."""
        if job.failure and (job.is_torn or not job.is_last_attempt):
            yield self._unread(job, Outcome.FAILED, job.failure)
        elif (number := job.next_part()) is not None:
            yield self._request(job, number)
        else:
            self._note_link(job, is_dead=not any(page.has_content for page in job.pages.values()))
            visit = self._visit(job)
            job.release()
            yield visit
            if job.known:
                # After its original, so that a correction of both is stored under the id that is stored already.
                for alias in self.state.aliases(job.known.id):
                    if address := self.profile.article_ref(alias.url):
                        yield from self.ask(address, alias.listing, always=True)

    def _visit(self, job: ArticleJob) -> Visit:
        if not job.pages:
            return self._outcome(job, Outcome.UNCHANGED)
        visit = self._outcome(job, Outcome.READ)
        visit.is_incomplete = job.failure is not None
        try:
            pages, listed = [job.pages[number] for number in sorted(job.pages)], self._listed(job)
            extraction, visit.article = extract_pages(
                pages, self.profile, job.address, fetched_at=visit.at, listed=listed
            )
            visit.rungs, visit.source = self._rungs(extraction, listed), job.first_source
            published = timestamps.of_record(visit.article.published_at, visit.article.published_precision)
            if published and not self.arguments.includes(published, self.profile.zone):
                visit.outcome = Outcome.OUTSIDE
        except Exception as error:  # a page that trips the reader is one failure, not the end of the run
            self.logger.error("%s cannot be read", job.address.url, exc_info=True)
            return self._unread(job, Outcome.FAILED, f"cannot be read: {type(error).__name__}")
        return visit

    def _listed(self, job: ArticleJob) -> StatedTime | None:
        """What is known of the article's time apart from its page: from a feed, of this run or an earlier one."""
        pending = self.state.pending(job.address.id) or job.pending
        if pending and pending.published:
            return pending.published
        return job.known.published if job.known else None

    def _rungs(self, reading: Extraction, listed: StatedTime | None) -> dict[str, str]:
        """Which rung gave each field: for the time it is the feed where the page states none."""
        on_page = loaders.published(reading, self.profile.zone)
        is_listed = loaders.published(reading, self.profile.zone, listed) != on_page
        return {**reading.rungs, "published_at": "feed"} if is_listed else reading.rungs

    def _note_link(self, job: ArticleJob, *, is_dead: bool) -> None:
        """Count whether a listing's link led to an article; one that is stored already did so before."""
        if job.listing and job.known is None:
            self.budgets.note_link(job.listing, is_dead=is_dead, is_left_over=job.is_left_over)

    def _unread(self, job: ArticleJob, outcome: Outcome, reason: str) -> Visit:
        visit = self._outcome(job, outcome)
        visit.reasons.append(reason)
        return visit

    def _outcome(self, job: ArticleJob, outcome: Outcome) -> Visit:
        return Visit(
            address=job.address,
            at=job.started_at or self.this_run.clock(),
            outcome=outcome,
            listing=job.listing,
            known=job.known,
            pending=job.pending,
            parts=job.parts,
            endings=tuple(job.endings.values()),
            was_cut=job.was_cut,
        )
