"""The settings that replace some of Scrapy's own, against the Scrapy that is installed."""

from scrapy.settings.default_settings import (
    DOWNLOADER_MIDDLEWARES_BASE,
    EXTENSIONS_BASE,
    SPIDER_MIDDLEWARES_BASE,
)

from ecnscrawl import settings

LEFT_OUT = {
    "scrapy.extensions.telnet.TelnetConsole",
    "scrapy.extensions.remote_control.RemoteControl",
    "scrapy.extensions.feedexport.FeedExporter",
    "scrapy.extensions.throttle.AutoThrottle",
}


def test_all_extensions_of_scrapy_run_but_for_four() -> None:
    """A release of Scrapy that adds an extension, or moves one, fails here: decide whether it should run."""
    assert set(EXTENSIONS_BASE) - set(settings.EXTENSIONS_BASE) == LEFT_OUT
    assert {name: EXTENSIONS_BASE[name] for name in settings.EXTENSIONS_BASE} == settings.EXTENSIONS_BASE


def test_all_downloader_middlewares_of_scrapy_are_there_but_for_cookies_and_proxies() -> None:
    """Ours loads Scrapy's own where cookies are on; that of proxies is a subclass of Scrapy's."""
    ours = {
        "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": "ecnscrawl.middlewares.on_demand.CookiesOnDemand",
        "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": "ecnscrawl.middlewares.proxy.ProxyMiddleware",
    }
    left_out = {name for name in DOWNLOADER_MIDDLEWARES_BASE if name not in settings.DOWNLOADER_MIDDLEWARES_BASE}
    assert left_out == set(ours)
    assert DOWNLOADER_MIDDLEWARES_BASE.items() >= settings.DOWNLOADER_MIDDLEWARES_BASE.items()
    for scrapys, own in ours.items():
        assert DOWNLOADER_MIDDLEWARES_BASE[scrapys] == settings.DOWNLOADER_MIDDLEWARES[own]


def test_the_spider_middlewares_of_scrapy_are_there_but_for_four() -> None:
    """Two of these are loaded where a setting asks for them, and the others do nothing for our spiders."""
    left_out = set(SPIDER_MIDDLEWARES_BASE) - set(settings.SPIDER_MIDDLEWARES_BASE)
    assert {name.rpartition(".")[2] for name in left_out} == {
        "StartSpiderMiddleware", "UrlLengthMiddleware", "DepthMiddleware", "MetaCopyDetectionMiddleware"
    }  # fmt: skip
    assert SPIDER_MIDDLEWARES_BASE.items() >= settings.SPIDER_MIDDLEWARES_BASE.items()
    ours = {name.rpartition(".")[2]: order for name, order in settings.SPIDER_MIDDLEWARES.items()}
    orders = {name.rpartition(".")[2]: order for name, order in SPIDER_MIDDLEWARES_BASE.items()}
    assert ours["UrlLengthOnDemand"] == orders["UrlLengthMiddleware"]
    assert ours["DepthOnDemand"] == orders["DepthMiddleware"]
