"""`scrapy crawl news -a site=example.org`: any news site, without a spider of its own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from scrapy.crawler import Crawler

from ecnscrawl.context import context_of
from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.frontier.sqlite.reading import read_fact
from ecnscrawl.sites.hosts import twin_of
from ecnscrawl.sites.known_sources import FACT, decoded
from ecnscrawl.sites.named_site import named_host
from ecnscrawl.sites.news import news_profile
from ecnscrawl.spiders.base import NewsSpider, disable_crawl
from ecnscrawl.storage.data_folder import absolute_folder


class AnyNewsSpider(NewsSpider):
    """The front page, the feeds, the sitemaps and the sections of the site that `site` or `url` names."""

    name = "news"

    @classmethod
    def for_arguments(cls, given: Mapping[str, str], data: Path) -> type[NewsSpider]:
        return spider_of_site(cls.site_name(given, data), data, given.get("url"))

    @classmethod
    def site_name(cls, given: Mapping[str, str], data: Path) -> str:
        """Return the name of the site that these arguments name, and of its folder. Raises WrongUsage."""
        try:
            host = named_host(given.get("site"), given.get("url"))
        except WrongUsage as error:
            raise WrongUsage(f"{cls.name}: {error}") from None
        twin = twin_of(host)
        is_twins = (data / twin).is_dir() and not (data / host).is_dir()  # one site, whichever way it is written
        return twin if is_twins else host

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """As of a script, which names the spider `news`: the command has chosen the site's spider already."""
        if cls is not AnyNewsSpider:
            return super().from_crawler(crawler, *args, **kwargs)
        refusal = None
        try:
            spider = cls.for_arguments(kwargs, absolute_folder(str(crawler.settings["DATA_DIR"])))
        except WrongUsage as error:
            spider, refusal, kwargs = spider_of_site(cls.name, Path(), None), error, {}
            disable_crawl(crawler)
        crawler.spidercls = spider
        context_of(crawler).refusal = refusal
        made: Self = spider.from_crawler(crawler, *args, **kwargs)  # type: ignore[assignment]
        if refusal is not None:
            made.logger.error("%s", refusal)
        return made


def spider_of_site(host: str, data: Path, start: str | None = None) -> type[NewsSpider]:
    """Return the spider of a site without one of its own, with the sources that earlier runs have found."""
    known = decoded(read_fact(data / host / "state.sqlite", FACT))
    return type("AnyNewsSpider", (AnyNewsSpider,), {"name": host, "profile": news_profile(host, known, start)})
