"""Log the progress of a crawl every LOGSTATS_INTERVAL seconds, if the log has more than warnings."""

import logging
from time import monotonic
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from ecnscrawl.context import context_of
from ecnscrawl.extensions.progress import line_parts, rest_parts
from ecnscrawl.monitoring.outlook import Pace

logger = logging.getLogger(__name__)

_PACE_INTERVAL = 5.0  # seconds between two looks at the pace


class ProgressLogExtension:
    """Logs the parts of the progress line at the level INFO."""

    def __init__(self, crawler: Crawler, interval: float) -> None:
        self._crawler = crawler
        self._interval = interval
        self._pace = Pace()
        self._started = self._logged = monotonic()
        self._timer = create_looping_call(self.look)
        crawler.signals.connect(self.begin, signals.spider_opened)
        crawler.signals.connect(self.end, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        interval = crawler.settings.getfloat("LOGSTATS_INTERVAL")
        verbose = logging.getLevelName(crawler.settings["LOG_LEVEL"])
        if interval <= 0 or not isinstance(verbose, int) or verbose > logging.INFO:
            raise NotConfigured
        return cls(crawler, interval)

    def begin(self) -> None:
        """Start looking."""
        self._timer.start(min(_PACE_INTERVAL, self._interval), now=True)

    def end(self) -> None:
        """Stop looking."""
        if self._timer.running:
            self._timer.stop()

    def look(self) -> None:
        """Note the pace, and log the line if it is time."""
        stats, now = context_of(self._crawler).stats, monotonic()
        self._pace.note(now, stats.statuses.total())
        if now - self._logged >= self._interval:
            self._logged = now
            parts = line_parts(stats, now - self._started, None, rest_parts(stats, self._pace, now))
            logger.info("Progress: %s", ", ".join(parts))
