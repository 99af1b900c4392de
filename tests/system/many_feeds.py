"""The site's spider with a great many feeds and nothing else, to have each of them read in one crawl."""

from dataclasses import replace

from ecnscrawl.sites.ecns import ECNS
from ecnscrawl.sites.sources import Feed
from ecnscrawl.spiders.ecns import EcnsSpider


class ManyFeedsSpider(EcnsSpider):
    """Asks for /feed/1.xml and so on."""

    name = "ecns"
    profile = replace(
        ECNS,
        sources=tuple(Feed(f"https://www.ecns.cn/feed/{number}.xml") for number in range(1, 31)),
    )
