"""Feeds after a forced stop, when Scrapy closes none of them."""

import asyncio
from pathlib import Path

import pytest
from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor, is_reactor_installed

from ecnscrawl.context import context_of
from ecnscrawl.extensions.feeds import FeedsExtension
from ecnscrawl.spiders.ecns import EcnsSpider


@pytest.fixture
def crawler(tmp_path: Path) -> Crawler:
    """A crawler with a feed that writes no file where there are no records."""
    if not is_reactor_installed():
        install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    settings = Settings()
    settings.setmodule("ecnscrawl.settings")
    settings.set("FEEDS", {str(tmp_path / "a.jsonl"): {"format": "jsonlines", "overwrite": True, "store_empty": False}})
    made = Crawler(EcnsSpider, settings)
    made.spider = EcnsSpider()
    return made


def test_a_feed_that_is_not_closed_is_not_finished(crawler: Crawler) -> None:
    extension = FeedsExtension.from_crawler(crawler)
    extension.open_spider(EcnsSpider())
    extension.give_up()
    assert context_of(crawler).stats.feed_failures == ["the feed a.jsonl is not finished"]


def test_a_feed_that_is_closed_without_records_is_finished(crawler: Crawler, tmp_path: Path) -> None:
    extension = FeedsExtension.from_crawler(crawler)

    async def run() -> None:
        extension.open_spider(EcnsSpider())
        await extension.close_spider(EcnsSpider())

    asyncio.run(run())
    extension.give_up()
    assert context_of(crawler).stats.feed_failures == []
    assert list(tmp_path.iterdir()) == []
