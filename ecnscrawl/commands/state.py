"""`scrapy state init`, `copy`, `rebuild` and `forget`: a database's tables, copies, a lost state, unwanted articles."""

import argparse

from ecnscrawl.cli.base import StoredDataCommand, data_folder, positional
from ecnscrawl.cli.preflight import check_settings
from ecnscrawl.cli.signals import interrupt_on_signals
from ecnscrawl.context import new_file_run, worker_of
from ecnscrawl.exceptions import CannotStart, WrongUsage
from ecnscrawl.frontier.postgres import schema
from ecnscrawl.hints import program
from ecnscrawl.normalize.text import counted
from ecnscrawl.redaction import print_safely


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
        words = positional("state", args)
        is_init = words == ["init"] and not (opts.databases or opts.accept_loss or opts.sites)
        is_copy = len(words) == 3 and words[0] == "copy" and not (opts.databases or opts.accept_loss)
        is_rebuild = len(words) == 2 and words[0] == "rebuild" and not (opts.databases or opts.sites)
        is_forget = words[:1] == ["forget"] and not (opts.accept_loss or opts.sites)
        if not (is_init or is_copy or is_rebuild or is_forget):
            raise WrongUsage(
                f"write `{program()} state rebuild SITE`, or the same with --accept-loss;"
                f" or `{program()} state forget ID…`, or the same with --from DATABASE; or `{program()} state init`;"
                f" or `{program()} state copy SOURCE TARGET`, or the same with --site SITE"
            )
        check_settings(self.own_settings)
        if is_init:
            self._init()
            return
        if is_copy:
            from ecnscrawl.cli.copying import copy_sites  # noqa: PLC0415 - Scrapy imports all commands at each start

            interrupt_on_signals()
            try:
                copy_sites(words[1], words[2], opts.sites, self.own_settings, self.sites)
            except KeyboardInterrupt:
                raise CannotStart("stopped; nothing was kept of the site that was being copied") from None
            return
        if is_rebuild:
            self._rebuild(words[1], accept_loss=opts.accept_loss)
            return
        from ecnscrawl.cli.forgetting import forget_articles  # noqa: PLC0415 - Scrapy imports all commands at each start

        try:
            self.exitcode = forget_articles(words[1:], opts.databases, self.own_settings, self.data, self.sites)
        except KeyboardInterrupt:
            raise CannotStart("stopped; run the same command again to finish") from None

    def _init(self) -> None:
        if not self.own_settings["DATABASE_URL"]:
            raise WrongUsage("there is no database to prepare; name one with ECNSCRAWL_DATABASE_URL")
        worker = worker_of(self.own_settings)
        with worker.first_connection() as connection, worker.at_the_start():
            found = schema.create(connection)
        if found == schema.VERSION:
            print_safely(f"{worker.address.name}: the tables are there already, in version {found}")
        elif found:
            print_safely(f"{worker.address.name}: the tables are in version {schema.VERSION} now, and were in {found}")
        else:
            print_safely(f"{worker.address.name}: the tables are made, in version {schema.VERSION}")

    def _rebuild(self, name: str, *, accept_loss: bool) -> None:
        if self.own_settings["DATABASE_URL"]:
            raise WrongUsage(
                "a database has no files from which its state could be rebuilt; restore a backup of it, or leave out"
                " ECNSCRAWL_DATABASE_URL to rebuild a state in the data folder"
            )
        site = self.site(name).name
        data_folder(self.own_settings)
        run = new_file_run(self.own_settings, site)
        if not run.folder.is_dir():
            raise CannotStart(f"there is no folder {run.folder}; name the data folder with ECNSCRAWL_DATA_DIR")
        run.enter(rebuild=True, accept_loss=accept_loss)
        try:
            for warning in run.warnings:
                print_safely(f"ecnscrawl: warning: {warning}", error=True)
            print_safely(f"{site}: {counted(run.state.count(), 'article')} known, from what {run.folder} has published")
        finally:
            run.finish()
