"""The base class of the news spiders.

How a page is read depends on the site's page class, how politely it is requested on the settings.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, ClassVar, Self, cast

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoaderProtocol
from twisted.python.failure import Failure

from ecnscrawl.configuration.renamed_settings import adopt_old_names
from ecnscrawl.context import context_of
from ecnscrawl.crawling.arguments import parse
from ecnscrawl.crawling.article_crawler import ArticleCrawler
from ecnscrawl.crawling.article_judge import ArticleJudge
from ecnscrawl.crawling.listing_crawler import ListingCrawler
from ecnscrawl.crawling.publisher_rules import PublisherRules
from ecnscrawl.crawling.render_policy import RenderPolicy
from ecnscrawl.crawling.requests import Callbacks
from ecnscrawl.crawling.unfinished import unfinished_requests
from ecnscrawl.exceptions import EcnscrawlError, StorageFailed, WrongUsage, suggestion
from ecnscrawl.extraction import extract_pages
from ecnscrawl.frontier.known_sites import KnownSites
from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.items import Article
from ecnscrawl.network.failures import status_of, was_stopped
from ecnscrawl.network.http import charset_of
from ecnscrawl.network.request_info import info_of, info_of_response
from ecnscrawl.network.shutdown import run_closing, run_stopping
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.hosts import is_host
from ecnscrawl.storage.run_settings import utc_now

_OUTCOME = "ecnscrawl.extensions.outcome.OutcomeExtension"


class NewsSpider(Spider):
    """Crawls a site's listings, or the articles that the user names, and what earlier runs have left."""

    profile: ClassVar[SiteProfile]

    articles: ArticleCrawler
    listings: ListingCrawler
    rules: PublisherRules | None  #: of a site without a written profile

    def __init__(self, name: str | None = None, arguments: Arguments | None = None, **given: str) -> None:
        """Pass either `arguments`, already checked, or `given`, the unchecked ones that Scrapy passes."""
        super().__init__(name)
        self.arguments = arguments or parse(self.profile, given, now=utc_now())
        self.given = given

    @classmethod
    def for_arguments(cls, given: Mapping[str, str], sites: KnownSites) -> "type[NewsSpider]":  # noqa: ARG003 - see `news`
        """Return the spider of the site that the `-a` arguments name: of most spiders, always the same.

        `sites` are those that were crawled before. Raises WrongUsage, and CannotStart if it cannot be found out.
        """
        return cls

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        context = context_of(crawler)
        try:
            spider = super().from_crawler(crawler, *args, **kwargs)
            if crawler.settings.getdict("ITEM_PIPELINES"):  # a command that inspects a page has none, and no run
                _ = context.run
        except EcnscrawlError as error:  # of a script: the command has checked all this before
            context.refusal = error
            disable_crawl(crawler)
            spider = super().from_crawler(crawler, arguments=Arguments())
            spider.logger.error("%s", error)
        context.arguments, context.given = spider.arguments, spider.given
        render_policy = RenderPolicy(context)
        article_callbacks = Callbacks(spider.parse_article_page, spider.errback_article_page)
        listing_callbacks = Callbacks(spider.parse_listing, spider.errback_listing)
        discovery = cls.profile.discovery
        spider.rules = PublisherRules(context, discovery) if discovery else None
        judge = ArticleJudge(context, discovery, spider.rules) if discovery and spider.rules else None
        spider.articles = ArticleCrawler(context, cls.profile, render_policy, article_callbacks, judge)
        crawler.signals.connect(spider.articles.stop, run_stopping)
        crawler.signals.connect(context.reader.stop, run_stopping)
        crawler.signals.connect(spider.store_held, run_closing)
        spider.listings = ListingCrawler(
            context, cls.profile, render_policy, spider.articles, listing_callbacks, rules=spider.rules
        )
        return spider

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Put the user's contact into the user agent, unless the user has set a whole user agent."""
        super().update_settings(settings)
        if has_site(cls):
            settings.setdict(dict(cls.profile.settings), "spider")  # the command line has a higher priority
        adopt_old_names(settings)
        if contact := settings.get("CONTACT"):
            # At the project's own priority, Scrapy overwrites it when it merges the settings once more.
            settings.set("USER_AGENT", f"{settings['USER_AGENT']} (+{contact})", "spider")

    async def start(self) -> AsyncIterator[Any]:
        for request in _until_storage_fails(self._first_requests()):
            request.meta["is_start_request"] = True  # Scrapy's scheduler sends those in their order
            yield request

    def _first_requests(self) -> Iterator[Request]:
        context, urls = context_of(self.crawler), self.arguments.urls
        if context.refusal is not None:
            return
        context.stats.asked_for_urls = urls is not None
        if self.rules and (request := self.rules.request(Callbacks(self.parse_rules, self.errback_rules))):
            yield request  # first, and the rest when it is answered
        else:
            yield from self._requests_for_articles()

    def _requests_for_articles(self) -> Iterator[Request]:
        context, urls = context_of(self.crawler), self.arguments.urls
        if urls is not None:
            for ref in urls:
                yield from self.articles.request_article(ref, None, force=True)
            return
        yield from self.listings.first_requests()
        yield from unfinished_requests(context, self.profile, self.articles)

    def parse_rules(self, response: Response) -> Iterator[Any]:
        """Handle the file in which a site says what it reserves."""
        assert self.rules is not None
        context_of(self.crawler).archive(info_of_response(response).exchanges)
        self.rules.take(response)
        yield from _until_storage_fails(self._requests_for_articles())

    def errback_rules(self, failure: Failure) -> Iterator[Any]:
        """Handle the failure of that file: most sites have none. Without an answer, the next run tries again."""
        assert self.rules is not None
        context_of(self.crawler).archive(info_of(cast(Any, failure).request).exchanges)
        if was_stopped(failure):
            return
        if status_of(failure) is not None:
            self.rules.take(None)
        yield from _until_storage_fails(self._requests_for_articles())

    async def parse_listing(self, response: Response) -> AsyncIterator[Any]:
        """Handle a page that lists articles: a feed, the front page, a page of a listing."""
        with suppress(StorageFailed):  # the store pipeline ends the crawl
            async for each in self.listings.parse_page(response):
                yield each

    def errback_listing(self, failure: Failure) -> Iterator[Any]:
        """Handle the failure of a page that lists articles."""
        return _until_storage_fails(self.listings.errback_page(failure))

    def parse_article_page(self, response: Response) -> AsyncIterator[Any]:
        """Handle a page of an article."""
        return self.articles.parse_page(response)

    def errback_article_page(self, failure: Failure) -> AsyncIterator[Any]:
        """Handle the failure of a page of an article."""
        return self.articles.errback_page(failure)

    async def store_held(self) -> None:
        """Store the articles that are held: a run that ends early may get no further response."""
        for visit in _until_storage_fails(self.articles.release()):
            await self.crawler.engine.scraper.start_itemproc_async(visit, response=None)

    def parse(self, response: Response, **_: Any) -> Iterator[Article]:
        """Yield the record of one page of an article, for `scrapy parse URL`."""
        if ref := self.profile.article_ref(response.url):
            page = self.profile.page_class(self.profile.source(ref.url, response.body, charset_of(response)))
            if not page.ending().is_whole:
                self.logger.warning("%s shows no end: it may have been cut off", response.url)
            yield extract_pages([page], self.profile, ref, fetched_at=datetime.now(UTC))[1]


