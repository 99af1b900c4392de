"""`scrapy crawl chinanews`: www.chinanews.com.cn, the Chinese site of China News Service."""

from ecnscrawl.sites.chinanews import CHINANEWS
from ecnscrawl.spiders.base import NewsSpider


class ChinanewsSpider(NewsSpider):
    """The feed, the newest articles and the daily archive of www.chinanews.com.cn."""

    name = "chinanews"
    profile = CHINANEWS
