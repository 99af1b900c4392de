"""The project's settings without its defences against hostile servers, for `bench.defences`.

What is faster than Scrapy's own part, such as the download handler, stays, although it defends too.
"""

from ecnscrawl.settings import *  # noqa: F403
from ecnscrawl.settings import DOWNLOADER_MIDDLEWARES as _DEFENDED

_DEFENCES = (
    "ecnscrawl.middlewares.addresses.AddressPolicyMiddleware",
    "ecnscrawl.middlewares.robots.RobotsMiddleware",
    "ecnscrawl.middlewares.budgets.BudgetMiddleware",
)
DOWNLOADER_MIDDLEWARES = {name: order for name, order in _DEFENDED.items() if name not in _DEFENCES}
ROBOTSTXT_OBEY = False
TWISTED_DNS_RESOLVER = "scrapy.resolver.CachingThreadedResolver"
DOWNLOAD_VERIFY_CERTIFICATES = False
DOWNLOAD_MAXSIZE = 0
RENDER = "off"
LISTING_MAX_REQUESTS = RUN_MAX_REQUESTS = RUN_MAX_REDIRECTS = RUN_MAX_BYTES = 0
