"""The base class of the commands that crawl, `crawl` and `watch`: what both do before the first request."""

import argparse
import logging
import os

from ecnscrawl.cli.base import OneLineErrors
from ecnscrawl.cli.preflight import check_log
from ecnscrawl.cli.signals import refuse_on_signals
from ecnscrawl.exceptions import CannotStart
from ecnscrawl.redaction import install_log_redaction


class CrawlCommand(OneLineErrors):
    """A command that sanitizes its log, and that no address can make read a local file."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        # Until the reactor runs, which hears of signals itself.
        refuse_on_signals(CannotStart("interrupted before the first request; nothing is lost"))
        super().process_options(args, opts)
        handlers = self.own_settings.getdict("DOWNLOAD_HANDLERS")
        self.own_settings.set("DOWNLOAD_HANDLERS", handlers | {"file": None}, priority="project")

    def check_options(self) -> None:
        install_log_redaction(self.own_settings, os.environ)
        level = check_log(self.own_settings)
        logging.disable(level - 1)  # Scrapy has two records made for each page, for its handler to drop them
