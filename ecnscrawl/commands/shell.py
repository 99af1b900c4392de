"""`scrapy shell`, as everywhere, without a run of its own."""

from scrapy.commands.shell import Command as ScrapyShell

from ecnscrawl.looking import InspectionMixin


class Command(InspectionMixin, ScrapyShell):
    pass
