"""Scrapy's cookies are loaded where they are on."""

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.cookies import CookiesMiddleware
from scrapy.exceptions import NotConfigured
from scrapy.utils.misc import build_from_crawler

from ecnscrawl.middlewares.cookies import CookiesOnDemand


def test_cookies_are_scrapys_own_where_they_are_on() -> None:
    crawler = Crawler(Spider, {"COOKIES_ENABLED": True})
    assert isinstance(build_from_crawler(CookiesOnDemand, crawler), CookiesMiddleware)


def test_cookies_are_off_where_they_are_off() -> None:
    with pytest.raises(NotConfigured):
        build_from_crawler(CookiesOnDemand, Crawler(Spider, {"COOKIES_ENABLED": False}))
