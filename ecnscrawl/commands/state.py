"""`scrapy state rebuild SITE`: rebuild the state of a site from `published/` and its published files."""

import argparse

from ecnscrawl.cli.base import StoredDataCommand, data_folder, positional
from ecnscrawl.cli.preflight import check_settings
from ecnscrawl.context import new_run
from ecnscrawl.exceptions import CannotStart, WrongUsage
from ecnscrawl.hints import program
from ecnscrawl.normalize.text import counted
from ecnscrawl.redaction import print_safely


class Command(StoredDataCommand):
    """Keeps the old state beside the new one. The next crawls learn aliases and cache validators again."""

    def syntax(self) -> str:
        return "rebuild SITE [--accept-loss]"

    def short_desc(self) -> str:
        return "Rebuild the state of a site from what it has published"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--accept-loss",
            action="store_true",
            help="go on without published files about which nothing is known any more; their articles are stored again"
            " as new",
        )

    def do(self, args: list[str], opts: argparse.Namespace) -> None:
        words = positional("state", args)
        if len(words) != 2 or words[0] != "rebuild":
            raise WrongUsage(f"write `{program()} state rebuild SITE`, or the same with --accept-loss")
        check_settings(self.own_settings)
        site = self.site(words[1]).name
        data_folder(self.own_settings)
        run = new_run(self.own_settings, site)
        if not run.folder.is_dir():
            raise CannotStart(f"there is no folder {run.folder}; name the data folder with ECNSCRAWL_DATA_DIR")
        run.enter(rebuild=True, accept_loss=opts.accept_loss)
        try:
            for warning in run.warnings:
                print_safely(f"ecnscrawl: warning: {warning}", error=True)
            print_safely(f"{site}: {counted(run.state.count(), 'article')} known, from what {run.folder} has published")
        finally:
            run.finish()
