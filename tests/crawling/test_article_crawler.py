"""What comes of one article where its pages have come."""

from datetime import UTC, datetime

import pytest
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from ecnscrawl.context import context_of
from ecnscrawl.crawling.article_job import ArticleJob
from ecnscrawl.frontier.records import CacheValidators, PendingArticle
from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.ecns import EcnsPage
from ecnscrawl.spiders.ecns import EcnsSpider
from ecnscrawl.visits import Outcome, Visit
from tests.samples import Begin, address


@pytest.fixture
def spider(begin: Begin) -> EcnsSpider:
    """The spider of a run of the test's folder."""
    crawler = Crawler(EcnsSpider, Settings())
    context_of(crawler).use(begin())
    made = EcnsSpider(arguments=Arguments(since=datetime(2026, 11, 1, tzinfo=UTC)))
    made.crawler = crawler
    return made


def test_an_article_whose_time_cannot_be_judged_is_a_failure_and_not_the_end_of_its_callback(
    spider: EcnsSpider,
) -> None:
    first = datetime.min.replace(tzinfo=UTC)  # its day begins before the year 1 by the clock of the site
    pending = PendingArticle(
        address().id, address().url, None, 0, 1, published_at=int(first.timestamp()), published_precision="day"
    )
    job = ArticleJob(address(), None, pending=pending)
    source = Source(address().url, b"<html><h1>A ferry</h1><p>It was late.</p></html>")
    job.add(1, source, EcnsPage(source), CacheValidators(source.url))
    (visit,) = spider._go_on(job)
    assert isinstance(visit, Visit)
    assert (visit.outcome, visit.reasons, visit.article) == (Outcome.FAILED, ["cannot be read: OverflowError"], None)
