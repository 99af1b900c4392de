"""Decide what a page of a site without a profile is: an article, of which address, or none, and may it be stored."""

from collections.abc import Iterator

from scrapy.http import Response

from ecnscrawl.context import CrawlContext
from ecnscrawl.crawling.article_job import ArticleJob
from ecnscrawl.crawling.page_judge import PageJudge
from ecnscrawl.crawling.publisher_rules import PublisherRules
from ecnscrawl.crawling.repeated_bodies import RepeatedBodies
from ecnscrawl.frontier.records import other_address_reason
from ecnscrawl.frontier.remembered_texts import TEXTS, encoded, remembered_texts
from ecnscrawl.network.request_info import info_of_response
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.reservations import StatedTerms
from ecnscrawl.reading.article_page import ArticlePage
from ecnscrawl.sites.discovery import Discovery
from ecnscrawl.visits import FetchResult, Visit

SAME_TEXT = "shows the same text as other addresses, as a cookie or login wall does"
_EXCERPT = 80  # letters of a wall's text in the report


class ArticleJudge(PageJudge):
    """Changes the visits of pages that are no articles of their own, so that none of them is stored."""

    def __init__(self, context: CrawlContext, discovery: Discovery, rules: PublisherRules) -> None:
        self._context = context
        self._discovery = discovery
        self._rules = rules
        self._bodies: RepeatedBodies | None = None
        self._yielded: set[str] = set()  #: ids of the articles that this run has passed on

    def url_of(self, response: Response, requested: str) -> str:  # noqa: ARG002 - another page may have answered
        return response.url

    def stated(self, response: Response) -> StatedTerms:
        return self._rules.stated(response)

    def refusal(self, response: Response, page: ArticlePage, job: ArticleJob) -> tuple[FetchResult, str] | None:
        """A publisher may reserve a page; and a stored article is not replaced by one to which its address leads."""
        if reserved := self._rules.forbidding(page.reserved):
            return FetchResult.RESERVED, f"reserved by the publisher: {', '.join(sorted(reserved))}"
        is_first, url = info_of_response(response).number == 1, page.source.url
        if is_first and job.known and self._discovery.is_other_article(job.address, url, page.own_ref):
            return FetchResult.FAILED, f"redirected to {page.source.url}"
        return None

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
            yield _without_record(visit, FetchResult.ALIAS, "another address of a forgotten article")
            return
        original = state.original(bytes.fromhex(visit.article.content_hash))
        if original and state.is_forgotten(original):  # its headline is not remembered either
            yield visit
            return
        for each in self._repeated.hold(visit):
            yield self._decided(each)

    def release(self) -> Iterator[Visit]:
        """Yield the visits that are held, because no further article is on its way."""
        for each in self._repeated.release():
            yield self._decided(each)
        self._context.facts[TEXTS] = encoded(self._repeated.remembered)

    @property
    def _repeated(self) -> RepeatedBodies:
        if self._bodies is None:
            self._bodies = RepeatedBodies(remembered_texts(self._context.run.state))
        return self._bodies

    def _decided(self, visit: Visit) -> Visit:
        assert visit.article is not None
        if self._repeated.is_wall(visit):
            self._context.stats.walls[(visit.article.body or "")[:_EXCERPT]] += 1
            return _without_record(visit, FetchResult.FAILED, SAME_TEXT)
        if visit.reasons:
            must_exist = visit.known is not None or self._context.stats.asked_for_urls
            result = FetchResult.FAILED if must_exist else FetchResult.NO_ARTICLE
            return _without_record(visit, result, f"no article: {visit.reasons[0]}")
        id_ = visit.address.id
        if visit.requested and (id_ in self._yielded or self._context.run.state.article(id_) is not None):
            return _without_record(visit, FetchResult.ALIAS, other_address_reason(visit.address.url))
        self._yielded.add(id_)
        return visit


def _without_record(visit: Visit, result: FetchResult, reason: str) -> Visit:
    """Return the visit as one of the address that was requested, from which nothing is stored."""
    visit.result, visit.reasons, visit.article = result, [reason], None
    visit.address, visit.requested = visit.requested or visit.address, None
    return visit
