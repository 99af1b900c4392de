"""Scrapy's scraper, with a shorter way from a response through the spider to the pipelines.

Scrapy makes three tasks, a queue and a dozen asynchronous generators for each response, most of them only to look at
each request and item that the spider yields. Its own middlewares do that one by one, so a loop is enough.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from inspect import isasyncgen, isawaitable
from itertools import count
from typing import Any, Self

from scrapy import Request, signals
from scrapy.core.scraper import Scraper
from scrapy.core.spidermw import SpiderMiddlewareManager
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.pipelines import ItemPipelineManager
from scrapy.spidermiddlewares.base import BaseSpiderMiddleware
from scrapy.utils.asyncgen import as_async_generator
from scrapy.utils.defer import ensure_awaitable
from scrapy.utils.log import failure_to_exc_info
from scrapy.utils.spider import iterate_spider_output
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from ecnscrawl.network.downloader import awaited

logger = logging.getLogger(__name__)

#: What a middleware makes of one request or item, None if it drops it; and the place of the middleware after it.
Step = tuple[Callable[[Any, Response], Any], int]

_END = object()  #: after all that the spider yields
TURN = 50  #: requests of one callback after which others get a turn of the event loop


class DirectScraping:
    """An extension: lets the engine use the scraper below."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls()
        extension.crawler = crawler
        crawler.signals.connect(extension.begin, signals.spider_opened)
        return extension

    crawler: Crawler

    def begin(self) -> None:
        """Called when the engine and its scraper exist."""
        engine = self.crawler.engine
        engine.scraper = DirectScraper(engine.scraper)


class DirectScraper(Scraper):
    """Scrapy's scraper, made from an existing one, with whose slot, middlewares and pipelines it works."""

    def __init__(self, scraper: Scraper) -> None:
        vars(self).update(vars(scraper))  # middlewares and pipelines must not be made twice
        is_serial = self.concurrent_items == 1  # else the user asks for Scrapy's own way
        self._steps = steps_of(self.spidermw) if is_serial else None

    def enqueue_scrape(self, result: Response | Failure, request: Request) -> Deferred[None]:
        if self.slot is None:
            raise RuntimeError("the spider is not open")
        done = self.slot.add_response_request(result, request)
        done.addErrback(_log_mistake, request)
        done.addCallback(self._finish, result, request)
        self._scrape_next()
        return done

    def _finish(self, _: object, result: Response | Failure, request: Request) -> None:
        assert self.slot is not None
        self.slot.finish_response(result, request)
        self._check_if_closing()

    async def call_spider_async(self, result: Response | Failure, request: Request) -> Any:
        """Call the spider at once. Scrapy waits for two turns of the event loop before."""
        if not isinstance(result, Response) or result.request is None or result.request.callback is None:
            return await super().call_spider_async(result, request)
        output = result.request.callback(result, **result.request.cb_kwargs)
        return output if isasyncgen(output) else await ensure_awaitable(iterate_spider_output(output))

    async def _scrape(self, result: Response | Failure, request: Request) -> None:
        if self._steps is None or not isinstance(result, Response):
            await super()._scrape(result, request)
            return
        try:
            output = await self.spidermw._process_spider_input(self.call_spider_async, result, request)
        except Exception as error:
            await self._recover(error, request, result)
            return
        outputs = output if isinstance(output, AsyncIterator) else as_async_generator(output)
        for number in count(1):
            place = 0
            try:
                each = await anext(outputs, _END)
                if each is _END:
                    return
                for step, place in self._steps:  # noqa: B007 - used where it fails
                    each = step(each, result)
                    if each is None:
                        break
            except Exception as error:
                await self._recover(error, request, result, place)
                return
            if not isinstance(each, Request) or number % TURN == 0:
                # First let all pages that have arrived be read: one kind of work after the other takes less time.
                await asyncio.sleep(0)
            await self._process_spidermw_output_async(each, result)

    async def _recover(self, error: Exception, request: Request, response: Response, place: int = 0) -> None:
        """Take what the middlewares from a place on make of an error of the spider or of a middleware, or log it."""
        try:
            recovered: AsyncIterator[Any] = self.spidermw._process_spider_exception(response, error, place)
        except Exception:
            self.handle_spider_error(Failure(), request, response)  # type: ignore[no-untyped-call]
        else:
            await self.handle_spider_output_async(recovered, request, response)


def steps_of(manager: SpiderMiddlewareManager) -> list[Step] | None:
    """Return what the middlewares do with one request or item, in their order.

    None if one of them must have all that the spider yields, as an iterable.
    """
    steps = []
    for place, middleware in enumerate(reversed(manager.middlewares), 1):
        if not hasattr(middleware, "process_spider_output"):
            continue
        own = getattr(type(middleware), "process_spider_output_async", None)
        if own is not BaseSpiderMiddleware.process_spider_output_async:
            return None
        steps.append((middleware._get_processed, place))
    return steps


def _log_mistake(failure: Failure, request: Request) -> None:
    logger.error("Scraper bug processing %s", request, exc_info=failure_to_exc_info(failure))


class DirectPipelines(ItemPipelineManager):
    """Scrapy's item pipelines. It awaits only what can be awaited."""

    async def process_item_async(self, item: Any) -> Any:
        if self._mw_methods_requiring_spider:
            return await super().process_item_async(item)
        for method in self.methods["process_item"]:
            item = method(item)  # type: ignore[misc]
            if isawaitable(item):
                item = await awaited(item)
        return item
