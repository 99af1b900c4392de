"""Ends what does not end by itself: a run, or a listing in it, that takes more than a run ever should."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from ecnscrawl.context import context_of
from ecnscrawl.frontier.budgets import ListingBudgets
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.network.exceptions import RequestDropped, RunStopped
from ecnscrawl.network.shutdown import request_cancelled, stop
from ecnscrawl.rendering.subrequests import drop_abandoned


class BudgetMiddleware:
    """Stands last before the network, so that what it counts is what is sent. What it refuses stays pending."""

    def __init__(self, crawler: Crawler, settings: BaseSettings) -> None:
        self._crawler = crawler
        names = ("RUN_MAX_REQUESTS", "RUN_MAX_REDIRECTS", "RUN_MAX_BYTES")
        self._most = {name: most for name in names if (most := settings.getint(name))}
        crawler.signals.connect(self.request_cancelled, request_cancelled)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler, crawler.settings)

    @property
    def _listings(self) -> ListingBudgets | None:
        return getattr(self._crawler.spider, "budgets", None)

    def process_request(self, request: Request) -> None:
        drop_abandoned(request)  # its page may have been closed while it waited for robots.txt
        stats = context_of(self._crawler).stats
        if name := self._overspent(stats):
            stop(self._crawler, name)
            raise RunStopped(f"{name} is reached")
        listing, budgets = request.meta.get("listing"), self._listings
        is_left_over = request.meta.get("is_left_over", False)
        is_of_stored = request.meta.get("kind") == "recheck"
        if listing and budgets and not is_of_stored and budgets.is_left(listing, is_left_over=is_left_over):
            raise RunStopped(f"the last links of listing {listing} all led nowhere")
        if listing and budgets and not budgets.may_send(listing):
            raise RequestDropped(f"listing {listing} has taken all of its LISTING_MAX_REQUESTS")
        if "redirect_times" in request.meta:
            stats.redirects += 1

    def _overspent(self, stats: RunStats) -> str | None:
        spent = {
            "RUN_MAX_REQUESTS": stats.requests,
            "RUN_MAX_REDIRECTS": stats.redirects,
            "RUN_MAX_BYTES": stats.bytes_received,
        }
        return next((name for name, most in self._most.items() if spent[name] >= most), None)

    def request_cancelled(self, request: Request) -> None:
        """It will be sent later, or never."""
        listing, budgets = request.meta.get("listing"), self._listings
        if listing and budgets:
            budgets.take_back(listing)
        if "redirect_times" in request.meta:
            context_of(self._crawler).stats.redirects -= 1
