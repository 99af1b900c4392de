"""Retry failed requests after growing waits, pause a host by its Retry-After, and give up a host that always fails."""

from collections.abc import Coroutine
from datetime import UTC, datetime
from random import random
from time import monotonic
from typing import Any, Self, cast

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response
from scrapy.utils.asyncio import call_later
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.misc import load_object
from twisted.internet.defer import Deferred

from ecnscrawl.context import context_of
from ecnscrawl.monitoring.stats import HoldReason, RunStats
from ecnscrawl.network.exceptions import HostLeft, HostPaused, RunStopped
from ecnscrawl.network.failures import GONE_STATUSES, reason_of_error
from ecnscrawl.network.http import host_of, retry_after_seconds
from ecnscrawl.network.request_info import RequestKind, info_of, update_info
from ecnscrawl.network.shutdown import cancel_waiting, cancel_waiting_on_close, host_left, run_stopping
from ecnscrawl.rendering.request import is_for_browser
from ecnscrawl.rendering.subrequests import drop_abandoned, is_abandoned, page_closed

RETRY_AFTER_STATUSES = (429, 503)


def _is_of_a_page(request: Request) -> bool:
    """Whether a rendered page made the request. A hundred failures of one page say nothing about its host."""
    return info_of(request).kind is RequestKind.RENDERING


class BackoffMiddleware(RetryMiddleware):
    """Scrapy's retries with a wait before each. Informs the host policy about responses, failures and Retry-After.

    The scheduler holds requests that must wait (`RequestInfo.not_before`). A request that does not come from the
    scheduler, such as the one for robots.txt, waits here.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        if settings.getbool("RETRY_ENABLED"):
            super().__init__(settings)
        else:  # Retry-After is obeyed anyway
            self.retry_http_codes, self.exceptions_to_retry = set(), ()
        # Failures that count for the host policy, even without retries.
        self._failures = tuple(load_object(each) for each in settings.getlist("RETRY_EXCEPTIONS"))
        self.crawler = crawler
        self._context = context_of(crawler)
        self._hosts = self._context.hosts
        self._waiting: set[Deferred[None]] = set()
        self._is_stopping = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler)
        crawler.signals.connect(middleware.watch_closing, signals.spider_opened)
        crawler.signals.connect(middleware.wake_all, run_stopping)
        crawler.signals.connect(middleware.wake_all, host_left)
        crawler.signals.connect(middleware.wake_all, page_closed)
        return middleware

    @property
    def _stats(self) -> RunStats:
        return self._context.stats

    def process_request(self, request: Request) -> Request | Coroutine[Any, Any, Request | None] | None:
        drop_abandoned(self.crawler, request)
        if self._is_stopping:  # waiting requests have been cancelled, so no other one may start to wait
            raise RunStopped("the run was stopped")
        host = host_of(request)
        if self._hosts.is_left(host):
            raise HostLeft(f"{host} was left")
        due = self._due(request, host)
        if due > monotonic():
            return self._put_off(request, due)
        self._count_waits(request, host)
        return None

    def _due(self, request: Request, host: str) -> float:
        return self._hosts.due_at(host, info_of(request).not_before or 0.0)

    def _put_off(self, request: Request, due: float) -> Request | Coroutine[Any, Any, Request | None]:
        """Return a request to the scheduler if it came from there; else let it wait here."""
        return request.replace(dont_filter=True) if info_of(request).is_scheduled else self._wait(request, due)

    async def _wait(self, request: Request, due: float) -> Request | None:
        host = host_of(request)
        while due > (now := monotonic()):
            if self._is_stopping:
                raise RunStopped("the run was stopped")
            self._stats.current_wait = HoldReason(
                f"{host} (robots.txt)" if info_of(request).kind is RequestKind.ROBOTS else host, due
            )
            over: Deferred[None] = Deferred()
            self._waiting.add(over)
            alarm = call_later(due - now, self._wake, over)
            await maybe_deferred_to_future(over)
            alarm.cancel()
            drop_abandoned(self.crawler, request)
            if self._hosts.is_left(host):
                raise HostLeft(f"{host} was left")
            due = self._due(request, host)
        self._count_waits(request, host)
        return None

    def _wake(self, over: "Deferred[None]") -> None:
        if over in self._waiting:
            self._waiting.remove(over)
            over.callback(None)

    def watch_closing(self) -> None:
        """Cancel waiting requests when the engine closes the spider. Called when the engine exists."""
        cancel_waiting_on_close(self.crawler)

    def wake_all(self, signal: object = None) -> None:
        """Wake all requests that wait here, so that each checks again whether it must wait."""
        self._is_stopping = self._is_stopping or signal is run_stopping
        for over in list(self._waiting):
            self._wake(over)

    def _count_waits(self, request: Request, host: str) -> None:
        """Count waits that are over, for the report."""
        info = info_of(request)
        if info.not_before is not None:
            self._stats.waited_for["retry"] += info.backoff
            update_info(request, not_before=None, backoff=0.0)
        if seconds := self._hosts.end_pause(host, monotonic()):
            self._stats.waited_for["retry_after"] += seconds

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        if is_for_browser(request):  # its document had a request of its own, which was checked
            return response
        status = response.status
        if status < 400 or status in GONE_STATUSES:
            if not _is_of_a_page(request):
                self._hosts.note_answer(host_of(request))
            return response
        if status in RETRY_AFTER_STATUSES:
            self._heed_retry_after(request, response)
        self._note_failure(request, f"HTTP {status}")
        return super().process_response(request, response)

    def process_exception(self, request: Request, exception: Exception) -> Request | None:  # type: ignore[override]
        if isinstance(exception, HostPaused):
            return request.replace(dont_filter=True)
        if is_for_browser(request):
            return None
        if isinstance(exception, self._failures):
            self._note_failure(request, reason_of_error(exception))
        return cast("Request | None", super().process_exception(request, exception))

    def _heed_retry_after(self, request: Request, response: Response) -> None:
        """Pause a host by its Retry-After, and cancel its requests that already wait in the downloader."""
        header = (response.headers.get(b"Retry-After") or b"").decode("latin-1")
        seconds = retry_after_seconds(header, datetime.now(UTC))
        if seconds is None:
            return
        host, now = host_of(request), monotonic()
        self._hosts.pause(host, now, seconds)
        self._stats.current_wait = HoldReason("the site (Retry-After)", self._hosts.due_at(host))
        cancel_waiting(self.crawler, HostPaused(f"{host} asked to be left alone"), lambda each: host_of(each) == host)

    def _note_failure(self, request: Request, reason: str) -> None:
        if _is_of_a_page(request):
            return
        host = host_of(request)
        if self._hosts.note_failure(host, reason, is_retry="retry_times" in request.meta):
            self._stats.hosts_left[host] = self._hosts.left[host]
            cancel_waiting(self.crawler, HostLeft(f"{host} was left"), lambda each: host_of(each) == host)
            self.crawler.signals.send_catch_log(host_left)

    def _retry(self, request: Request, reason: Any) -> Request | None:
        again = None if is_abandoned(self.crawler, request) else super()._retry(request, reason)
        if again is None:
            return None
        seconds = self._hosts.retry_delay(again.meta["retry_times"], chance=random())  # noqa: S311 - no secret
        update_info(again, not_before=monotonic() + seconds, backoff=seconds)
        self._stats.retries += 1
        return again
