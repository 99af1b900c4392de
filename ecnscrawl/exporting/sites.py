"""Which site's stored articles a command is about."""

from pathlib import Path

from scrapy.spiderloader import SpiderLoaderProtocol

from ecnscrawl.errors import WrongUsage
from ecnscrawl.spiders.base import NewsSpider, spider_named


def site_asked_for(name: str | None, loader: SpiderLoaderProtocol, data: Path) -> type[NewsSpider]:
    """The site of this name; without one the only site that has stored articles, or that there is.

    Raises WrongUsage.
    """
    if name is None:
        known = loader.list()
        names = [each for each in known if articles_of(each, data).is_dir()] or known
        if len(names) != 1:
            raise WrongUsage(f"there are several sites; choose one with --site: {', '.join(names)}")
        name = names[0]
    return spider_named(name, loader)


def articles_of(site: str, data: Path) -> Path:
    """The folder of a site's published files."""
    return data / site / "articles"
