"""AutoThrottle that keeps at least the Crawl-delay of robots.txt."""

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response

from ecnscrawl.context import context_of


def set_crawl_delay(crawler: Crawler, request: Request, seconds: float) -> float:
    """Set the minimum delay, in seconds, for the request's downloader slot for the rest of the run.

    Return the delay that is used, which is at most CRAWL_DELAY_MAX.
    """
    downloader = crawler.engine.downloader
    name = downloader.get_slot_key(request)
    kept = context_of(crawler).hosts.set_crawl_delay(name, seconds)
    # Scrapy drops a slot that was idle for a minute, and creates it again from these settings.
    settings = downloader.per_slot_settings.setdefault(name, {})
    settings["delay"] = max(kept, settings.get("delay", downloader._delay))
    if slot := downloader.slots.get(name):
        slot.delay = max(kept, slot.delay)
    return kept


class ThrottleExtension(AutoThrottle):
    """AutoThrottle with a minimum delay for each host. Scrapy's own has one for all hosts, DOWNLOAD_DELAY."""

    def _response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        super()._response_downloaded(response, request, spider)
        name, slot = self._get_slot(request, spider)
        if slot and name:
            slot.delay = max(slot.delay, context_of(self.crawler).hosts.least_delay(name))
