"""Load those of Scrapy's middlewares that most crawls do not need only if a setting asks for them.

Cookies import requests by way of tldextract, a twentieth of a start. Each spider middleware is one more
call for each request and item.
"""

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from ecnscrawl.normalize.urls import MAX_LENGTH


class CookiesOnDemand:
    """Scrapy's CookiesMiddleware, if COOKIES_ENABLED says so."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> object:
        if not crawler.settings.getbool("COOKIES_ENABLED"):
            raise NotConfigured
        from scrapy.downloadermiddlewares.cookies import CookiesMiddleware  # noqa: PLC0415 - see above

        return CookiesMiddleware.from_crawler(crawler)


class DepthOnDemand:
    """Scrapy's DepthMiddleware, if a setting uses the depth of a request."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> object:
        settings = crawler.settings
        is_used = settings.getint("DEPTH_LIMIT") or settings.getint("DEPTH_PRIORITY")
        if not (is_used or settings.getbool("DEPTH_STATS_VERBOSE")):
            raise NotConfigured
        from scrapy.spidermiddlewares.depth import DepthMiddleware  # noqa: PLC0415 - see above

        return DepthMiddleware.from_crawler(crawler)


class UrlLengthOnDemand:
    """Scrapy's UrlLengthMiddleware, if URLLENGTH_LIMIT is less than the length that no request of ours exceeds."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> object:
        if crawler.settings.getint("URLLENGTH_LIMIT") >= MAX_LENGTH:
            raise NotConfigured
        from scrapy.spidermiddlewares.urllength import UrlLengthMiddleware  # noqa: PLC0415 - see above

        return UrlLengthMiddleware.from_crawler(crawler)
