"""The budgets of a run and its listings: which requests the middleware allows, and what it counts."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from ecnscrawl.context import CrawlContext, context_of
from ecnscrawl.middlewares.budgets import BudgetMiddleware
from ecnscrawl.network.exceptions import RequestDropped, RunStopped
from ecnscrawl.network.request_info import KEY, RequestInfo, RequestKind
from ecnscrawl.network.shutdown import request_cancelled, run_stopping
from ecnscrawl.spiders.ecns import EcnsSpider
from tests.samples import Begin

URL = "https://www.ecns.cn/world/"


class Downloader:
    """One in which nothing waits."""

    slots: dict[str, object] = {}  # noqa: RUF012


class Engine:
    """Notes why the crawl was closed."""

    def __init__(self) -> None:
        self.downloader = Downloader()
        self.reasons: list[str] = []

    async def close_spider_async(self, *, reason: str) -> None:
        self.reasons.append(reason)


class Crawl:
    """The middleware in a crawl with these settings, and its statistics."""

    def __init__(self, begin: Begin, **settings: int) -> None:
        limits = {"RUN_MAX_REQUESTS": 0, "RUN_MAX_REDIRECTS": 0, "RUN_MAX_BYTES": 0, "LISTING_MAX_REQUESTS": 0}
        self.crawler = Crawler(EcnsSpider, Settings(limits | settings))
        self.engine = Engine()
        self.crawler.engine = self.engine  # type: ignore[assignment]
        self.context.use(begin())
        self.middleware = BudgetMiddleware.from_crawler(self.crawler)

    @property
    def context(self) -> CrawlContext:
        return context_of(self.crawler)

    def ask(self, request: Request) -> None:
        self.middleware.process_request(request)

    def cancel(self, request: Request) -> None:
        self.crawler.signals.send_catch_log(request_cancelled, request=request)


CrawlWith = Callable[..., Crawl]


@pytest.fixture
def crawl_with(begin: Begin, folder: Path) -> CrawlWith:
    return lambda **settings: Crawl(begin, **settings)


def request(
    listing: str | None = "world", kind: RequestKind = RequestKind.ARTICLE, *, is_left_over: bool = False
) -> Request:
    return Request(URL, meta={KEY: RequestInfo(kind=kind, listing=listing, is_left_over=is_left_over)})


def redirected() -> Request:
    return Request(URL, meta={"redirect_times": 1})


def test_without_limits_everything_passes(crawl_with: CrawlWith) -> None:
    crawl = crawl_with()
    stats = crawl.context.stats
    stats.requests = stats.bytes_received = stats.redirects = 10**9
    for each in (request(), request(None), redirected()):
        crawl.ask(each)
    assert crawl.engine.reasons == []


LIMITS = {"RUN_MAX_REQUESTS": "requests", "RUN_MAX_REDIRECTS": "redirects", "RUN_MAX_BYTES": "bytes_received"}


@pytest.mark.parametrize(("name", "figure"), LIMITS.items(), ids=list(LIMITS))
def test_a_run_is_stopped_where_it_has_taken_all_that_it_may(crawl_with: CrawlWith, name: str, figure: str) -> None:
    crawl = crawl_with(**{name: 7})
    stopping: list[bool] = []

    def note() -> None:
        stopping.append(True)

    crawl.crawler.signals.connect(note, run_stopping)
    setattr(crawl.context.stats, figure, 6)
    crawl.ask(request())
    assert (stopping, crawl.engine.reasons) == ([], [])
    setattr(crawl.context.stats, figure, 7)

    async def ask_once_more() -> None:
        with pytest.raises(RunStopped, match=name):
            crawl.ask(request())
        await asyncio.sleep(0)  # lets the engine close

    asyncio.run(ask_once_more())
    assert (stopping, crawl.engine.reasons) == ([True], [name])


def test_each_redirect_is_counted_unless_it_is_cancelled(crawl_with: CrawlWith) -> None:
    crawl = crawl_with()
    for each in (redirected(), redirected(), request()):
        crawl.ask(each)
    assert crawl.context.stats.redirects == 2
    crawl.cancel(redirected())
    crawl.cancel(request(None))
    assert crawl.context.stats.redirects == 1


def sent(crawl: Crawl, each: Request, times: int = 100) -> int:
    for number in range(times):
        try:
            crawl.ask(each)
        except RequestDropped:
            return number
    return times


def test_a_listing_takes_no_more_than_its_budget_and_others_have_their_own(crawl_with: CrawlWith) -> None:
    crawl = crawl_with(LISTING_MAX_REQUESTS=60)
    assert sent(crawl, request()) == 60
    with pytest.raises(RequestDropped, match=r"listing world .* LISTING_MAX_REQUESTS"):
        crawl.ask(request())
    assert crawl.context.stats.overspent == {"world": 60}
    assert sent(crawl, request("business")) == 60
    assert sent(crawl, request(None)) == 100


def test_a_request_that_is_cancelled_is_taken_back(crawl_with: CrawlWith) -> None:
    crawl = crawl_with(LISTING_MAX_REQUESTS=60)
    assert sent(crawl, request(), 60) == 60
    crawl.cancel(request())
    crawl.cancel(request(None))
    assert sent(crawl, request()) == 1


def test_of_a_listing_that_is_left_only_stored_articles_are_requested(crawl_with: CrawlWith) -> None:
    crawl = crawl_with(LISTING_MAX_DEAD_LINKS=3)
    for _ in range(3):
        crawl.context.budgets.note_link("world", is_dead=True)
    with pytest.raises(RunStopped, match="listing world"):
        crawl.ask(request())
    crawl.ask(request(kind=RequestKind.RECHECK))
    crawl.ask(request(is_left_over=True))
    crawl.ask(request("business"))


def test_links_left_over_that_are_dead_end_only_the_asking_for_others_like_them(crawl_with: CrawlWith) -> None:
    crawl = crawl_with(LISTING_MAX_DEAD_LINKS=3)
    for _ in range(3):
        crawl.context.budgets.note_link("world", is_dead=True, is_left_over=True)
    with pytest.raises(RunStopped):
        crawl.ask(request(is_left_over=True))
    crawl.ask(request())


def test_a_subrequest_of_a_closed_page_is_dropped_and_not_counted(crawl_with: CrawlWith) -> None:
    crawl = crawl_with(LISTING_MAX_REQUESTS=60)
    crawl.context.closed_pages.add(5)
    for page, times in ((5, 0), (6, 60)):
        each = Request(URL, meta={KEY: RequestInfo(kind=RequestKind.RENDERING, listing="world", rendered_page=page)})
        assert sent(crawl, each) == times
