"""`scrapy fetch`, as everywhere, without a run of its own."""

from scrapy.commands.fetch import Command as ScrapyFetch

from ecnscrawl.looking import InspectionMixin


class Command(InspectionMixin, ScrapyFetch):
    pass
