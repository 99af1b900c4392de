"""`scrapy publish DIR`: with a database, article files from its rows, each version once."""

import argparse
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecnscrawl.cli.base import StoredDataCommand, positional
from ecnscrawl.cli.database import connected, database_address
from ecnscrawl.cli.preflight import check_settings
from ecnscrawl.cli.signals import interrupt_on_signals
from ecnscrawl.exceptions import StorageFailed, WrongUsage, suggestion
from ecnscrawl.frontier.postgres.connection import RetryPolicy, open_connection
from ecnscrawl.frontier.server_address import ServerAddress
from ecnscrawl.frontier.server_errors import database_errors, is_passing, reason_of
from ecnscrawl.hints import program
from ecnscrawl.normalize.text import counted, listed
from ecnscrawl.redaction import print_safely
from ecnscrawl.spiders.base import site_spiders
from ecnscrawl.storage.data_folder import absolute_folder, site_folder_of
from ecnscrawl.storage.database.published_folder import GOES_ON, PublishedFolder
from ecnscrawl.storage.database.publisher import Publisher
from ecnscrawl.storage.run_settings import utc_now

if TYPE_CHECKING:
    from psycopg import Connection

EVERY = 60.0  # seconds between two looks for new rows, each of which may make a file of each site
_MAX_EVERY = 86_400


class Command(StoredDataCommand):
    """Exit status: 0 published, also when nothing was new, and with `--follow` ended by a signal; 1 could not begin;
    2 wrong usage; 3 could not go on, and what is published is whole; 4 another `publish` writes to the folder.
    """

    def syntax(self) -> str:
        return "[options] DIR"

    def short_desc(self) -> str:
        return "With a database: write its new records to article files"

    def long_desc(self) -> str:
        return (
            "Write the records that were stored since the last time to files in DIR/<site>/articles/, which are never"
            " touched again: they are their readers' to move, compress or delete. DIR may be any folder; each has all"
            " records, once. DIR/.published says how far it has come."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group(title="Publish Options")
        group.add_argument(
            "--site",
            action="append",
            metavar="SITE",
            help="only this site, or these if it is given again; the same each time (default: all sites)",
        )
        group.add_argument("--follow", action="store_true", help="wait for new records until Ctrl-C or SIGTERM")
        group.add_argument(
            "--every",
            metavar="SECONDS",
            help=f"with --follow: publish what is new this often, in a file of each site (default: {EVERY:g})",
        )

    def do(self, args: list[str], opts: argparse.Namespace) -> None:
        words = positional("publish", args)
        if len(words) != 1:
            raise WrongUsage(f"name one folder: `{program()} publish DIR`")
        every = _every(opts)
        check_settings(self.own_settings)
        address = database_address(self.own_settings)
        if address is None:
            raise WrongUsage("there is no database to publish from; name it with ECNSCRAWL_DATABASE_URL")
        interrupt_on_signals()
        try:
            with connected(address) as connection:
                sites = self._sites(connection, opts.site)
            self._publish(address, self._folder(words[0]), sites, every)
        except KeyboardInterrupt:
            if not opts.follow:  # where it is the normal end
                raise StorageFailed(f"stopped; {GOES_ON}") from None

    def _folder(self, given: str) -> Path:
        """Return the absolute path of the folder to publish into. Raises WrongUsage for that of a site."""
        folder = absolute_folder(given)
        if site := site_folder_of(folder.resolve() / "articles", self.data):
            raise WrongUsage(f"{given} lies in the folder of a site; publish into {site.parent}, or another folder")
        return folder

    def _sites(self, connection: "Connection[Any]", named: Sequence[str] | None) -> Sequence[str] | None:
        """Return the sites that were named, sorted; None for all. Raises WrongUsage for one that is unknown."""
        if named is None:
            return None
        stored = [site for (site,) in connection.execute("SELECT site FROM ecnscrawl.sites")]
        known = sorted({*stored, *site_spiders(self.sites)})
        for name in named:
            if name not in known:
                raise WrongUsage(f"unknown site {name!r}{suggestion(name, known)}; known are {listed(known)}")
        return sorted(set(named))

    def _publish(self, address: ServerAddress, path: Path, sites: Sequence[str] | None, every: float | None) -> None:
        """Publish what is new, again and again if `every` is not None: the seconds to wait then."""
        folder = PublishedFolder(path)
        publisher = Publisher(folder, utc_now, self.own_settings.getint("FILE_RECORDS"))
        policy = RetryPolicy(self.own_settings.getfloat("DATABASE_RETRY_SECONDS"))
        with folder.locked(utc_now(), sites):
            while True:
                files, records = publisher.files, publisher.records
                _publish_with_retries(publisher, address, policy)
                files, records = publisher.files - files, publisher.records - records
                if files or every is None:
                    print_safely(_summary(files, records, path))
                if every is None:
                    return
                threading.Event().wait(every)  # which a signal interrupts


def _every(opts: argparse.Namespace) -> float | None:
    """Return the seconds between two looks for new rows; None without `--follow`. Raises WrongUsage."""
    if opts.every is None:
        return EVERY if opts.follow else None
    if not opts.follow:
        raise WrongUsage("--every is about --follow; add that, or leave it out")
    with suppress(ValueError):
        if 0 < (seconds := float(opts.every)) <= _MAX_EVERY:
            return seconds
    raise WrongUsage(f"--every {opts.every!r} is not a number of seconds up to {_MAX_EVERY}, a day")


def _publish_with_retries(publisher: Publisher, address: ServerAddress, policy: RetryPolicy) -> None:
    """Publish what is new. While the database fails, try again. Raises StorageFailed when that takes too long."""
    retries, has_warned = policy.begin(), False
    while True:
        try:
            with open_connection(address) as connection:
                publisher.publish_new(connection)
            return
        except database_errors() as error:
            if not is_passing(error):
                raise StorageFailed(f"{address.name}: {reason_of(error)}; {GOES_ON}") from None
            if not has_warned:
                print_safely(f"ecnscrawl: warning: {address.name}: {reason_of(error)}; trying again", error=True)
                has_warned = True
            if not retries.wait(error):
                raise StorageFailed(f"{address.name}: {reason_of(error)}; {GOES_ON}") from None


def _summary(files: int, records: int, folder: Path) -> str:
    if not files:
        return f"nothing new to publish into {folder}"
    return f"{counted(records, 'record')} in {counted(files, 'file')} published into {folder}"
