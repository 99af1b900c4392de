"""Decide what a page of a site without a profile is: an article, of which address, or none, and may it be stored."""

from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

import msgspec
from scrapy.http import Response

from ecnscrawl.context import CrawlContext
from ecnscrawl.crawling.article_job import ArticleJob
from ecnscrawl.crawling.publisher_rules import PublisherRules
from ecnscrawl.crawling.repeated_bodies import Remembered, RepeatedBodies
from ecnscrawl.frontier.base import State
from ecnscrawl.frontier.records import other_address_reason
from ecnscrawl.pages.base import Page
from ecnscrawl.pages.not_articles import why_no_article
from ecnscrawl.sites.discovery import Discovery
from ecnscrawl.visits import FetchResult, Visit

BODIES = "bodies"  #: the name under which the state keeps what it remembers of texts
SAME_TEXT = "shows the same text as other addresses, as a cookie or login wall does"
_EXCERPT = 80  # letters of a wall's text in the report


class ArticleJudge:
    """Changes the visits of pages that are no articles of their own, so that none of them is stored."""

    def __init__(self, context: CrawlContext, discovery: Discovery, rules: PublisherRules) -> None:
        self._context = context
        self._discovery = discovery
        self._rules = rules
        self._bodies: RepeatedBodies | None = None
        self._yielded: set[str] = set()  #: ids of the articles that this run has passed on

    def reservation(self, response: Response, page: Page) -> str | None:
        """Return why the publisher does not want a page to be stored; None if it may be."""
        reserved = self._rules.forbidding(response, page.document)
        return f"reserved by the publisher: {', '.join(sorted(reserved))}" if reserved else None

    def other_article(self, job: ArticleJob, page: Page) -> str | None:
        """Return why a page is not that of a stored article: a redirect led to it, and it has an address of its own."""
        if job.known is None:
            return None
        arrived, own = self._discovery.article_ref(page.document.url), self._discovery.canonical_ref(page)
        if any(ref is None or _is_same_path(ref.url, job.address.url) for ref in (arrived, own)):
            return None
        return f"redirected to {page.document.url}"

    def rename(self, job: ArticleJob, page: Page) -> None:
        """Let a new article have the canonical address that its page states, and remember the requested one."""
        ref = self._discovery.canonical_ref(page)
        if ref is not None and job.known is None and ref.id != job.address.id:
            job.requested, job.address = job.address, ref

    def examine(self, visit: Visit, page: Page) -> None:
        """Note in a visit why its page, the first of the article, is none."""
        if visit.article is not None and (reason := why_no_article(page.document, visit.article)):
            visit.reasons = [reason]

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
        self._context.facts[BODIES] = _encoded(self._repeated.remembered)

    @property
    def _repeated(self) -> RepeatedBodies:
        if self._bodies is None:
            self._bodies = RepeatedBodies(_remembered(self._context.run.state.get_meta(BODIES)))
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


def _is_same_path(one: str, other: str) -> bool:
    """Return whether two addresses differ only in scheme, host and a final slash, as after a move of the site."""
    first, second = urlsplit(one), urlsplit(other)
    return (first.path.rstrip("/"), first.query) == (second.path.rstrip("/"), second.query)


def forget_texts(state: State, urls: Collection[str]) -> None:
    """Remove the headlines of the articles at these addresses from what the state remembers of texts."""
    there = _remembered(state.get_meta(BODIES))
    recent = [each for each in there.recent if each[1] not in urls]
    if len(recent) < len(there.recent):
        state.set_meta(BODIES, _encoded(Remembered(there.walls, recent)))


def _encoded(remembered: Remembered) -> str:
    return msgspec.json.encode(remembered).decode()


def _remembered(text: object) -> Remembered:
    try:
        return msgspec.json.decode(str(text or "{}"), type=Remembered)
    except msgspec.MsgspecError:  # damaged; this run begins anew
        return Remembered()


def _without_record(visit: Visit, result: FetchResult, reason: str) -> Visit:
    """Return the visit as one of the address that was requested, from which nothing is stored."""
    visit.result, visit.reasons, visit.article = result, [reason], None
    visit.address, visit.requested = visit.requested or visit.address, None
    return visit
