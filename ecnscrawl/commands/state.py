"""`scrapy state rebuild SITE` and `scrapy state forget ID…`: rebuild a site's state, or forget articles for good."""

import argparse

from ecnscrawl.cli.base import StoredDataCommand, data_folder, positional
from ecnscrawl.cli.preflight import check_settings
from ecnscrawl.context import new_run
from ecnscrawl.exceptions import CannotStart, WrongUsage
from ecnscrawl.hints import program
from ecnscrawl.normalize.text import counted
from ecnscrawl.redaction import print_safely


class Command(StoredDataCommand):
    """`rebuild` keeps the old state beside the new one; the next crawls learn aliases and cache validators again.

    Exit status of `forget`: 0 all that is known was reached, also if it was forgotten before; 1 could not; 2 wrong
    usage, an unknown article included; 3 something that is known could not be reached; 4 a run is under way.
    """

    def syntax(self) -> str:
        return "rebuild SITE [--accept-loss] | forget [SITE] ID… [--from DATABASE]"

    def short_desc(self) -> str:
        return "Rebuild the state of a site from what it has published, or forget articles for good"

    def long_desc(self) -> str:
        return (
            "`forget` removes articles, named by their ids or addresses, from the state, from all files of the site and"
            " from the databases that they were loaded into, and keeps them from being stored again."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group(title="State Options")
        group.add_argument(
            "--accept-loss",
            action="store_true",
            help="rebuild: go on without published files about which nothing is known any more; their articles are"
            " stored again as new",
        )
        group.add_argument(
            "--from",
            dest="databases",
            metavar="DATABASE",
            action="append",
            default=[],
            help="forget: a database that the articles were loaded into, besides those that `load` has noted",
        )

    def do(self, args: list[str], opts: argparse.Namespace) -> None:
        words = positional("state", args)
        is_rebuild = len(words) == 2 and words[0] == "rebuild" and not opts.databases
        is_forget = words[:1] == ["forget"] and not opts.accept_loss
        if not (is_rebuild or is_forget):
            raise WrongUsage(
                f"write `{program()} state rebuild SITE`, or the same with --accept-loss;"
                f" or `{program()} state forget ID…`, or the same with --from DATABASE"
            )
        check_settings(self.own_settings)
        if is_rebuild:
            self._rebuild(words[1], accept_loss=opts.accept_loss)
            return
        from ecnscrawl.cli.forgetting import forget_articles  # noqa: PLC0415 - Scrapy imports all commands at each start

        try:
            self.exitcode = forget_articles(words[1:], opts.databases, self.own_settings, self.data, self.sites)
        except KeyboardInterrupt:
            raise CannotStart("stopped; run the same command again to finish") from None

    def _rebuild(self, name: str, *, accept_loss: bool) -> None:
        site = self.site(name).name
        data_folder(self.own_settings)
        run = new_run(self.own_settings, site)
        if not run.folder.is_dir():
            raise CannotStart(f"there is no folder {run.folder}; name the data folder with ECNSCRAWL_DATA_DIR")
        run.enter(rebuild=True, accept_loss=accept_loss)
        try:
            for warning in run.warnings:
                print_safely(f"ecnscrawl: warning: {warning}", error=True)
            print_safely(f"{site}: {counted(run.state.count(), 'article')} known, from what {run.folder} has published")
        finally:
            run.finish()
