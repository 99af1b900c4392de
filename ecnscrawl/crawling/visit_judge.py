"""Decide what a page was that a site without a profile called an article: one, another address of one, or none.

A crawl and a re-extraction decide by the same rules, so that the archive of a crawl makes the records of the crawl.
"""

from collections.abc import Callable, Iterator

from ecnscrawl.crawling.article_job import ArticleJob
from ecnscrawl.crawling.repeated_bodies import RepeatedBodies
from ecnscrawl.frontier.records import other_address_reason
from ecnscrawl.frontier.remembered_texts import RememberedTexts
from ecnscrawl.items import Article
from ecnscrawl.reading.article_page import ArticlePage
from ecnscrawl.sites.discovery import Discovery
from ecnscrawl.visits import FetchResult, Visit

SAME_TEXT = "shows the same text as other addresses, as a cookie or login wall does"


class VisitJudge:
    """Holds the newest visits until it is clear that their text is not that of every address."""

    def __init__(
        self,
        before: RememberedTexts,
        *,
        is_stored: Callable[[str], bool],
        must_exist: Callable[[Visit], bool] = lambda _: False,
        on_wall: Callable[[Article], None] = lambda _: None,
    ) -> None:
        """`before` is what earlier runs remember.

        `is_stored` says whether an article is stored under an id. Where `must_exist` holds, a page that is no article
        is a failure. `on_wall` is called with each page that is a wall.
        """
        self._bodies = RepeatedBodies(before)
        self._is_stored = is_stored
        self._must_exist = must_exist
        self._on_wall = on_wall
        self._yielded: set[str] = set()  #: ids of the articles that were passed on

    @property
    def remembered(self) -> RememberedTexts:
        """What later runs are to compare with."""
        return self._bodies.remembered

    def take(self, visit: Visit) -> Iterator[Visit]:
        """Hold the visit of a page that was read; yield the visits of which it is clear by now what they are."""
        for each in self._bodies.hold(visit):
            yield self._decided(each)

    def release(self) -> Iterator[Visit]:
        """Yield the visits that are held, because no further article is on its way."""
        for each in self._bodies.release():
            yield self._decided(each)

    def _decided(self, visit: Visit) -> Visit:
        assert visit.article is not None
        if self._bodies.is_wall(visit):
            self._on_wall(visit.article)
            return without_record(visit, FetchResult.FAILED, SAME_TEXT)
        if visit.reasons:
            result = FetchResult.FAILED if self._must_exist(visit) else FetchResult.NO_ARTICLE
            return without_record(visit, result, f"no article: {visit.reasons[0]}")
        id_ = visit.address.id
        if visit.requested and (id_ in self._yielded or self._is_stored(id_)):
            return without_record(visit, FetchResult.ALIAS, other_address_reason(visit.address.url))
        self._yielded.add(id_)
        return visit


def other_article(job: ArticleJob, page: ArticlePage, discovery: Discovery | None) -> str | None:
    """Return why a stored article is not replaced by its first page: the address leads to another one by now."""
    url = page.source.url
    if job.known and discovery and discovery.is_other_article(job.address, url, page.own_ref):
        return f"redirected to {url}"
    return None


def without_record(visit: Visit, result: FetchResult, reason: str) -> Visit:
    """Return the visit as one of the address that was requested, from which nothing is stored."""
    visit.result, visit.reasons, visit.article = result, [reason], None
    visit.address, visit.requested = visit.requested or visit.address, None
    return visit
