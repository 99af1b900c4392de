"""`scrapy crawl news -a site=example.org`: any news site, without a spider of its own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from scrapy.crawler import Crawler

from ecnscrawl.configuration.storage import storage_of
from ecnscrawl.context import context_of
from ecnscrawl.exceptions import EcnscrawlError, WrongUsage
from ecnscrawl.frontier.known_sites import FolderSites, KnownSites
from ecnscrawl.sites.hosts import twin_of
from ecnscrawl.sites.known_sources import FACT, decoded
from ecnscrawl.sites.named_site import named_host
from ecnscrawl.sites.news import news_profile
from ecnscrawl.spiders.base import NewsSpider, disable_crawl


class AnyNewsSpider(NewsSpider):
    """The front page, the feeds, the sitemaps and the sections of the site that `site` or `url` names."""

    name = "news"

    @classmethod
    def for_arguments(cls, given: Mapping[str, str], sites: KnownSites) -> type[NewsSpider]:
        return spider_of_site(cls.site_name(given, sites), sites, given.get("url"))

    @classmethod
    def site_name(cls, given: Mapping[str, str], sites: KnownSites) -> str:
        """Return the name of the site that these arguments name, and of its folder. Raises WrongUsage."""
        try:
            host = named_host(given.get("site"), given.get("url"))
        except WrongUsage as error:
            raise WrongUsage(f"{cls.name}: {error}") from None
        twin = twin_of(host)
        is_twins = sites.has(twin) and not sites.has(host)  # one site, whichever way it is written
        return twin if is_twins else host

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """As of a script, which names the spider `news`: the command has chosen the site's spider already."""
        if cls is not AnyNewsSpider:
            return super().from_crawler(crawler, *args, **kwargs)
        refusal = None
        try:
            spider = cls.for_arguments(kwargs, storage_of(crawler.settings).known_sites)
        except EcnscrawlError as error:
            spider, refusal, kwargs = spider_of_site(cls.name, FolderSites(Path()), None), error, {}
            disable_crawl(crawler)
        crawler.spidercls = spider
        context_of(crawler).refusal = refusal
        made: Self = spider.from_crawler(crawler, *args, **kwargs)  # type: ignore[assignment]
        if refusal is not None:
            made.logger.error("%s", refusal)
        return made


def spider_of_site(host: str, sites: KnownSites, start: str | None = None) -> type[NewsSpider]:
    """Return the spider of a site without one of its own, with the sources that earlier runs have found."""
    known = decoded(sites.fact(host, FACT))
    return type("AnyNewsSpider", (AnyNewsSpider,), {"name": host, "profile": news_profile(host, known, start)})
