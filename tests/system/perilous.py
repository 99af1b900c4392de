"""A site on some of whose pages a parser hangs, crashes or takes all memory; the title says which."""

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.extractors import Extractor
from ecnscrawl.pages.generic import GenericPage
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.sources import Feed, FrontPage
from ecnscrawl.spiders.base import NewsSpider
from tests.workers import calls

NAME = "perilous"
HOST = "perilous.example"
PERILS: Mapping[str, Callable[[], object]] = {
    "loop-in-python": calls.loop_in_python,
    "loop-in-c": calls.loop_in_c,
    "segfault": calls.segfault,
    "kill": calls.kill_itself,
    "exit": partial(calls.exit_in_mid_page, 3),
    "memory": partial(calls.take_memory, 4000),
}


def peril(url: str) -> None:
    """Do what the last part of a path says; where the folder PERILS is named, note there which process does it."""
    if act := PERILS.get(urlsplit(url).path.rpartition("/")[2]):
        if folder := os.environ.get("PERILS"):
            (Path(folder) / str(os.getpid())).touch()
        act()


class PerilousPage(GenericPage):
    """A page of the site."""

    def extractors(self) -> Sequence[Extractor]:
        peril(self.document.url)
        return super().extractors()


def article_ref(url: str) -> ArticleRef | None:
    """https://perilous.example/stories/segfault: articles are named by their paths. In a listing there are perils too."""
    parts = urlsplit(url)
    if parts.path.startswith("/in-listing/"):
        peril(url)
    if parts.hostname != HOST or not parts.path.startswith("/stories/"):
        return None
    return ArticleRef(f"{NAME}:{parts.path.removeprefix('/stories/')}", f"https://{HOST}{parts.path}", "article", None)


class PerilousSpider(NewsSpider):
    """The articles of perilous.example."""

    name = NAME
    profile = SiteProfile(
        name=NAME,
        domains=(HOST,),
        zone=UTC,
        language="en",
        article_ref=article_ref,
        page_class=PerilousPage,
        sources=(Feed(f"https://{HOST}/feed.xml"), FrontPage(f"https://{HOST}/")),
    )
