"""`scrapy publish DIR`: with a database, article files from its rows, each version once."""

import argparse
from contextlib import suppress
from pathlib import Path

from ecnscrawl.cli.base import StoredDataCommand, positional
from ecnscrawl.cli.preflight import check_settings
from ecnscrawl.cli.signals import interruptible
from ecnscrawl.exceptions import StorageFailed, WrongUsage
from ecnscrawl.hints import program
from ecnscrawl.spiders.base import site_spiders
from ecnscrawl.storage.data_folder import absolute_folder, site_folder_of

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
        address = self.storage.require_server(
            "there is no database to publish from; name it with ECNSCRAWL_DATABASE_URL"
        )
        from ecnscrawl.cli.publishing import STOPPED, check_sites, publish  # noqa: PLC0415 - only with a database

        with interruptible(None if opts.follow else StorageFailed(STOPPED)):
            sites = check_sites(address, opts.site, site_spiders(self.sites))
            publish(address, self._folder(words[0]), sites, self.own_settings, every)

    def _folder(self, given: str) -> Path:
        """Return the absolute path of the folder to publish into. Raises WrongUsage for that of a site."""
        folder = absolute_folder(given)
        if site := site_folder_of(folder.resolve() / "articles", self.data):
            raise WrongUsage(f"{given} lies in the folder of a site; publish into {site.parent}, or another folder")
        return folder


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
