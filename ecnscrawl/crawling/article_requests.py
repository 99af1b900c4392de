"""Request the pages of articles: each article once in a run, if it is needed and its listing's budget allows it."""

import logging

from scrapy import Request

from ecnscrawl.context import CrawlContext
from ecnscrawl.crawling.article_job import ArticleJob
from ecnscrawl.crawling.following import LinkDecision, decide_link
from ecnscrawl.crawling.render_policy import RenderPolicy
from ecnscrawl.crawling.requests import Callbacks, new_request
from ecnscrawl.network.request_info import RequestInfo, RequestKind
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.sites.base import SiteProfile

logger = logging.getLogger(__name__)


class ArticleRequests:
    """Decides which links to articles are followed, and makes the requests for their pages."""

    def __init__(
        self, context: CrawlContext, profile: SiteProfile, render_policy: RenderPolicy, callbacks: Callbacks
    ) -> None:
        self._context = context
        self._profile = profile
        self._render_policy = render_policy
        self._callbacks = callbacks
        self._max_attempts = context.settings.getint("PENDING_ATTEMPTS")
        self._backoff = context.settings.getint("PENDING_BACKOFF")
        # Ids tell articles apart; a filter by address would drop redirects. A set would need three times the memory.
        self._requested: dict[str, None] = {}

    def begin(
        self, ref: ArticleRef, listing: str | None, *, force: bool = False, is_left_over: bool = False
    ) -> ArticleJob | None:
        """Return the job for an article; None if it was requested before, or is not needed.

        With `force` a stored article and one that was given up are requested too; a stored one by its validators. A
        forgotten one never is, but counted.
        """
        if ref.id in self._requested:
            return None
        state = self._context.run.state
        known, pending = state.article(ref.id), state.pending(ref.id)
        decision = decide_link(
            ref,
            known,
            pending,
            self._context.arguments,
            zone=self._profile.zone,
            now=int(self._context.run.clock().timestamp()),
            backoff=self._backoff,
            force=force,
            is_forgotten=known is None and pending is None and state.is_forgotten(ref.id),
        )
        if decision is not LinkDecision.FOLLOW:
            self._context.stats.forgotten += force and decision is LinkDecision.FORGOTTEN
            logger.debug("%s is not requested: %s", ref.url, decision)
            return None
        budgets = self._context.budgets
        if listing and known is None and budgets.is_left(listing, is_left_over=is_left_over):
            return None
        if listing and not budgets.may_ask(listing, is_left_over=is_left_over):
            return None  # not noted as requested: another listing may show it too
        self.mark_requested(ref)
        self._context.stats.outlook.add_article(listing, is_left_over=is_left_over)
        if known:  # the address that it was first stored under stays its own
            ref = self._profile.article_ref(known.url) or ref
        attempt = (pending.attempts if pending else 0) + 1
        return ArticleJob(
            ref,
            listing,
            known,
            pending,
            # A stored article is never replaced by a part of it: its record is better than what has arrived now.
            is_last_attempt=known is None and attempt >= self._max_attempts,
            is_left_over=is_left_over,
        )

    def mark_requested(self, ref: ArticleRef) -> None:
        """Note that this run has requested an article, perhaps under another address of it."""
        self._requested[ref.id] = None

    def note_link(self, job: ArticleJob, *, is_dead: bool) -> None:
        """Count whether a listing's link led to an article. Links to stored articles are not counted."""
        if job.listing and job.known is None:
            self._context.budgets.note_link(job.listing, is_dead=is_dead, is_left_over=job.is_left_over)

    def page(self, job: ArticleJob, number: int) -> Request:
        """Return the request for a page of an article."""
        kind = RequestKind.PART if number > 1 else RequestKind.RECHECK if job.known else RequestKind.ARTICLE
        info = RequestInfo(
            kind=kind, listing=job.listing, article=job.key, number=number, is_left_over=job.is_left_over
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
