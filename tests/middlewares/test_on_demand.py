"""Those of Scrapy's middlewares that most crawls do not need are loaded where a setting asks for them."""

from typing import Any

import pytest
from scrapy import Spider
from scrapy.downloadermiddlewares.cookies import CookiesMiddleware
from scrapy.exceptions import NotConfigured
from scrapy.spidermiddlewares.depth import DepthMiddleware
from scrapy.spidermiddlewares.urllength import UrlLengthMiddleware
from scrapy.utils.misc import build_from_crawler
from scrapy.utils.test import get_crawler

from ecnscrawl.middlewares.on_demand import CookiesOnDemand, DepthOnDemand, UrlLengthOnDemand
from ecnscrawl.normalize.urls import MAX_LENGTH

CASES: list[tuple[type, type, dict[str, Any], dict[str, Any]]] = [
    (CookiesOnDemand, CookiesMiddleware, {"COOKIES_ENABLED": True}, {"COOKIES_ENABLED": False}),
    (DepthOnDemand, DepthMiddleware, {"DEPTH_LIMIT": 2}, {}),
    (DepthOnDemand, DepthMiddleware, {"DEPTH_PRIORITY": "-1"}, {"DEPTH_LIMIT": "0"}),
    (DepthOnDemand, DepthMiddleware, {"DEPTH_STATS_VERBOSE": True}, {"DEPTH_STATS_VERBOSE": "0"}),
    (UrlLengthOnDemand, UrlLengthMiddleware, {"URLLENGTH_LIMIT": MAX_LENGTH - 1}, {"URLLENGTH_LIMIT": MAX_LENGTH}),
]


@pytest.mark.parametrize(("on_demand", "scrapys", "wanted", "unwanted"), CASES)
def test_scrapys_own_is_loaded_where_a_setting_asks_for_it(
    on_demand: type, scrapys: type, wanted: dict[str, Any], unwanted: dict[str, Any]
) -> None:
    assert isinstance(build_from_crawler(on_demand, get_crawler(Spider, wanted)), scrapys)
    with pytest.raises(NotConfigured):
        build_from_crawler(on_demand, get_crawler(Spider, unwanted))


def test_no_limit_of_length_loads_nothing_that_would_do_nothing() -> None:
    with pytest.raises(NotConfigured):
        build_from_crawler(UrlLengthOnDemand, get_crawler(Spider, {"URLLENGTH_LIMIT": 0}))
