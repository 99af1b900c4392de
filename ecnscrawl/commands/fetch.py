"""Scrapy's `scrapy fetch`, without pipelines, reports and host limits."""

from scrapy.commands.fetch import Command as ScrapyFetch

from ecnscrawl.looking import InspectionMixin


class Command(InspectionMixin, ScrapyFetch):
    pass
