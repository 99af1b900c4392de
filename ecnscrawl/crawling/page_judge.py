"""Decide whether the page of an article is one: always, on a site whose profile knows articles by their addresses."""

from collections.abc import Iterator

from scrapy.http import Response

from ecnscrawl.crawling.article_job import ArticleJob
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.reservations import StatedTerms
from ecnscrawl.reading.article_page import ArticlePage
from ecnscrawl.visits import FetchResult, Visit


class PageJudge:
    """Lets every page be the article that its address says. `ArticleJudge` looks at the page."""

    def url_of(self, response: Response, requested: str) -> str:  # noqa: ARG002 - ArticleJudge looks at it
        """Return the URL under which a page is read."""
        return requested

    def stated(self, response: Response) -> StatedTerms | None:  # noqa: ARG002 - as above
        """Return what the publisher states of a page in other places; None if a profile has looked at that."""
        return None

    def refusal(self, response: Response, page: ArticlePage, job: ArticleJob) -> tuple[FetchResult, str] | None:  # noqa: ARG002
        """Return result and reason if nothing of a page may be stored; None if it may be."""
        return None

    def canonical_ref(self, job: ArticleJob, page: ArticlePage) -> ArticleRef | None:  # noqa: ARG002
        """Return the other address under which the article is to be stored; None for the requested one."""
        return None

    def take(self, visit: Visit) -> Iterator[Visit]:
        """Take a visit that is over; yield those that can be stored now."""
        yield visit

    def release(self) -> Iterator[Visit]:
        """Yield the visits that are held, because no further article is on its way."""
        return iter(())
