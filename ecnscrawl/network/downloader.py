"""Scrapy's downloader, with a shorter way through the downloader middlewares and its queue.

Scrapy makes a coroutine of what each method of a middleware returns, and awaits it. A request and its response pass
some twenty methods, and nearly all of them return at once. It also makes a task for each download.
"""

from collections.abc import Callable, Coroutine
from inspect import isawaitable
from time import monotonic
from typing import Any

from scrapy import Request, signals
from scrapy.core.downloader import Downloader
from scrapy.core.downloader.middleware import DownloaderMiddlewareManager
from scrapy.crawler import Crawler
from scrapy.exceptions import _InvalidOutput
from scrapy.http import Response
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred


class DirectMiddlewares(DownloaderMiddlewareManager):
    """Scrapy's middlewares. It awaits only what can be awaited."""

    async def _process_request(
        self, request: Request, download_func: Callable[[Request], Coroutine[Any, Any, Response]]
    ) -> Response | Request:
        for method in self.methods["process_request"]:
            found = self._handle_mw_method(method, request=request)  # type: ignore[arg-type]
            if found is None:
                continue
            found = await awaited(found)
            if found is None:
                continue
            if not isinstance(found, Response | Request):
                raise _InvalidOutput(f"{method} must return None, a Response or a Request, and not {type(found)}")
            return found
        return await download_func(request)

    async def _process_response(self, response: Response | Request, request: Request) -> Response | Request:
        if isinstance(response, Request):
            return response
        for method in self.methods["process_response"]:
            found = self._handle_mw_method(method, request=request, response=response)  # type: ignore[arg-type]
            if not isinstance(found, Response | Request):
                found = await awaited(found)
            if isinstance(found, Request):
                return found
            if not isinstance(found, Response):
                raise _InvalidOutput(f"{method} must return a Response or a Request, and not {type(found)}")
            response = found
        return response


class DirectDownloader(Downloader):
    """Scrapy's downloader with these middlewares. A request that need not wait for others skips the queue."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.middleware = DirectMiddlewares(*self.middleware.middlewares, crawler=crawler)

    async def _enqueue_request(self, request: Request) -> Response:
        key, slot = self._get_slot(request)
        if slot.delay or slot.latercall or slot.queue or slot.free_transfer_slots() <= 0:
            return await super()._enqueue_request(request)
        request.meta[self.DOWNLOAD_SLOT] = key
        slot.active.add(request)
        self.signals.send_catch_log(signals.request_reached_downloader, request=request, spider=self.crawler.spider)
        slot.lastseen = monotonic()
        try:
            return await self._download(slot, request)
        finally:
            slot.active.remove(request)


async def awaited(found: Any) -> Any:
    if isinstance(found, Deferred):
        found = maybe_deferred_to_future(found)
    return await found if isawaitable(found) else found
