"""`scrapy watch SITES.toml`: many sites in one process, each when it is due."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.spiderloader import get_spider_loader

from ecnscrawl.cli.base import positional
from ecnscrawl.cli.crawl_command import CrawlCommand
from ecnscrawl.cli.preflight import check_settings
from ecnscrawl.cli.signals import NotedHangup
from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.hints import program
from ecnscrawl.normalize.text import counted
from ecnscrawl.redaction import print_safely
from ecnscrawl.storage.run_settings import utc_now

if TYPE_CHECKING:
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings


class Command(CrawlCommand, ScrapyCommand):
    """Exit status: 2 wrong usage, or a fault in the table. Of `--once`: 0 healthy, 1 could not start, 3 unhealthy."""

    requires_project = True
    settings: "Settings"
    crawler_process: "AsyncCrawlerProcess"

    def syntax(self) -> str:
        return "[options] SITES.toml"

    def short_desc(self) -> str:
        return "Crawl the sites of a table, each when it is due"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group(title="Watch Options").add_mutually_exclusive_group()
        group.add_argument("--once", action="store_true", help="run the sites that are due, and end")
        group.add_argument("--check", action="store_true", help="only check the table: each fault with its line")
        group.add_argument(
            "--import",
            dest="subscriptions",
            metavar="FILE.opml",
            help="write the table from the subscriptions of a feed reader, to SITES.toml or to standard output",
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        self._hangup = NotedHangup()
        super().process_options(args, opts)

    def check_options(self) -> None:
        from ecnscrawl.watching.site_log import install_site_log  # noqa: PLC0415 - as below

        super().check_options()
        install_site_log(self.settings)

    def do(self, args: list[str], opts: argparse.Namespace) -> None:
        words = positional("watch", args)
        if opts.subscriptions is not None:
            self._import(words, Path(opts.subscriptions))
            return
        if len(words) != 1:
            raise WrongUsage(f"name one table of sites: `{program()} watch SITES.toml`")
        from ecnscrawl.watching.faults import FaultyTable  # noqa: PLC0415 - Scrapy imports all commands at each start

        try:
            if opts.check:
                self._check(Path(words[0]))
            else:
                from ecnscrawl.watching.job import WatchJob  # noqa: PLC0415 - as above

                job = WatchJob(self.crawler_process, Path(words[0]), _options(opts), self._hangup)
                self.exitcode = job.run(once=opts.once)
        except FaultyTable as error:
            print_safely(*(f"ecnscrawl: error: {fault}" for fault in error.faults), error=True)
            self.exitcode = error.exit_status

    def _check(self, path: Path) -> None:
        from ecnscrawl.watching.table import read_table  # noqa: PLC0415 - as above

        check_settings(self.settings)
        entries = read_table(path, get_spider_loader(self.settings), self.settings, now=utc_now())
        print_safely(counted(len(entries), "site"))

    def _import(self, words: Sequence[str], source: Path) -> None:
        """Write the table, to a new file or to standard output."""
        from ecnscrawl.watching.opml import read_subscriptions  # noqa: PLC0415 - as above
        from ecnscrawl.watching.table_writer import table_of, write_new  # noqa: PLC0415 - as above

        if len(words) > 1:
            raise WrongUsage(f"name one table to write: `{program()} watch SITES.toml --import {source}`")
        table = table_of(read_subscriptions(source), source.name)
        print_safely(*(f"ecnscrawl: warning: {line}" for line in table.skipped), error=True)
        if not table.sites:
            raise WrongUsage(f"{source} has no site that can be crawled; nothing was written")
        if not words:
            print_safely(table.text.removesuffix("\n"))
            return
        write_new(Path(words[0]), table.text)
        print_safely(f"{counted(table.sites, 'site')} in {words[0]}")


def _options(opts: argparse.Namespace) -> list[str]:
    """Return the options of the command line that hold for each run, as words."""
    level = ["-L", opts.loglevel] if opts.loglevel else []
    return [*(word for each in opts.set for word in ("-s", each)), *level]
