"""What the article crawler yields for a response."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response
from scrapy.settings import Settings

from ecnscrawl.context import context_of
from ecnscrawl.frontier.records import CacheValidators, PendingArticle
from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.spiders.ecns import EcnsSpider
from ecnscrawl.visits import Outcome, Visit
from tests.samples import Begin, address, article, known

PAGE = b"<html><h1>A ferry</h1><p>It was late.</p></html>"
FIRST_DAY = int(datetime.min.replace(tzinfo=UTC).timestamp())  # begins before the year 1 by the clock of the site


@pytest.fixture
def spider(begin: Begin) -> EcnsSpider:
    """A spider as a crawl since November has it."""
    settings = Settings()
    settings.setmodule("ecnscrawl.settings")
    crawler = Crawler(EcnsSpider, settings)
    context_of(crawler).use(begin())
    return EcnsSpider.from_crawler(crawler, arguments=Arguments(since=datetime(2026, 11, 1, tzinfo=UTC)))


def outputs(response: Response) -> list[Any]:
    """What the callback of a response's request yields."""

    async def collected() -> list[Any]:
        assert response.request is not None
        return [each async for each in cast("AsyncIterator[Any]", cast(Any, response.request.callback)(response))]

    return asyncio.run(collected())


def answered(request: Request, *, status: int = 200, body: bytes = PAGE) -> HtmlResponse:
    return HtmlResponse(request.url, status=status, body=body, request=request)


def test_a_page_becomes_a_visit(spider: EcnsSpider) -> None:
    (request,) = spider.articles.request_article(address(), "world")
    (visit,) = outputs(answered(request))
    assert isinstance(visit, Visit)
    assert (visit.outcome, visit.listing) == (Outcome.READ, "world")
    assert visit.article is not None
    assert visit.source is not None
    assert (visit.article.title, visit.source.body) == ("A ferry", PAGE)


def test_an_article_whose_time_cannot_be_judged_is_a_failure_and_not_the_end_of_its_callback(
    spider: EcnsSpider,
) -> None:
    (request,) = spider.articles.request_article(address(), None)
    context_of(spider.crawler).run.state.mark_pending(
        PendingArticle(address().id, address().url, None, 0, 1, published_at=FIRST_DAY, published_precision="day")
    )
    (visit,) = outputs(answered(request))
    assert (visit.outcome, visit.reasons, visit.article) == (Outcome.FAILED, ["cannot be read: OverflowError"], None)


def test_a_stored_article_whose_pages_all_answered_304_is_unchanged(spider: EcnsSpider) -> None:
    stored = known(article(), parts=(CacheValidators(address().url, '"1"'),))
    context_of(spider.crawler).run.state.store(stored, None, None)
    (request,) = spider.articles.request_article(address(), None, force=True)
    (visit,) = outputs(answered(request, status=304, body=b""))
    assert visit.outcome is Outcome.UNCHANGED


def test_an_article_of_two_pages_is_read_from_both(spider: EcnsSpider) -> None:
    (request,) = spider.articles.request_article(address(), None)
    first = PAGE.replace(b"<html>", b"<html><script>detail-ihtest1-p2.shtml</script>")
    (second,) = outputs(answered(request, body=first))
    (visit,) = outputs(answered(second, body=PAGE.replace(b"It was late.", b"It came at noon.")))
    assert visit.article.body == "It was late.\n\nIt came at noon."
