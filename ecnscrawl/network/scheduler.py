"""Hold requests that must wait, so that they do not block others."""

from collections import Counter
from heapq import heappop, heappush
from itertools import count
from time import monotonic
from typing import Any

from scrapy import Request, Spider
from scrapy.core.scheduler import Scheduler
from scrapy.utils.asyncio import CallLaterResult, call_later

from ecnscrawl.context import context_of
from ecnscrawl.monitoring.stats import HoldReason
from ecnscrawl.network.http import host_of
from ecnscrawl.network.request_info import info_of, update_info
from ecnscrawl.network.shutdown import host_left, storage_has_room

_ROOM_SECONDS = 5.0  # the engine looks again by itself after so long, and the wait is shown for as long


class HoldingScheduler(Scheduler):
    """Scrapy's scheduler that also holds requests until `RequestInfo.not_before`, and while their host is paused.

    A request that has left the scheduler uses one of the few places of CONCURRENT_REQUESTS until its response arrives.
    """

    def open(self, spider: Spider) -> Any:
        assert self.crawler is not None
        self._context = context_of(self.crawler)
        self._hosts = self._context.hosts
        self._held: list[tuple[float, int, Request]] = []  # a heap of (time, number, request)
        self._numbers = count()
        self._queued: Counter[str] = Counter()  # by host: requests in Scrapy's queues
        self._alarm: CallLaterResult | None = None
        self._alarm_at = 0.0
        self.crawler.signals.connect(self.release_held, host_left)
        self.crawler.signals.connect(self._note_room, storage_has_room)
        self._lacks_room = False
        return super().open(spider)

    def close(self, reason: str) -> Any:
        self._held.clear()
        self._silence()
        return super().close(reason)

    def __len__(self) -> int:
        return len(self._held) + super().__len__()

    def enqueue_request(self, request: Request) -> bool:
        host = host_of(request)
        due = info_of(request).not_before or 0.0
        if due and not self._hosts.is_left(host) and due > monotonic():
            heappush(self._held, (due, next(self._numbers), request))
            self._wake_at(self._held[0][0], "a retry")
            return True
        if not super().enqueue_request(request):
            return False
        self._queued[host] += 1
        return True

    def next_request(self) -> Request | None:
        now = monotonic()
        if not self._context.has_room:
            self._lacks_room = True
            self._context.stats.current_wait = HoldReason("the database", now + _ROOM_SECONDS)
            return None
        while self._held and self._held[0][0] <= now:
            self.enqueue_request(heappop(self._held)[2])
        if self._held:
            self._wake_at(self._held[0][0], "a retry")
        while not self._all_paused(now):
            request = super().next_request()
            if request is None:
                return None
            host = host_of(request)
            self._queued[host] -= 1
            if not self._queued[host]:
                del self._queued[host]
            until = self._hosts.due_at(host)
            if until <= now:
                update_info(request, is_scheduled=True)  # it may come back here, if its host is paused meanwhile
                return request
            update_info(request, not_before=until)  # another host's turn
            self.enqueue_request(request)
        return None

    def release_held(self) -> None:
        """Release held requests to a host that was given up: the downloader middleware drops them."""
        held, self._held = self._held, []
        for _, _, request in held:
            self.enqueue_request(request)
        self._wake()

    def _note_room(self) -> None:
        if self._lacks_room:
            self._lacks_room = False
            self._wake()

    def _all_paused(self, now: float) -> bool:
        """Whether all queued requests are for paused hosts. If so, wakes the engine when the first pause ends."""
        first = self._hosts.first_due_at(self._queued)
        if first <= now:
            return False
        self._wake_at(first, "the site (Retry-After)")
        return True

    def _wake_at(self, when: float, what: str) -> None:
        """Wake the engine at this time. By itself it looks for requests only every five seconds."""
        if self._alarm and self._alarm_at <= when:
            return
        self._silence()
        self._alarm_at = when
        self._alarm = call_later(max(0.0, when - monotonic()), self._wake)
        self._context.stats.current_wait = HoldReason(what, when)

    def _wake(self) -> None:
        self._silence()
        if self.crawler and self.crawler.engine and self.crawler.engine._slot:
            self.crawler.engine._slot.nextcall.schedule()

    def _silence(self) -> None:
        if self._alarm:
            self._alarm.cancel()
            self._alarm = None
