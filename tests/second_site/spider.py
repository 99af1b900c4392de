"""`scrapy crawl gaceta`."""

from ecnscrawl.spiders.base import NewsSpider
from tests.second_site.site import GACETA


class GacetaSpider(NewsSpider):
    """The sitemap and the listings of La Gaceta del Valle."""

    name = "gaceta"
    profile = GACETA