def _until_storage_fails(steps: Iterator[Any]) -> Iterator[Any]:
    """Yield these steps, and end where the state cannot be read any more: the store pipeline ends the crawl then."""
    with suppress(StorageFailed):
        yield from steps


def disable_crawl(crawler: Crawler) -> None:
    """Leave nothing of a crawl that could touch a file: it ends at once, and only its outcome is noted.

    An exception of the spider would be two tracebacks in a script, as Scrapy hands it to a Deferred that nobody reads.
    """
    for name in ("ITEM_PIPELINES", "EXTENSIONS", "DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES"):
        parts = {part: order if part == _OUTCOME else None for part, order in crawler.settings.getdict(name).items()}
        crawler.settings.set(name, parts, priority="cmdline")


def has_site(spider: type[Spider]) -> bool:
    """Whether a spider is that of one site: `news` is of any, and has a profile only once a site is named."""
    return issubclass(spider, NewsSpider) and hasattr(spider, "profile")


def site_spiders(loader: SpiderLoaderProtocol) -> "dict[str, type[NewsSpider]]":
    """Return the spiders that have a site of their own, by its name."""
    found = ((name, loader.load(name)) for name in loader.list())
    return {name: spider for name, spider in found if issubclass(spider, NewsSpider) and has_site(spider)}


def spider_named(name: str, loader: SpiderLoaderProtocol) -> type[NewsSpider]:
    """Return the spider of this name. Raises WrongUsage, with the nearest name, if there is none."""
    known = loader.list()
    if name not in known and is_host(name):
        raise WrongUsage(f"{name} is no spider; write `crawl news -a site={name}`")
    if name not in known:
        raise WrongUsage(f"unknown site {name!r}{suggestion(name, known)}; known are {', '.join(known)}")
    spider = loader.load(name)
    if not issubclass(spider, NewsSpider):
        raise WrongUsage(
            f"spider {name!r} is not a news spider;"
            f" make {spider.__name__} in {spider.__module__} a subclass of NewsSpider"
        )
    return spider
