"""Requests, responses and errors are counted by Scrapy's signals."""

import pytest
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.python.failure import Failure

from ecnscrawl.context import context_of
from ecnscrawl.extensions.statistics import StatisticsExtension
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.network.shutdown import request_cancelled
from ecnscrawl.spiders.ecns import EcnsSpider

REQUEST = Request("https://www.ecns.cn/world/")


@pytest.fixture
def crawler() -> Crawler:
    return Crawler(EcnsSpider, Settings())


@pytest.fixture
def stats(crawler: Crawler) -> RunStats:
    """The statistics that the extension counts in."""
    crawler.extension_of_the_test = StatisticsExtension.from_crawler(crawler)  # type: ignore[attr-defined]
    return context_of(crawler).stats


def test_a_request_that_was_cancelled_is_not_counted(crawler: Crawler, stats: RunStats) -> None:
    for _ in range(3):
        crawler.signals.send_catch_log(signals.request_reached_downloader, request=REQUEST, spider=None)
    crawler.signals.send_catch_log(request_cancelled, request=REQUEST)
    assert (stats.requests, sum(stats.kinds.values())) == (2, 2)


def test_responses_are_counted_by_status_with_their_bytes(crawler: Crawler, stats: RunStats) -> None:
    crawler.signals.send_catch_log(signals.request_reached_downloader, request=REQUEST, spider=None)
    crawler.signals.send_catch_log(signals.bytes_received, data=b"12345", request=REQUEST, spider=None)
    crawler.signals.send_catch_log(signals.bytes_received, data=b"678", request=REQUEST, spider=None)
    response = Response(REQUEST.url, status=304)
    crawler.signals.send_catch_log(signals.response_downloaded, response=response, request=REQUEST, spider=None)
    assert (stats.statuses, stats.bytes_received) == ({"304": 1}, 8)
    assert [url for _, url in stats.slowest] == [REQUEST.url]


def test_unexpected_errors_of_spider_and_pipelines_are_counted_by_their_names(
    crawler: Crawler, stats: RunStats
) -> None:
    failure = Failure(AttributeError("no_such_attribute"))  # type: ignore[no-untyped-call]
    for signal in (signals.spider_error, signals.item_error, signals.item_error):
        crawler.signals.send_catch_log(signal, failure=failure, response=None, spider=None)
    assert stats.errors == {"AttributeError": 3}
