"""Load Scrapy's cookies only if they are on: they import requests by way of tldextract, a twentieth of a start."""

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured


class CookiesOnDemand:
    """Scrapy's CookiesMiddleware, if COOKIES_ENABLED says so."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> object:
        if not crawler.settings.getbool("COOKIES_ENABLED"):
            raise NotConfigured
        from scrapy.downloadermiddlewares.cookies import CookiesMiddleware  # noqa: PLC0415 - see above

        return CookiesMiddleware.from_crawler(crawler)
