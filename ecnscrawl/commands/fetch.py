"""Scrapy's `scrapy fetch`, without pipelines, reports and host limits."""

from scrapy.commands.fetch import Command as ScrapyFetch

from ecnscrawl.cli.inspection import InspectionMixin


class Command(InspectionMixin, ScrapyFetch):
    pass
