"""AutoThrottle, but never faster than robots.txt asks for."""

from time import monotonic

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response

from ecnscrawl.context import context_of


def set_crawl_delay(crawler: Crawler, request: Request, seconds: float) -> float:
    """Keep requests of this request's downloader slot so many seconds apart, at least, for the rest of the run.

    Returns the delay that is kept, which CRAWL_DELAY_MAX bounds.
    """
    downloader = crawler.engine.downloader
    name = downloader.get_slot_key(request)
    kept = context_of(crawler).hosts.set_crawl_delay(name, seconds)
    # Scrapy makes a slot that was idle for a minute anew, from these settings.
    settings = downloader.per_slot_settings.setdefault(name, {})
    settings["delay"] = max(kept, settings.get("delay", downloader._delay))
    if slot := downloader.slots.get(name):
        slot.delay = max(kept, slot.delay)
    return kept


def delay_from_now(crawler: Crawler, request: Request) -> None:
    """Count the delay to a host's next request anew: the first one was held up by its connection's being made."""
    downloader = crawler.engine.downloader
    if slot := downloader.slots.get(downloader.get_slot_key(request)):
        slot.lastseen = monotonic()


class ThrottleExtension(AutoThrottle):
    """Scrapy's own knows one least delay for all hosts, DOWNLOAD_DELAY."""

    def _response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        super()._response_downloaded(response, request, spider)
        name, slot = self._get_slot(request, spider)
        if slot and name:
            slot.delay = max(slot.delay, context_of(self.crawler).hosts.least_delay(name))
