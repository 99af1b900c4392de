"""Base classes of the project's `scrapy` sub-commands: one-line errors, the data folder, the choice of a site."""

import argparse
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from scrapy.commands import ScrapyCommand
from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoaderProtocol, get_spider_loader

from ecnscrawl.cli.environment import environment_warnings
from ecnscrawl.cli.preflight import check_objects
from ecnscrawl.cli.refusals import refusal
from ecnscrawl.configuration.renamed_settings import adopt_old_names, old_name_warnings
from ecnscrawl.configuration.storage import storage_of
from ecnscrawl.exceptions import CannotStart, EcnscrawlError, WrongUsage, refuse, suggestion
from ecnscrawl.frontier.known_sites import FolderSites
from ecnscrawl.hints import program
from ecnscrawl.monitoring.overview import LatestReports
from ecnscrawl.normalize.text import listed
from ecnscrawl.redaction import print_safely
from ecnscrawl.sites.hosts import is_host, twin_of
from ecnscrawl.spiders.base import NewsSpider, site_spiders, spider_named
from ecnscrawl.spiders.news import spider_of_site
from ecnscrawl.storage.base import Storage
from ecnscrawl.storage.data_folder import absolute_folder
from ecnscrawl.storage.folder.storage import hosts_in


class OneLineUsage(ScrapyCommand):
    """If Scrapy or argparse refuses an argument, print one line without the usage, and exit with status 2."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        command = type(self).__module__.rpartition(".")[2]  # as Scrapy names commands

        def refuse_usage(message: str) -> NoReturn:
            refuse(WrongUsage(f"{refusal(message)}; `{program()} {command} -h` lists the options"))

        if parser.usage:
            parser.usage = re.sub(r"^scrapy\b", program(), parser.usage)
        # Scrapy creates the parser, and passes its own UsageError to the same method.
        parser.error = refuse_usage  # type: ignore[method-assign]

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        for warning in (*old_name_warnings(self.settings), *environment_warnings(os.environ)):
            print_safely(f"ecnscrawl: warning: {warning}", error=True)
        adopt_old_names(self.settings)


class OneLineErrors(OneLineUsage):
    """Print each error that a user can cause as one line, and exit with its status. Subclasses implement `do`."""

    @property
    def own_settings(self) -> BaseSettings:
        """The settings. Scrapy sets them before it runs a command."""
        assert self.settings is not None
        return self.settings

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            check_objects(self.own_settings, opts.set)
            super().process_options(args, opts)
            self.check_options()
        except EcnscrawlError as error:
            refuse(error)
        except OSError as error:
            refuse(CannotStart(f"{error.filename}: {error.strerror}"))

    def check_options(self) -> None:
        """Check the settings before Scrapy uses them. Raises EcnscrawlError."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            self.do(args, opts)
        except EcnscrawlError as error:
            refuse(error)
        except PermissionError as error:  # as of a data folder that belongs to another user
            where = error.filename if error.filename is not None else "a file"
            refuse(CannotStart(f"{where}: {error.strerror}; run this as a user who may read and write it"))

    def do(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do the command's work. Raises EcnscrawlError."""
        raise NotImplementedError


class StoredDataCommand(OneLineErrors):
    """The base of commands that read stored data. They start no crawler."""

    requires_project = True
    requires_crawler_process = False
    choice = "choose one with --site"  #: how the user names one of several sites
    reads_rows = False  #: whether the command reads the database, if there is one, and not the data folder

    @property
    def sites(self) -> SpiderLoaderProtocol:
        """All known sites."""
        return get_spider_loader(self.own_settings)

    @property
    def storage(self) -> Storage:
        """Where articles are kept. Raises WrongUsage for an invalid address of a database."""
        return storage_of(self.own_settings)

    @property
    def data(self) -> Path:
        """The data folder, which may not exist yet. Raises CannotStart if a file has its name."""
        return data_folder(self.own_settings)

    @contextmanager
    def reading_reports(self) -> Iterator[LatestReports]:
        """Yield the last reports of all sites as they are now. Raises CannotStart and WrongUsage."""
        _ = self.data  # which must be no file
        with self.storage.reading():
            latest = LatestReports(self.storage.last_reports())
            latest.source.refresh()
            yield latest

    @property
    def lacks_files(self) -> bool:
        """Whether crawls store into a database. Then only `publish` writes article files into the data folder."""
        return not (self.storage.writes_files or self.reads_rows)

    def unknown_site(self, name: str, known: Sequence[str]) -> WrongUsage:
        """Return the error for a site of which the command finds nothing."""
        way_out = (
            f"; of one that is only in the database: {self.storage.way_to_articles(name)}" if self.lacks_files else ""
        )
        return WrongUsage(f"unknown site {name!r}{suggestion(name, known)}; known are {listed(known)}{way_out}")

    def site(self, name: str | None) -> type[NewsSpider]:
        """Return the site with this name. Without a name, return the only site with stored data, or the only site.

        Raises WrongUsage for an unknown name, or if no name was given and several sites have stored data; CannotStart
        if no name was given and none has.
        """
        if name is None:
            names = self.sites_with_data()
            if len(names) == 1:
                name = names[0]
            elif any((self.data / each / ("articles" if self.lacks_files else "")).is_dir() for each in names):
                raise WrongUsage(f"there are several sites; {self.choice}: {listed(names)}")
            else:
                raise CannotStart(f"there is no article file in {self.data}; {self.storage.way_to_articles('SITE')}")
        spiders = site_spiders(self.sites)
        if name in spiders:
            return spiders[name]
        hosts = self._hosts_with_data()
        if host := next((each for each in (name, twin_of(name)) if each in hosts), None):
            return spider_of_site(host, FolderSites(self.data))
        known = [*spiders, *hosts]
        if name in self.sites.list():
            spider_named(name, self.sites)  # raises an error for a spider that is not of this project's kind
            raise WrongUsage(f"{name!r} is not a site; known are {listed(known)}")
        raise self.unknown_site(name, known)

    def sites_with_data(self) -> list[str]:
        """Return the names of the sites that have a folder, or of all that have a spider if none has a folder."""
        return self.stored_sites() or list(site_spiders(self.sites))

    def stored_sites(self) -> list[str]:
        """Return the sites of which something is stored."""
        return sites_in(self.data, self.sites)

    def _hosts_with_data(self) -> list[str]:
        """Return the sites that were crawled without a spider of their own: their folders are named by their hosts."""
        return [site for site in self.stored_sites() if is_host(site)]


def sites_in(data: Path, loader: SpiderLoaderProtocol) -> list[str]:
    """Return the sites that have a folder in the data folder: those with a spider of their own, then hosts."""
    return [*(each for each in site_spiders(loader) if (data / each).is_dir()), *hosts_in(data)]


def data_folder(settings: BaseSettings) -> Path:
    """Return the absolute path of the data folder. Raises CannotStart if the path or a parent of it is a file."""
    data = absolute_folder(str(settings["DATA_DIR"]))
    try:
        file = next((path for path in (data, *data.parents) if path.exists() and not path.is_dir()), None)
    except OSError as error:
        raise CannotStart(f"{data}: {error.strerror}; name another folder with ECNSCRAWL_DATA_DIR") from None
    if file:
        raise CannotStart(f"{file} is a file, not a folder; name a folder with ECNSCRAWL_DATA_DIR")
    return data


def positional(command: str, args: Sequence[str]) -> Sequence[str]:
    """Return the positional arguments of a command. Raises WrongUsage if one of them is an unknown option."""
    for arg in args:
        if arg.startswith("-"):
            whose = ", which belongs to `crawl`" if arg == "-a" else ""
            raise WrongUsage(f"unknown option {arg!r}{whose}; `{program()} {command} -h` lists the options")
    return args
