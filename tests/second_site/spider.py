"""`scrapy crawl gaceta`."""

from ecnscrawl.spiders.base import NewsSpider
from tests.second_site.site import GACETA


class GacetaSpider(NewsSpider):
    """The articles of gaceta.example."""

    name = "gaceta"
    profile = GACETA
