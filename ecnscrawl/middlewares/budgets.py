"""End a run, or stop following a listing, that exceeds its budget of requests, redirects or bytes."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from ecnscrawl.context import context_of
from ecnscrawl.frontier.budgets import ListingBudgets
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.network.exceptions import RequestDropped, RunStopped
from ecnscrawl.network.request_info import RequestKind, info_of
from ecnscrawl.network.shutdown import request_cancelled, stop
from ecnscrawl.rendering.subrequests import drop_abandoned


class BudgetMiddleware:
    """Refuses requests beyond a budget; their articles stay pending. It comes last, so it counts what is sent."""

    def __init__(self, crawler: Crawler, settings: BaseSettings) -> None:
        self._crawler = crawler
        names = ("RUN_MAX_REQUESTS", "RUN_MAX_REDIRECTS", "RUN_MAX_BYTES")
        self._most = {name: most for name in names if (most := settings.getint(name))}
        crawler.signals.connect(self.request_cancelled, request_cancelled)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler, crawler.settings)

    def _budgets_of(self, request: Request) -> tuple[str, ListingBudgets] | None:
        """Return the listing of a request, and the budgets; None for a request without a listing."""
        listing = info_of(request).listing
        return (listing, context_of(self._crawler).budgets) if listing else None

    def process_request(self, request: Request) -> None:
        drop_abandoned(self._crawler, request)  # its page may have been closed while it waited for robots.txt
        stats = context_of(self._crawler).stats
        if name := self._overspent(stats):
            stop(self._crawler, name)
            raise RunStopped(f"{name} is reached")
        if found := self._budgets_of(request):
            self._check_listing(request, *found)
        if "redirect_times" in request.meta:
            stats.redirects += 1

    def _check_listing(self, request: Request, listing: str, budgets: ListingBudgets) -> None:
        info = info_of(request)
        if info.kind is not RequestKind.RECHECK and budgets.is_left(listing, is_left_over=info.is_left_over):
            raise RunStopped(f"the last links of listing {listing} all led nowhere")
        if not budgets.may_send(listing):
            raise RequestDropped(f"listing {listing} has taken all of its LISTING_MAX_REQUESTS")

    def _overspent(self, stats: RunStats) -> str | None:
        spent = {
            "RUN_MAX_REQUESTS": stats.requests,
            "RUN_MAX_REDIRECTS": stats.redirects,
            "RUN_MAX_BYTES": stats.bytes_received,
        }
        return next((name for name, most in self._most.items() if spent[name] >= most), None)

    def request_cancelled(self, request: Request) -> None:
        """Undo the count of a request that was cancelled before it was sent."""
        if found := self._budgets_of(request):
            listing, budgets = found
            budgets.take_back(listing)
        if "redirect_times" in request.meta:
            context_of(self._crawler).stats.redirects -= 1
