"""What the project's own `scrapy` sub-commands share: errors in one line, whole words, the data folder, a site."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from scrapy.commands import ScrapyCommand
from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoaderProtocol, get_spider_loader

from ecnscrawl.cli.preflight import check_objects
from ecnscrawl.exceptions import CannotStart, EcnscrawlError, WrongUsage, refuse
from ecnscrawl.redaction import print_safely
from ecnscrawl.renamed_settings import adopt_old_names, old_name_warnings
from ecnscrawl.spiders.base import NewsSpider, spider_named
from ecnscrawl.storage.data_folder import absolute_folder


class OneLineUsage(ScrapyCommand):
    """Words that Scrapy or argparse refuse end in one line with exit status 2, without the usage before it."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        command = type(self).__module__.rpartition(".")[2]  # as Scrapy names commands

        def refuse_usage(message: str) -> NoReturn:
            refuse(WrongUsage(f"{message}; `scrapy {command} -h` lists the options"))

        # Scrapy makes the parser, and hands its own UsageError to the same method.
        parser.error = refuse_usage  # type: ignore[method-assign]

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        for warning in old_name_warnings(self.settings):
            print_safely(f"ecnscrawl: warning: {warning}", error=True)
        adopt_old_names(self.settings)


class OneLineErrors(OneLineUsage):
    """What a user can cause ends in one line with its exit status; a command says what it does in `do`."""

    @property
    def own_settings(self) -> BaseSettings:
        """The settings, which Scrapy has set by the time that a command does anything."""
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
        """Look at the settings before Scrapy acts on them; raises EcnscrawlError."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            self.do(args, opts)
        except EcnscrawlError as error:
            refuse(error)

    def do(self, args: list[str], opts: argparse.Namespace) -> None:
        """The command's work; raises EcnscrawlError."""
        raise NotImplementedError


class StoredDataCommand(OneLineErrors):
    """A command about what is stored: it starts no crawler."""

    requires_project = True
    requires_crawler_process = False

    @property
    def sites(self) -> SpiderLoaderProtocol:
        """The sites that there are."""
        return get_spider_loader(self.own_settings)

    @property
    def data(self) -> Path:
        """The data folder, which need not be there yet; raises CannotStart where something else is."""
        return data_folder(self.own_settings)

    def site(self, name: str | None) -> type[NewsSpider]:
        """The site of this name; without one the only site that has a folder, or that there is.

        Raises WrongUsage.
        """
        if name is None:
            names = self.sites_with_data()
            if len(names) != 1:
                raise WrongUsage(f"there are several sites; choose one with --site: {', '.join(names)}")
            name = names[0]
        return spider_named(name, self.sites)

    def sites_with_data(self) -> list[str]:
        """The sites that have a folder; all that there are, where none has."""
        known = self.sites.list()
        return [each for each in known if (self.data / each).is_dir()] or known


def data_folder(settings: BaseSettings) -> Path:
    """Where the sites' folders are, absolute; raises CannotStart where that is a file, or lies below one."""
    data = absolute_folder(str(settings["DATA_DIR"]))
    try:
        file = next((path for path in (data, *data.parents) if path.exists() and not path.is_dir()), None)
    except OSError as error:
        raise CannotStart(f"{data}: {error.strerror}; name another folder with ECNSCRAWL_DATA_DIR") from None
    if file:
        raise CannotStart(f"{file} is a file, not a folder; name a folder with ECNSCRAWL_DATA_DIR")
    return data


def positional(command: str, args: Sequence[str]) -> Sequence[str]:
    """The words after a command, of which none is an option that it does not know; raises WrongUsage."""
    for arg in args:
        if arg.startswith("-"):
            raise WrongUsage(f"unknown option {arg!r}; `scrapy {command} -h` lists those there are")
    return args
