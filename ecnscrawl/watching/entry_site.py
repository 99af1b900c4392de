"""Find the site of an entry of the table: that of its spider, or the one that it names for the spider of any site."""

from pathlib import Path

from scrapy.spiderloader import SpiderLoaderProtocol

from ecnscrawl.exceptions import WrongUsage, suggestion
from ecnscrawl.frontier.known_sites import FolderSites
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.hosts import is_host, site_host
from ecnscrawl.sites.named_site import own_spider
from ecnscrawl.sites.news import news_profile
from ecnscrawl.spiders.base import NewsSpider, has_site, spider_named
from ecnscrawl.spiders.news import AnyNewsSpider


class SiteFault(WrongUsage):
    """The spider or the site of an entry cannot be used. `key` is the path of the key at fault, inside the entry."""

    def __init__(self, key: tuple[str, ...], text: object) -> None:
        super().__init__(text)
        self.key = key


def spider_class(name: str, loader: SpiderLoaderProtocol) -> type[NewsSpider]:
    """Return the spider of this name. Raises SiteFault."""
    known = loader.list()
    if name not in known and is_host(name):
        raise SiteFault(("spider",), f'{name} is no spider; write spider = "news" and site = "{name}"')
    if name not in known:
        raise SiteFault(("spider",), f"unknown spider {name!r}{suggestion(name, known)}; known are {', '.join(known)}")
    try:
        return spider_named(name, loader)
    except WrongUsage as error:
        raise SiteFault(("spider",), error) from None


def site_profile(
    spider: type[NewsSpider], site: str | None, url: str | None, data: Path, *, with_sections: bool
) -> SiteProfile:
    """Return the profile of the site that an entry names by its spider, by `site` or by the argument `url`.

    `data` is the data folder. `with_sections`: with those that earlier runs have found, which takes longer. Raises
    SiteFault.
    """
    if has_site(spider):
        if site is not None:
            raise SiteFault(("site",), f"{spider.name} has a site of its own; leave site out")
        return spider.profile
    assert issubclass(spider, AnyNewsSpider)
    if site is None and url is None:
        raise SiteFault((), f'{spider.name} needs a site; write site = "example.org"')
    given = {name: text for name, text in (("site", site), ("url", url)) if text is not None}
    try:
        if with_sections:
            return spider.for_arguments(given, FolderSites(data)).profile
        return news_profile(spider.site_name(given, FolderSites(data)), start=url)
    except WrongUsage as error:
        fault = str(error).removeprefix(f"{spider.name}: ")
        if own := _own_spider(site if site is not None else url):
            fault = f'{site or url} has a spider of its own; write spider = "{own}", and leave site out'
        raise SiteFault(("site",) if site is not None else ("arguments", "url"), fault) from None


def _own_spider(address: str | None) -> str | None:
    """Return the spider that has the site of an address for its own; None if there is none, or no such address."""
    try:
        return own_spider(site_host(address or ""))
    except WrongUsage:
        return None
