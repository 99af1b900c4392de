"""Ending a crawl early, soon and cleanly: what waits is cancelled, what is under way may finish for a while."""

from collections.abc import Callable

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.defer import deferred_from_coro
from twisted.python.failure import Failure

#: Seconds that requests under way have to finish after a stop. With the time that publishing takes the process is gone
#: within the ten seconds that service managers and container runtimes commonly give.
PATIENCE = 6.0


request_cancelled = object()  #: signal: a request will not be sent
run_stopping = object()  #: signal: the run is to end soon, so nothing is to be waited for


class RunStopped(IgnoreRequest):
    """The run ends before this request was sent; it stays pending."""


def cancel_waiting(crawler: Crawler, error: Exception, which: Callable[[Request], bool] = lambda _: True) -> None:
    """Fail every request that waits for its turn in the downloader, whatever the delay; or only some.

    There are few: what is in the downloader keeps one of the places of CONCURRENT_REQUESTS.
    """
    for slot in crawler.engine.downloader.slots.values():
        for _ in range(len(slot.queue)):
            request, waiting = slot.queue.popleft()
            if not which(request):
                slot.queue.append((request, waiting))
                continue
            crawler.signals.send_catch_log(request_cancelled, request=request)
            waiting.errback(Failure(error))  # type: ignore[no-untyped-call]


def _let_go(crawler: Crawler) -> None:
    """Nothing waits any more: not in line, and not for a better time."""
    crawler.signals.send_catch_log(run_stopping)
    cancel_waiting(crawler, RunStopped("the run was stopped"))


def stop(crawler: Crawler, reason: str) -> None:
    """End the crawl from inside, as nothing more can be done."""
    _let_go(crawler)
    deferred_from_coro(crawler.engine.close_spider_async(reason=reason))


def let_go_at_closing(crawler: Crawler) -> None:
    """Have nothing wait any more once the engine closes the spider, whoever asks for that, as CLOSESPIDER_TIMEOUT."""
    engine = crawler.engine
    close_spider_async = engine.close_spider_async

    async def close_promptly(*, reason: str = "cancelled") -> None:
        _let_go(crawler)
        await close_spider_async(reason=reason)

    engine.close_spider_async = close_promptly  # type: ignore[method-assign]


def make_stop_prompt(crawler: Crawler, call_later: Callable[..., object], force: Callable[[], object]) -> None:
    """Have the crawler end within `PATIENCE` seconds when it is told to stop, as by a signal.

    Scrapy lets each waiting request take its turn first: with a delay of four seconds that was 85 seconds.
    """
    stop_async = crawler.stop_async

    async def stop_promptly() -> None:
        if crawler.crawling:
            call_later(PATIENCE, force)
            _let_go(crawler)
        await stop_async()

    crawler.stop_async = stop_promptly  # type: ignore[method-assign]
