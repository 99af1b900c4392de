"""A page too complex to parse counts as one that could not be fetched, for the crawler that has begun to read it."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any, cast

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse
from scrapy.settings import Settings
from scrapy.utils.asyncgen import as_async_generator

from ecnscrawl.context import context_of
from ecnscrawl.exceptions import TooComplex
from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.middlewares.unparsable import UnparsablePageMiddleware
from ecnscrawl.pages.limits import MAX_TAGS
from ecnscrawl.spiders.ecns import EcnsSpider
from ecnscrawl.visits import ListingRead, Outcome, Visit
from tests.samples import Begin, address

REASON = f"{MAX_TAGS + 6} tags"


@pytest.fixture
def spider(begin: Begin) -> EcnsSpider:
    """A spider as a crawl of one listing has it."""
    settings = Settings()
    settings.setmodule("ecnscrawl.settings")
    crawler = Crawler(EcnsSpider, settings)
    context_of(crawler).use(begin())
    return EcnsSpider.from_crawler(crawler, arguments=Arguments(sections=("world",)))


def results(request: Request) -> list[Any]:
    """What the spider yields for a request that is answered by a page of too many tags."""
    body = b"<html><body>" + b"<p>" * (MAX_TAGS + 2) + b"</body></html>"
    response = HtmlResponse(request.url, body=body, request=request)
    with pytest.raises(TooComplex) as raised:
        collected(cast(Any, request.callback)(response))
    return collected(UnparsablePageMiddleware().process_spider_exception(response, raised.value) or ())


def collected(outputs: Iterable[Any] | AsyncIterator[Any]) -> list[Any]:
    async def collect() -> list[Any]:
        return [each async for each in as_async_generator(outputs)]

    return asyncio.run(collect())


def test_an_article_too_complex_to_parse_has_failed(spider: EcnsSpider) -> None:
    (request,) = spider.articles.request_article(address(), None)
    (visit,) = results(request)
    assert isinstance(visit, Visit)
    assert (visit.outcome, visit.address, visit.reasons) == (Outcome.FAILED, address(), [REASON])


def test_a_listing_page_too_complex_to_parse_could_not_be_read(spider: EcnsSpider) -> None:
    (request,) = spider.listings.first_requests()
    (read,) = results(request)
    assert isinstance(read, ListingRead)
    assert (read.name, read.page, read.failure) == ("world", 1, REASON)
