"""`scrapy state init`, `copy`, `rebuild` and `forget`: a database's tables, copies, a lost state, unwanted articles."""

import argparse
from collections.abc import Sequence

from ecnscrawl.cli.base import StoredDataCommand, data_folder, positional
from ecnscrawl.cli.preflight import check_settings
from ecnscrawl.cli.signals import interruptible
from ecnscrawl.configuration.storage import crawl_settings
from ecnscrawl.exceptions import CannotStart, WrongUsage
from ecnscrawl.hints import program
from ecnscrawl.normalize.text import counted
from ecnscrawl.redaction import print_safely
from ecnscrawl.storage.folder.storage import FileStorage

#: What stands after each action: how many words, at least and at most, and the one option that it takes.
_USAGE = {
    "init": (0, 0, None),
    "copy": (2, 2, "sites"),
    "rebuild": (1, 1, "accept_loss"),
    "forget": (0, None, "databases"),
}
_OPTIONS = ("databases", "accept_loss", "sites")


class Command(StoredDataCommand):
    """`rebuild` keeps the old state beside the new one; the next crawls learn aliases and cache validators again.

    Exit status of `forget`: 0 all that is known was reached, also if it was forgotten before; 1 could not; 2 wrong
    usage, an unknown article included; 3 something that is known could not be reached; 4 a run is under way.
    """

    def syntax(self) -> str:
        return (
            "init | copy SOURCE TARGET [--site SITE] | rebuild SITE [--accept-loss]"
            " | forget [SITE] ID… [--from DATABASE]"
        )

    def short_desc(self) -> str:
        return "Make the tables of a database, rebuild the state of a site from what it has published, forget articles"

    def long_desc(self) -> str:
        return (
            "`init` makes the tables in the database that DATABASE_URL names, or brings them to this version."
            " `copy` copies all that is stored of the sites, or of some, between a data folder and a database."
            " `rebuild` makes the state of a site anew from its files."
            " `forget` removes articles, named by their ids or addresses, from the state, from all files of the site"
            " and from the databases that they were loaded into, and keeps them from being stored again."
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
        group.add_argument(
            "--site",
            dest="sites",
            metavar="SITE",
            action="append",
            default=[],
            help="copy: only this site, or these if it is given again",
        )

    def do(self, args: list[str], opts: argparse.Namespace) -> None:
        action, *words = self._checked(positional("state", args), opts)
        check_settings(self.own_settings)
        # Scrapy imports all commands at each start, so an action imports what only it needs.
        match action:
            case "init":
                self._init()
            case "copy":
                from ecnscrawl.cli.copying import copy_sites  # noqa: PLC0415

                with interruptible(CannotStart("stopped; nothing was kept of the site that was being copied")):
                    copy_sites(words[0], words[1], opts.sites, self.own_settings, self.sites)
            case "rebuild":
                self._rebuild(words[0], accept_loss=opts.accept_loss)
            case _:
                from ecnscrawl.cli.forgetting import forget_articles  # noqa: PLC0415

                with interruptible(CannotStart("stopped; run the same command again to finish")):
                    self.exitcode = forget_articles(words, opts.databases, self.own_settings, self.data, self.sites)

    def _checked(self, words: Sequence[str], opts: argparse.Namespace) -> Sequence[str]:
        """Return the words: an action, and what it is for. Raises WrongUsage for words or options of another one."""
        least, most, option = _USAGE.get(words[0] if words else "", (1, 0, None))
        others = [name for name in _OPTIONS if name != option and getattr(opts, name)]
        number = len(words) - 1
        if others or number < least or (most is not None and number > most):
            raise WrongUsage(
                f"write `{program()} state rebuild SITE`, or the same with --accept-loss;"
                f" or `{program()} state forget ID…`, or the same with --from DATABASE; or `{program()} state init`;"
                f" or `{program()} state copy SOURCE TARGET`, or the same with --site SITE"
            )
        return words

    def _init(self) -> None:
        address = self.storage.require_server("there is no database to prepare; name one with ECNSCRAWL_DATABASE_URL")
        from ecnscrawl.cli.database import make_tables  # noqa: PLC0415 - only with a database

        print_safely(make_tables(address))

    def _rebuild(self, name: str, *, accept_loss: bool) -> None:
        self.storage.require_files(
            "a database has no files from which its state could be rebuilt; restore a backup of it, or leave out"
            " ECNSCRAWL_DATABASE_URL to rebuild a state in the data folder"
        )
        site = self.site(name).name
        data = data_folder(self.own_settings)
        run = FileStorage(data).existing_run(site, crawl_settings(self.own_settings, site))
        run.enter(rebuild=True, accept_loss=accept_loss)
        try:
            for warning in run.warnings:
                print_safely(f"ecnscrawl: warning: {warning}", error=True)
            print_safely(f"{site}: {counted(run.state.count(), 'article')} known, from what {run.folder} has published")
        finally:
            run.finish()
