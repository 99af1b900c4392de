"""`scrapy crawl ecns`: www.ecns.cn, the English site of China News Service."""

from ecnscrawl.sites.ecns import ECNS
from ecnscrawl.spiders.base import NewsSpider


class EcnsSpider(NewsSpider):
    """The feed, the front page and the listings of www.ecns.cn."""

    name = "ecns"
    profile = ECNS
