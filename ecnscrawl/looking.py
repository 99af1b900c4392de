"""Scrapy's commands that look at one page: they store nothing, so they need no run and may ask any address."""

import argparse

from scrapy.commands import ScrapyCommand


class LookingMixin(ScrapyCommand):
    """Switches off what is a crawl's."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        for name, component in (
            ("ITEM_PIPELINES", None),
            ("EXTENSIONS", "ecnscrawl.extensions.report.ReportExtension"),
            ("DOWNLOADER_MIDDLEWARES", "ecnscrawl.middlewares.addresses.AddressesMiddleware"),
        ):
            changed = self.settings.getdict(name) | {component: None} if component else {}
            self.settings.set(name, changed, priority="cmdline")
