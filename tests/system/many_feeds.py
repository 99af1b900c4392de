"""The site's spider with a great many feeds and nothing else, to have each of them read in one crawl."""

from ecnscrawl.spiders.ecns import EcnsSpider


class ManyFeedsSpider(EcnsSpider):
    """Asks for /feed/1.xml and so on."""

    name = "ecns"
    feeds = tuple(f"https://www.ecns.cn/feed/{number}.xml" for number in range(1, 31))  # type: ignore[assignment]
    front_pages = ()  # type: ignore[assignment]
    sections = ()  # type: ignore[assignment]
