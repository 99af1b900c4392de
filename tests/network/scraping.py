"""Scrapy's scraper and ours, each opened for a spider, without an engine and without network."""

from typing import Any, cast

from scrapy import Request, Spider
from scrapy.core.scraper import Scraper
from scrapy.crawler import Crawler
from scrapy.utils.test import get_crawler

from ecnscrawl.network.scraper import DirectScraper

URL = "https://www.example.org/"


class Engine:
    """Keeps the requests to crawl."""

    def __init__(self) -> None:
        self.found: list[Any] = []

    def crawl(self, request: Request) -> None:
        self.found.append((request.url, request.headers.to_string()))

    async def close_spider_async(self, *, reason: str) -> None:
        self.found.append(reason)


def crawler_with(settings: dict[str, Any]) -> Crawler:
    """A crawler with a spider. It processes one item at a time, with no middleware but those of the settings."""
    crawler = get_crawler(Spider, {"CONCURRENT_ITEMS": 1, "SPIDER_MIDDLEWARES_BASE": {}, **settings})
    crawler.spider = Spider.from_crawler(crawler, "one")
    crawler._engine = Engine()  # type: ignore[assignment]
    return crawler


async def opened(crawler: Crawler, *, is_ours: bool = True) -> Scraper:
    scraper = Scraper(crawler)
    await scraper.open_spider_async()
    return DirectScraper(scraper) if is_ours else scraper


def requested(crawler: Crawler) -> list[Any]:
    """The requests that were given to the engine, and the reasons to close the spider."""
    return cast(Engine, crawler.engine).found
