"""The base of commands that inspect one page. They store nothing, start no run, and may request any host."""

import argparse
import os

from ecnscrawl.cli.base import OneLineUsage
from ecnscrawl.redaction import install_log_redaction

_CRAWL_EXTENSIONS = (
    "ecnscrawl.extensions.statistics.StatisticsExtension",
    "ecnscrawl.extensions.progress.ProgressExtension",
)
_OWN_HOSTS_ONLY = "ecnscrawl.middlewares.addresses.AddressPolicyMiddleware"
_ANY_HOST = "ecnscrawl.middlewares.addresses.AnyHostMiddleware"


class InspectionMixin(OneLineUsage):
    """Disable pipelines, reporting and host limits, which only a crawl needs."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        install_log_redaction(self.settings, os.environ)
        self.settings.set("ITEM_PIPELINES", {}, priority="cmdline")
        self._override("EXTENSIONS", dict.fromkeys(_CRAWL_EXTENSIONS))
        order = self.settings.getdict("DOWNLOADER_MIDDLEWARES").get(_OWN_HOSTS_ONLY)
        self._override("DOWNLOADER_MIDDLEWARES", {_OWN_HOSTS_ONLY: None, _ANY_HOST: order})

    def _override(self, name: str, components: dict[str, int | None]) -> None:
        assert self.settings is not None
        self.settings.set(name, self.settings.getdict(name) | components, priority="cmdline")
