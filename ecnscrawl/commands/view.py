"""Scrapy's `scrapy view`, without pipelines, reports and host limits."""

from scrapy.commands.view import Command as ScrapyView

from ecnscrawl.cli.inspection import InspectionMixin


class Command(InspectionMixin, ScrapyView):
    pass
