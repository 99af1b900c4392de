"""Scrapy's commands that look at one page: they store nothing, so they need no run and may ask any address."""

import argparse
import os

from scrapy.commands import ScrapyCommand

from ecnscrawl.telling import guard_log

_WATCHING = ("ecnscrawl.extensions.report.ReportExtension", "ecnscrawl.extensions.progress.ProgressExtension")
_REFUSING = ("ecnscrawl.middlewares.addresses.AddressesMiddleware",)


class LookingMixin(ScrapyCommand):
    """Switches off what is a crawl's."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        guard_log(self.settings, os.environ)
        self.settings.set("ITEM_PIPELINES", {}, priority="cmdline")
        for name, own in (("EXTENSIONS", _WATCHING), ("DOWNLOADER_MIDDLEWARES", _REFUSING)):
            components = self.settings.getdict(name) | dict.fromkeys(own)
            self.settings.set(name, components, priority="cmdline")
