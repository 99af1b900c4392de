"""`scrapy state rebuild SITE`: learn again from the published files what has been seen."""

import argparse

from ecnscrawl.context import new_run
from ecnscrawl.doorstep import check_settings
from ecnscrawl.errors import WrongUsage
from ecnscrawl.projectcommand import StoredDataCommand, data_folder, words_of
from ecnscrawl.spiders.base import spider_named
from ecnscrawl.telling import print_safely


class Command(StoredDataCommand):
    """The old state is kept beside the new one; aliases, gone marks and validators are learned by the next crawls."""

    def syntax(self) -> str:
        return "rebuild SITE"

    def short_desc(self) -> str:
        return "Rebuild the state of a site from its published files"

    def do(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002 - Scrapy's signature
        words = words_of("state", args)
        if len(words) != 2 or words[0] != "rebuild":
            raise WrongUsage("write `scrapy state rebuild SITE`")
        check_settings(self.own_settings)
        site = spider_named(words[1], self.sites).name
        data_folder(self.own_settings)
        run = new_run(self.own_settings, site)
        run.enter(rebuild=True)
        try:
            print_safely(f"{site}: {run.state.count()} articles known, from the files in {run.articles}")
        finally:
            run.finish()
