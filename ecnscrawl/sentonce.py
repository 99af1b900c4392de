"""Scrapy's own download handler, but that nothing is sent a second time behind its back."""

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler


class SentOnceDownloadHandler(HTTP11DownloadHandler):
    """Twisted repeats a request at once when a kept connection closes: without the delay, uncounted, unseen."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool.retryAutomatically = False  # trying again is the backoff middleware's matter
