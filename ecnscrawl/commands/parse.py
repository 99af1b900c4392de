"""Scrapy's `scrapy parse`, without pipelines, reports and host limits."""

from scrapy.commands.parse import Command as ScrapyParse

from ecnscrawl.looking import InspectionMixin


class Command(InspectionMixin, ScrapyParse):
    pass
