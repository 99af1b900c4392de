"""`scrapy parse`, as everywhere, without a run of its own."""

from scrapy.commands.parse import Command as ScrapyParse

from ecnscrawl.looking import InspectionMixin


class Command(InspectionMixin, ScrapyParse):
    pass
