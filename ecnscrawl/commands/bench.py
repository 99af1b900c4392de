"""Scrapy's `scrapy bench`, with Scrapy's own settings: this project's would log nothing and refuse its server."""

import argparse

from scrapy.commands.bench import Command as ScrapyBench
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from ecnscrawl.cli.base import OneLineUsage

_PORTS = ("TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED")  # they would let any user of the machine run Python


class Command(OneLineUsage, ScrapyBench):
    requires_crawler_process = False  # Scrapy would make one with this project's settings

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        plain = Settings()
        plain.setdict(self.default_settings, priority="command")
        plain.setdict(dict.fromkeys(_PORTS, False), priority="command")
        self.settings = plain
        super().process_options(args, opts)  # the user's -s and -L

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert isinstance(self.settings, Settings)
        self.crawler_process = AsyncCrawlerProcess(self.settings)
        super().run(args, opts)
