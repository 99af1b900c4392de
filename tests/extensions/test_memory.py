"""Memory is released as soon as nothing needs it."""

import gc
import weakref
from collections.abc import Iterator

import pytest
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from ecnscrawl.extensions.memory import MemoryTrimExtension


@pytest.fixture
def without_collector() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


def handle_item(crawler: Crawler, response: Response) -> None:
    """Handle an item as `Scraper.start_itemproc_async` does, in whose frame the log keeps the exception."""
    try:
        raise DropItem("unchanged")
    except DropItem as error:
        log = {"response": response, "args": error}
        crawler.signals.send_catch_log(signals.item_dropped, item=log, response=response, spider=None, exception=error)


@pytest.mark.usefixtures("without_collector")
def test_the_response_of_a_dropped_item_is_released_without_a_collection() -> None:
    crawler = get_crawler()
    extension = MemoryTrimExtension.from_crawler(crawler)
    response = Response("https://www.ecns.cn/")
    released = weakref.ref(response)
    handle_item(crawler, response)
    del response
    assert extension
    assert released() is None
