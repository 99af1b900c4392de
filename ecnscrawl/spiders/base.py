"""What every news site needs; its spider says in a subclass only what is special about it.

A spider knows addresses. How a page is read is its page module's matter, and how politely it is asked for the
settings'.
"""

from collections.abc import AsyncIterator, Iterator
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoaderProtocol

from ecnscrawl.context import context_of
from ecnscrawl.crawling.arguments import parse
from ecnscrawl.crawling.listing_crawler import ListingSpider
from ecnscrawl.exceptions import WrongUsage, suggestion
from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.renamed_settings import adopt_old_names
from ecnscrawl.storage.run import utc_now


class NewsSpider(ListingSpider):
    """Base class of the news spiders: listings, or the articles that the user names, and what is left to do."""

    def __init__(self, name: str | None = None, arguments: Arguments | None = None, **given: str) -> None:
        """`arguments` are those of the user, checked; or they are `given` as Scrapy does, and checked here."""
        super().__init__(name)
        self.arguments = arguments or parse(self.profile, given, now=utc_now())
        self.given = given

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        context = context_of(crawler)
        context.arguments, context.given = spider.arguments, spider.given
        return spider

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Name the user's contact to the site, unless the user has written a whole user agent."""
        super().update_settings(settings)
        adopt_old_names(settings)
        if contact := settings.get("CONTACT"):
            # At the project's own priority, Scrapy overwrites it when it merges the settings once more.
            settings.set("USER_AGENT", f"{settings['USER_AGENT']} (+{contact})", "spider")

    async def start(self) -> AsyncIterator[Any]:
        context_of(self.crawler).stats.asked_for_urls = self.arguments.urls is not None
        for request in self._first_requests():
            yield request

    def _first_requests(self) -> Iterator[Request]:
        if self.arguments.urls is not None:
            for address in self.arguments.urls:
                yield from self.ask(address, None, always=True)
            return
        yield from self.listing_requests()
        yield from self._unfinished()

    def _unfinished(self) -> Iterator[Request]:
        """What earlier runs have left: links that are not stored yet, and articles that may have been corrected."""
        now = int(self.this_run.clock().timestamp())
        for pending in self.state.all_pending():
            address = self.profile.article_ref(pending.url)
            if address and self._is_in_sections(pending.listing):
                yield from self.ask(address, pending.listing, is_left_over=True)
        if self.arguments.recheck == "none":
            return
        oldest_age = max(self.this_run.settings.recheck_ages, default=0)
        youngest = now - oldest_age if self.arguments.recheck == "all" else None
        for known in list(self.state.due(now, youngest)):
            address = self.profile.article_ref(known.url)
            if address and known.alias_of is None and self._is_in_sections(known.listing):
                yield from self.ask(address, known.listing, always=True)

    def _is_in_sections(self, listing: str | None) -> bool:
        """Whether what was found there belongs to this run; where it was found may not be known."""
        return self.arguments.sections is None or listing is None or listing in self.arguments.sections


def spider_named(name: str, loader: SpiderLoaderProtocol) -> type[NewsSpider]:
    """The spider of a site; raises WrongUsage, with the nearest name."""
    known = loader.list()
    if name not in known:
        raise WrongUsage(f"unknown spider {name!r}{suggestion(name, known)}; known are {', '.join(known)}")
    spider = loader.load(name)
    if not issubclass(spider, NewsSpider):
        raise WrongUsage(
            f"spider {name!r} is no news spider; make {spider.__name__} in {spider.__module__} a subclass of NewsSpider"
        )
    return spider
