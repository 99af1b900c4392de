"""`scrapy load TARGET`: the stored articles into a SQLite, DuckDB or PostgreSQL database, only what is new."""

import argparse
import threading
from typing import TYPE_CHECKING

from ecnscrawl.cli.base import StoredDataCommand, positional
from ecnscrawl.cli.signals import interruptible
from ecnscrawl.exceptions import EcnscrawlError, WrongUsage
from ecnscrawl.exporters.loading.address import FORMS, DatabaseAddress, parse_address
from ecnscrawl.exporters.loading.database import LoadFailed
from ecnscrawl.normalize.text import counted
from ecnscrawl.redaction import print_safely
from ecnscrawl.spiders.base import site_spiders
from ecnscrawl.storage.run_settings import utc_now

if TYPE_CHECKING:
    from ecnscrawl.exporters.loading.job import Loaded, Loader

POLL_INTERVAL = 2  # seconds between two looks for new files
RETRY_INTERVAL = 30  # seconds until a database is tried again that could not be reached


class Command(StoredDataCommand):
    """Exit status: 0 loaded, also when nothing was new; 1 could not, or not all of it; 2 wrong usage."""

    def syntax(self) -> str:
        return "[options] TARGET"

    def short_desc(self) -> str:
        return "Load new stored articles into a database"

    def long_desc(self) -> str:
        return (
            "Add the revisions that were stored since the last load to the tables `articles`, `images` and `videos` of"
            f" TARGET: {FORMS}. The view `latest` has the newest revision of each article. Each published file is one"
            " transaction, in which its name is noted, so that no file is loaded twice."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group(title="Load Options")
        group.add_argument("--site", help="only this site (default: all sites in the data folder)")
        group.add_argument("--follow", action="store_true", help="wait for new files until Ctrl-C or SIGTERM")

    def do(self, args: list[str], opts: argparse.Namespace) -> None:
        from ecnscrawl.exporters.loading.job import Loader  # noqa: PLC0415 - Scrapy imports all commands at each start

        words = positional("load", args)
        if len(words) != 1:
            raise WrongUsage(f"name one database: {FORMS}")
        address = parse_address(words[0], self.data)
        if opts.site is not None:
            self._check_site(opts.site)
        loader = Loader(
            address,
            self.data,
            opts.site,
            utc_now,
            self.storage.way_to_articles,
            self.storage.writes_files,
        )
        stopped = LoadFailed("stopped; what was loaded is whole, and the next load goes on")
        with interruptible(None if opts.follow else stopped):
            if opts.follow:
                _follow(loader)
            else:
                self.exitcode = _load(loader)

    def _check_site(self, name: str) -> None:
        """Raise WrongUsage for a site that has neither a folder nor a spider."""
        found = [each.name for each in self.data.iterdir() if each.is_dir()] if self.data.is_dir() else []
        known = sorted({*found, *site_spiders(self.sites)})
        if name not in known:
            raise self.unknown_site(name, known)


def _load(loader: "Loader") -> int:
    """Load once; return the exit status."""
    loaded = loader.load_new()
    _print_problems(loaded)
    print_safely(_summary(loaded, loader.address))
    return int(bool(loaded.failures))


def _follow(loader: "Loader") -> None:
    """Load again and again, until KeyboardInterrupt. Only the first load may fail: later the database may come back."""
    from ecnscrawl.exporters.loading.job import NothingToRead  # noqa: PLC0415 - as above

    is_first, warned = True, ""
    while True:
        pause = POLL_INTERVAL
        try:
            loaded = loader.load_new()
        except NothingToRead as error:
            warned = _warn(error, warned, "waiting")
        except LoadFailed as error:
            if is_first:
                raise
            warned = _warn(error, warned, f"trying again every {RETRY_INTERVAL} seconds")
            pause = RETRY_INTERVAL
        else:
            warned = ""
            _print_problems(loaded)
            if loaded.files or is_first:
                print_safely(_summary(loaded, loader.address))
            is_first = False
        threading.Event().wait(pause)  # which a signal interrupts


def _print_problems(loaded: "Loaded") -> None:
    for warning in loaded.warnings:
        print_safely(f"ecnscrawl: warning: {warning}", error=True)
    for failure in loaded.failures:
        print_safely(f"ecnscrawl: error: {failure}", error=True)


def _warn(error: EcnscrawlError, warned: str, consequence: str) -> str:
    """Print a warning if it is not the last one again; return it."""
    if str(error) != warned:
        print_safely(f"ecnscrawl: warning: {error}; {consequence}", error=True)
    return str(error)


def _summary(loaded: "Loaded", address: DatabaseAddress) -> str:
    if not loaded.files:
        return f"nothing new to load into {address.name}"
    return f"{counted(loaded.records, 'record')} of {counted(loaded.files, 'file')} loaded into {address.name}"
