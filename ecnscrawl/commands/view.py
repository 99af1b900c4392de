"""`scrapy view`, as everywhere, without a run of its own."""

from scrapy.commands.view import Command as ScrapyView

from ecnscrawl.looking import InspectionMixin


class Command(InspectionMixin, ScrapyView):
    pass
