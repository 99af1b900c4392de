"""Stop a crawl early: cancel the requests that wait, and let those under way finish for a few seconds."""

import signal
from collections.abc import Callable
from functools import partial
from typing import Any

import scrapy.crawler
from scrapy import Request
from scrapy.crawler import Crawler, CrawlerProcessBase
from scrapy.utils.defer import deferred_from_coro
from scrapy.utils.ossignal import install_shutdown_handlers
from twisted.python.failure import Failure

from ecnscrawl.network.exceptions import RunStopped

#: Seconds that requests under way have to finish after a stop. With the time for publishing, the process ends within
#: the ten seconds that service managers and container runtimes commonly grant.
STOP_TIMEOUT = 6.0


request_cancelled = object()  #: signal: a request that waited in the downloader was cancelled
host_left = object()  #: signal: a host gets no more requests in this run
storage_has_room = object()  #: signal: what was stored has been written, so that further requests may be made
run_stopping = object()  #: signal: the run ends soon, so no component may wait any longer
run_lost = object()  #: signal: the site may belong to another worker, so requests under way are to be aborted
run_closing = object()  #: signal, awaited: the spider is closed next, so this is the last time to send items


def cancel_waiting(crawler: Crawler, error: Exception, which: Callable[[Request], bool] = lambda _: True) -> None:
    """Call the errback with `error` for each request in the downloader's queues for which `which` is true.

    The queues are short: they hold at most CONCURRENT_REQUESTS requests together.
    """
    for slot in crawler.engine.downloader.slots.values():
        for _ in range(len(slot.queue)):
            request, waiting = slot.queue.popleft()
            if not which(request):
                slot.queue.append((request, waiting))
                continue
            crawler.signals.send_catch_log(request_cancelled, request=request)
            waiting.errback(Failure(error))  # type: ignore[no-untyped-call]


def _cancel_all_waiting(crawler: Crawler) -> None:
    """Cancel all requests that wait, in the downloader's queues or for the end of a pause."""
    crawler.signals.send_catch_log(run_stopping)
    cancel_waiting(crawler, RunStopped("the run was stopped"))


def stop(crawler: Crawler, reason: str) -> None:
    """End the crawl; `reason` becomes Scrapy's finish reason."""
    _cancel_all_waiting(crawler)
    deferred_from_coro(crawler.engine.close_spider_async(reason=reason))


def abandon(crawler: Crawler, reason: str) -> None:
    """End the crawl at once, without waiting for requests under way; `reason` becomes Scrapy's finish reason."""
    crawler.signals.send_catch_log(run_lost)
    stop(crawler, reason)


def cancel_waiting_on_close(crawler: Crawler) -> None:
    """Cancel all waiting requests when the engine closes the spider for any reason, for example CLOSESPIDER_TIMEOUT."""
    engine = crawler.engine
    close_spider_async = engine.close_spider_async

    async def cancel_and_close(*, reason: str = "cancelled") -> None:
        _cancel_all_waiting(crawler)
        await crawler.signals.send_catch_log_async(run_closing)
        await close_spider_async(reason=reason)

    engine.close_spider_async = cancel_and_close  # type: ignore[method-assign]


def limit_stop_time(
    crawler: Crawler,
    call_later: Callable[..., object],
    force: Callable[[], object],
    seconds: float = STOP_TIMEOUT,
) -> None:
    """Make the crawler end within so many seconds of a request to stop, such as a signal.

    Scrapy sends each waiting request first: with a delay of four seconds, that took 85 seconds. `call_later(seconds,
    force)` must schedule `force`, which ends the process's event loop.
    """
    stop_async = crawler.stop_async

    async def cancel_and_stop() -> None:
        if crawler.crawling:
            call_later(seconds, force)
            _cancel_all_waiting(crawler)
        await stop_async()

    crawler.stop_async = cancel_and_stop  # type: ignore[method-assign]


def call_on_signal(process: CrawlerProcessBase, action: Callable[[], None]) -> None:
    """Call `action` at once when the process gets a signal to stop, also while the event loop waits for something."""
    shutdown = process._signal_shutdown

    def act(number: int, frame: Any) -> None:
        action()
        shutdown(number, frame)

    process._signal_shutdown = act  # type: ignore[method-assign, assignment]


def keep_ignored_interrupts() -> None:
    """Keep ignoring SIGINT if the parent process set this, as `nohup` does. Scrapy would stop on it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        scrapy.crawler.install_shutdown_handlers = partial(install_shutdown_handlers, override_sigint=False)  # type: ignore[attr-defined]
