"""Count requests, responses, bytes and errors for the run's report."""

from time import monotonic
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.signalmanager import SignalManager
from twisted.python.failure import Failure

from ecnscrawl.context import context_of
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.network.request_info import info_of, update_info
from ecnscrawl.network.shutdown import request_cancelled


class StatisticsExtension:
    """Counts what the pipelines do not see: requests, responses, bytes, and unexpected errors."""

    def __init__(self, stats: RunStats, signal_manager: SignalManager) -> None:
        self._stats = stats
        signal_manager.connect(self.count_request, signals.request_reached_downloader)
        signal_manager.connect(self.take_back_request, request_cancelled)
        signal_manager.connect(self.count_response, signals.response_downloaded)
        signal_manager.connect(self.count_bytes, signals.bytes_received)
        signal_manager.connect(self.count_error, signals.spider_error)
        signal_manager.connect(self.count_error, signals.item_error)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(context_of(crawler).stats, crawler.signals)

    def count_request(self, request: Request) -> None:
        self._stats.requests += 1
        self._stats.kinds[info_of(request).kind] += 1
        update_info(request, queued_at=monotonic())

    def take_back_request(self, request: Request) -> None:
        """Undo the count of a request that was cancelled while it waited in the downloader."""
        self._stats.requests -= 1
        self._stats.kinds[info_of(request).kind] -= 1

    def count_response(self, response: Response, request: Request) -> None:
        seconds = request.meta.get("download_latency", 0.0)
        now = monotonic()
        in_line = now - (info_of(request).queued_at or now) - seconds
        self._stats.add_response(request.url, response.status, seconds, max(0.0, in_line))

    def count_bytes(self, data: bytes) -> None:
        self._stats.bytes_received += len(data)

    def count_error(self, failure: Failure) -> None:
        self._stats.errors[type(failure.value).__name__] += 1
