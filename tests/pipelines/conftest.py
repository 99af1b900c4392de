"""Pipelines as a crawl builds them, on a run of the test."""

from collections.abc import Callable

import pytest
from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor, is_reactor_installed

from ecnscrawl.context import context_of
from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.pipelines.store import StorePipeline
from ecnscrawl.spiders.ecns import EcnsSpider
from ecnscrawl.storage.run_settings import RunSettings
from tests.samples import Begin

HOUR = 3600


@pytest.fixture
def store(begin: Begin) -> Callable[[], StorePipeline]:
    """Makes the store of a further run of the test's folder."""
    if not is_reactor_installed():
        install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")

    def make() -> StorePipeline:
        settings = Settings({"PENDING_ATTEMPTS": 3, "PENDING_BACKOFF": HOUR})
        crawler = Crawler(EcnsSpider, settings)
        context_of(crawler).use(begin(run_settings=RunSettings(recheck_ages=(HOUR, 3 * HOUR, 9 * HOUR))))
        crawler.spider = EcnsSpider(arguments=Arguments())
        return StorePipeline.from_crawler(crawler)

    return make
