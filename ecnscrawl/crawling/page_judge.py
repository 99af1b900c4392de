"""Decide whether the page of an article is one: always, on a site whose profile knows articles by their addresses."""

from collections.abc import Iterator

from scrapy.http import Response

from ecnscrawl.crawling.article_job import ArticleJob
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.base import Page
from ecnscrawl.visits import FetchResult, Visit


class PageJudge:
    """Lets every page be the article that its address says. `ArticleJudge` looks at the page."""

    def url_of(self, response: Response, requested: str) -> str:  # noqa: ARG002 - ArticleJudge looks at it
        """Return the URL under which a page is read."""
        return requested

    def refusal(self, response: Response, page: Page, job: ArticleJob) -> tuple[FetchResult, str] | None:  # noqa: ARG002
        """Return result and reason if nothing of a page may be stored; None if it may be."""
        return None

    def canonical_ref(self, job: ArticleJob, page: Page) -> ArticleRef | None:  # noqa: ARG002
        """Return the other address under which the article is to be stored; None for the requested one."""
        return None

    def examine(self, visit: Visit, page: Page) -> None:
        """Note in a visit why its page, the first of the article, is no article."""

    def take(self, visit: Visit) -> Iterator[Visit]:
        """Take a visit that is over; yield those that can be stored now."""
        yield visit

    def release(self) -> Iterator[Visit]:
        """Yield the visits that are held, because no further article is on its way."""
        return iter(())
