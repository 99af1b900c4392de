"""Scrapy's `scrapy shell`, without pipelines, reports and host limits."""

from scrapy.commands.shell import Command as ScrapyShell

from ecnscrawl.cli.inspection import InspectionMixin


class Command(InspectionMixin, ScrapyShell):
    pass
