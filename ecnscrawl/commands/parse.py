"""Scrapy's `scrapy parse`, without pipelines, reports and host limits."""

from scrapy.commands.parse import Command as ScrapyParse

from ecnscrawl.cli.inspection import InspectionMixin


class Command(InspectionMixin, ScrapyParse):
    pass
