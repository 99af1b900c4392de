"""Scrapy's statistics collector, without the check for a deprecated argument that takes longer than the counting."""

from scrapy.statscollectors import MemoryStatsCollector


class PlainStatsCollector(MemoryStatsCollector):
    """Counts as Scrapy's own does. That one wraps each of its methods whenever it is looked up, 30 times for a page."""

    __getattribute__ = object.__getattribute__
