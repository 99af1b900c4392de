"""AutoThrottle, but never faster than robots.txt asks for."""

from time import monotonic

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response

_CRAWL_DELAY = "crawl_delay"


def keep_apart(crawler: Crawler, request: Request, seconds: float) -> None:
    """Have requests of one request's place in line be so far apart for the rest of the run, at least."""
    downloader = crawler.engine.downloader
    name = downloader.get_slot_key(request)
    # A slot that was idle for a minute is made anew, of these.
    settings = downloader.per_slot_settings.setdefault(name, {})
    settings["delay"] = max(seconds, settings.get("delay", downloader._delay))
    settings[_CRAWL_DELAY] = max(seconds, settings.get(_CRAWL_DELAY, 0.0))
    if slot := downloader.slots.get(name):
        slot.delay = max(seconds, slot.delay)


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
        if slot and name in (settings := self.crawler.engine.downloader.per_slot_settings):
            slot.delay = max(slot.delay, settings[name].get(_CRAWL_DELAY, 0.0))
