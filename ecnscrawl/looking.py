"""Scrapy's commands that look at one page: they store nothing, so they need no run and may ask any host."""

import argparse
import os

from ecnscrawl.projectcommand import OneLineUsage
from ecnscrawl.telling import guard_log

_WATCHING = ("ecnscrawl.extensions.report.ReportExtension", "ecnscrawl.extensions.progress.ProgressExtension")
_REFUSING = "ecnscrawl.middlewares.addresses.AddressesMiddleware"
_REFUSING_LESS = "ecnscrawl.middlewares.addresses.AnyHostMiddleware"


class LookingMixin(OneLineUsage):
    """Switches off what is a crawl's."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        guard_log(self.settings, os.environ)
        self.settings.set("ITEM_PIPELINES", {}, priority="cmdline")
        self._change("EXTENSIONS", dict.fromkeys(_WATCHING))
        order = self.settings.getdict("DOWNLOADER_MIDDLEWARES").get(_REFUSING)
        self._change("DOWNLOADER_MIDDLEWARES", {_REFUSING: None, _REFUSING_LESS: order})

    def _change(self, name: str, components: dict[str, int | None]) -> None:
        assert self.settings is not None
        self.settings.set(name, self.settings.getdict(name) | components, priority="cmdline")
