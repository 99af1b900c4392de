"""Decide what a page of a site without a profile is: an article, of which address, or none, and may it be stored."""

from collections.abc import Iterator
from functools import cached_property

from scrapy.http import Response

from ecnscrawl.context import CrawlContext
from ecnscrawl.crawling.article_job import ArticleJob
from ecnscrawl.crawling.page_judge import PageJudge
from ecnscrawl.crawling.publisher_rules import PublisherRules
from ecnscrawl.crawling.visit_judge import VisitJudge, other_article, without_record
from ecnscrawl.frontier.remembered_texts import TEXTS, encoded, remembered_texts
from ecnscrawl.items import Article
from ecnscrawl.network.request_info import info_of_response
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.reservations import StatedTerms
from ecnscrawl.reading.article_page import ArticlePage
from ecnscrawl.sites.discovery import Discovery
from ecnscrawl.visits import FetchResult, Visit

_EXCERPT = 80  # letters of a wall's text in the report


class ArticleJudge(PageJudge):
    """Changes the visits of pages that are no articles of their own, so that none of them is stored."""

    def __init__(self, context: CrawlContext, discovery: Discovery, rules: PublisherRules) -> None:
        self._context = context
        self._discovery = discovery
        self._rules = rules

    def url_of(self, response: Response, requested: str) -> str:  # noqa: ARG002 - another page may have answered
        return response.url

    def stated(self, response: Response) -> StatedTerms:
        return self._rules.stated(response)

    def refusal(self, response: Response, page: ArticlePage, job: ArticleJob) -> tuple[FetchResult, str] | None:
        """A publisher may reserve a page; and a stored article is not replaced by one to which its address leads."""
        if reserved := self._rules.forbidding(page.reserved):
            return FetchResult.RESERVED, f"reserved by the publisher: {', '.join(sorted(reserved))}"
        is_first = info_of_response(response).number == 1
        reason = other_article(job, page, self._discovery) if is_first else None
        return (FetchResult.FAILED, reason) if reason else None

    def canonical_ref(self, job: ArticleJob, page: ArticlePage) -> ArticleRef | None:
        """A new article gets the canonical address that its page states."""
        ref = page.own_ref
        return ref if ref is not None and job.known is None and ref.id != job.address.id else None

    def take(self, visit: Visit) -> Iterator[Visit]:
        """Hold the visit of a page that was read; yield the visits of which it is clear by now what they are."""
        if visit.result is not FetchResult.READ or visit.article is None:
            yield visit
            return
        state = self._context.run.state
        if state.is_forgotten(visit.address.id):  # requested under another address than its own
            yield without_record(visit, FetchResult.ALIAS, "another address of a forgotten article")
            return
        original = state.original(bytes.fromhex(visit.article.content_hash))
        if original and state.is_forgotten(original):  # its headline is not remembered either
            yield visit
            return
        yield from self._visits.take(visit)

    def release(self) -> Iterator[Visit]:
        """Yield the visits that are held, because no further article is on its way."""
        yield from self._visits.release()
        self._context.facts[TEXTS] = encoded(self._visits.remembered)

    @cached_property
    def _visits(self) -> VisitJudge:
        state, stats = self._context.run.state, self._context.stats

        def note_wall(article: Article) -> None:
            stats.walls[(article.body or "")[:_EXCERPT]] += 1

        return VisitJudge(
            remembered_texts(state),
            is_stored=lambda id_: state.article(id_) is not None,
            must_exist=lambda visit: visit.known is not None or stats.asked_for_urls,
            on_wall=note_wall,
        )
