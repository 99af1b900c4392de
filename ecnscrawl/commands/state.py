"""`scrapy state rebuild SITE`: learn again from the published files what has been seen."""

import argparse

from scrapy.commands import ScrapyCommand
from scrapy.spiderloader import get_spider_loader

from ecnscrawl.doorstep import check_settings
from ecnscrawl.errors import EcnscrawlError, WrongUsage, refuse
from ecnscrawl.pipelines.store import run_from
from ecnscrawl.spiders.base import spider_named
from ecnscrawl.telling import tell


class Command(ScrapyCommand):
    """The old state is kept beside the new one; aliases, gone marks and validators are learned by the next crawls."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "rebuild SITE"

    def short_desc(self) -> str:
        return "Rebuild the state of a site from its published files"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002 - Scrapy's signature
        try:
            self._run(args)
        except EcnscrawlError as error:
            refuse(error)

    def _run(self, args: list[str]) -> None:
        assert self.settings is not None
        if len(args) != 2 or args[0] != "rebuild":
            raise WrongUsage("write `scrapy state rebuild SITE`")
        check_settings(self.settings)
        site = spider_named(args[1], get_spider_loader(self.settings)).name
        run = run_from(self.settings, site)
        run.enter(rebuild=True)
        try:
            tell(f"{site}: {run.state.count()} articles known, from the files in {run.articles}")
        finally:
            run.finish()
