"""The project's settings without its defences against hostile servers, for `bench.defences`."""

from ecnscrawl.settings import *  # noqa: F403

DOWNLOADER_MIDDLEWARES = {"scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None}
ROBOTSTXT_OBEY = False
SCHEDULER = "scrapy.core.scheduler.Scheduler"
DOWNLOAD_HANDLERS = {"file": None}
TWISTED_DNS_RESOLVER = "scrapy.resolver.CachingThreadedResolver"
DOWNLOAD_VERIFY_CERTIFICATES = False
DOWNLOAD_MAXSIZE = 0
RENDER = "off"
LISTING_MAX_REQUESTS = RUN_MAX_REQUESTS = RUN_MAX_REDIRECTS = RUN_MAX_BYTES = 0
EXTENSIONS = {
    "ecnscrawl.extensions.statistics.StatisticsExtension": 500,
    "ecnscrawl.extensions.progress.ProgressExtension": 600,
}
