"""A response passes the spider, its middlewares and the pipelines as with Scrapy's own scraper."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from scrapy import Request, Spider, signals
from scrapy.core.scraper import Scraper
from scrapy.exceptions import CloseSpider, DropItem
from scrapy.http import Response
from scrapy.spidermiddlewares.base import BaseSpiderMiddleware
from scrapy.spidermiddlewares.httperror import HttpErrorMiddleware
from scrapy.spidermiddlewares.referer import RefererMiddleware
from scrapy.utils.test import get_crawler
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from ecnscrawl.network.scraper import DirectPipelines, steps_of
from tests.network.scraping import URL, crawler_with, opened, requested

#: Of a pipeline of a user, which works with ours as with Scrapy's.
pytestmark = pytest.mark.filterwarnings("ignore:.*DeferredPipeline.process_item returned a Deferred")


def items(_: object) -> list[Any]:
    return [{"n": 1}, Request(f"{URL}a"), {"n": 2}, {"n": "drop"}, None]


def generator(_: object) -> Iterator[Any]:
    yield {"n": 1}
    yield Request(f"{URL}a")


async def async_generator(_: object) -> AsyncIterator[Any]:
    yield Request(f"{URL}b")
    await asyncio.sleep(0)
    yield {"n": 3}


async def coroutine(_: object) -> list[Any]:
    return [{"n": 4}]


def nothing(_: object) -> None:
    return None


def one(_: object) -> dict[str, int]:
    return {"n": 5}


def fails(_: object) -> None:
    raise ValueError("at once")


async def fails_later(_: object) -> AsyncIterator[Any]:
    yield {"n": 6}
    raise ValueError("later")


def closes(_: object) -> Iterator[Any]:
    yield {"n": 7}
    raise CloseSpider("enough")


CALLBACKS = [items, generator, async_generator, coroutine, nothing, one, fails, fails_later, closes]


class Recovering:
    """Makes an item of an error of the spider."""

    def process_spider_exception(self, response: Response, exception: Exception) -> Any:
        return [{"recovered": str(exception)}]


class AsyncRecovering:
    async def process_spider_exception(self, response: Response, exception: Exception) -> AsyncIterator[Any]:
        yield {"recovered later": str(exception)}


class Declining:
    def process_spider_exception(self, response: Response, exception: Exception) -> None:
        return None


class Refusing:
    """Does not let the spider see a response."""

    def process_spider_input(self, response: Response) -> None:
        raise ValueError("refused")


class Marking(BaseSpiderMiddleware):
    """Changes requests, and drops an item."""

    def get_processed_request(self, request: Request, response: Response | None) -> Request | None:
        return None if request.url.endswith("b") else request.replace(headers={"Seen": "yes"})

    def get_processed_item(self, item: Any, response: Response | None) -> Any:
        return None if item == {"n": 1} else item


class Failing(BaseSpiderMiddleware):
    """Cannot take an item."""

    def get_processed_item(self, item: Any, response: Response | None) -> Any:
        if item == {"n": 2}:
            raise ValueError("no 2")
        return item


class Counting:
    """Takes all that the spider yields, and adds its number."""

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        number = 0
        async for each in result:
            number += 1
            yield each
        yield {"number": number}


MIDDLEWARES: dict[str, list[type]] = {
    "none": [],
    "recovering": [Recovering],
    "recovering later": [AsyncRecovering],
    "declining": [Declining],
    "refusing": [Refusing],
    "refusing and recovering": [Recovering, Refusing],
    "marking": [Marking],
    "marking after recovering": [Marking, Recovering],
    "recovering after marking": [Recovering, Marking],
    "taking all": [Counting, Marking],
    "failing after recovering": [Failing, Recovering],
    "recovering after failing": [Recovering, Failing],
    "Scrapy's": [HttpErrorMiddleware, RefererMiddleware],
}


class Pipeline:
    """Keeps what it gets, and drops an item."""

    seen: list[Any]

    def process_item(self, item: Any) -> Any:
        self.seen.append(item)
        if item == {"n": "drop"}:
            raise DropItem("dropped")
        return item


class LaterPipeline(Pipeline):
    async def process_item(self, item: Any) -> Any:
        await asyncio.sleep(0)
        if item == {"n": 2}:
            raise ValueError("no 2 is wanted")
        return {**item, "later": True}


class DeferredPipeline(Pipeline):
    """Returns a Deferred that fires later, as many pipelines of users do."""

    def process_item(self, item: Any) -> Any:
        later: Deferred[Any] = Deferred()
        result = Failure(ValueError("no 5 is wanted")) if item.get("n") == 5 else {**item, "deferred": True}  # type: ignore[no-untyped-call]
        asyncio.get_running_loop().call_soon(later.callback, result)
        return later


def outcome(
    is_ours: bool, callback: Callable[..., Any], errback: Callable[..., Any] | None, chain: list[type], result: Any
) -> tuple[list[Any], list[Any], dict[str, list[Any]]]:
    """What is requested, what the first pipeline gets, and which signals are sent: of items, and of errors.

    Scrapy may process an item only when the spider has failed after it.
    """
    seen: list[Any] = []
    sent: dict[str, list[Any]] = {"item": [], "spider": []}
    first = type("First", (Pipeline,), {"seen": seen})
    settings = {
        "CONCURRENT_ITEMS": 1,
        "ITEM_PIPELINES": {first: 1, LaterPipeline: 2, DeferredPipeline: 3},
        "SPIDER_MIDDLEWARES_BASE": {},
        "SPIDER_MIDDLEWARES": {each: number for number, each in enumerate(chain)},
        **({"ITEM_PROCESSOR": DirectPipelines} if is_ours else {}),
    }

    def note(signal: str) -> Callable[..., None]:
        def noted(item: Any = None, exception: Any = None, failure: Any = None) -> None:
            sent[signal.partition("_")[0]].append((signal, item, str(exception or (failure and failure.value))))

        kept.append(noted)
        return noted

    kept: list[object] = []

    async def run() -> list[Any]:
        crawler = crawler_with(settings)
        for name in ("item_scraped", "item_dropped", "item_error", "spider_error"):
            crawler.signals.connect(note(name), getattr(signals, name))
        used = await opened(crawler, is_ours=is_ours)
        request = Request(URL, callback=callback, errback=errback)
        done = used.enqueue_scrape(result(), request)
        while not done.called:
            await asyncio.sleep(0)
        assert used.slot is not None
        assert used.slot.is_idle()
        assert used.slot.active_size == 0
        return requested(crawler)

    return asyncio.run(run()), seen, sent


def page() -> Response:
    return Response(URL, body=b"a page")


def missing() -> Response:
    return Response(URL, status=404)


def failed() -> Failure:
    return Failure(ConnectionError("no connection"))  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("callback", CALLBACKS)
@pytest.mark.parametrize("chain", MIDDLEWARES.values(), ids=MIDDLEWARES)
def test_a_response_is_handled_as_by_scrapy(callback: Callable[..., Any], chain: list[type]) -> None:
    assert outcome(True, callback, None, chain, page) == outcome(False, callback, None, chain, page)


@pytest.mark.parametrize("result", [missing, failed])
@pytest.mark.parametrize("errback", [None, *CALLBACKS])
@pytest.mark.parametrize("name", ["none", "recovering", "marking", "Scrapy's"])
def test_a_failure_is_handled_as_by_scrapy(
    errback: Callable[..., Any] | None, name: str, result: Callable[[], Any]
) -> None:
    chain = MIDDLEWARES[name]
    assert outcome(True, one, errback, chain, result) == outcome(False, one, errback, chain, result)


def test_middlewares_that_take_all_that_a_spider_yields_are_left_to_scrapy() -> None:
    crawler = get_crawler(Spider, {"SPIDER_MIDDLEWARES_BASE": {}, "SPIDER_MIDDLEWARES": {Counting: 1}})
    assert steps_of(Scraper(crawler).spidermw) is None
