"""Production defaults, polite, each with its reason. `-s NAME=VALUE` overrides any of them."""

import os
from importlib.metadata import version
from pathlib import Path

from scrapy.utils.conf import closest_scrapy_cfg

# Where Scrapy finds the parts of the project.
BOT_NAME = "ecnscrawl"
SPIDER_MODULES = ["ecnscrawl.spiders"]
NEWSPIDER_MODULE = "ecnscrawl.spiders"
COMMANDS_MODULE = "ecnscrawl.commands"

# Where the data goes: beside scrapy.cfg, whatever the working folder.
DATA_DIR = os.environ.get("ECNSCRAWL_DATA_DIR") or str(Path(closest_scrapy_cfg() or ".").resolve().parent / "data")

# What is done with what a spider yields.
ITEM_PIPELINES = {
    "ecnscrawl.pipelines.dedupe.DedupePipeline": 100,  # sets the outcome and the revision
    "ecnscrawl.pipelines.validate.ValidatePipeline": 200,  # the final record, or the reasons against it
    "ecnscrawl.pipelines.store.StorePipeline": 300,  # files and state
}
EXTENSIONS = {
    "ecnscrawl.extensions.report.ReportExtension": 500,
    "ecnscrawl.extensions.progress.ProgressExtension": 600,
    "scrapy.extensions.feedexport.FeedExporter": None,  # one feed that fails takes the others with it
    "ecnscrawl.extensions.feeds.FeedsExtension": 0,
    "scrapy.extensions.throttle.AutoThrottle": None,  # goes below what robots.txt asks for
    "ecnscrawl.network.throttle.ThrottleExtension": 0,
    "ecnscrawl.extensions.memory.MemoryTrimExtension": 700,
    "scrapy.extensions.telnet.TelnetConsole": None,  # a port that runs Python
    "scrapy.extensions.remote_control.RemoteControl": None,  # another one
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # drops redirects in silence; ours says so
    "ecnscrawl.middlewares.addresses.AddressPolicyMiddleware": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # allows everything when it cannot ask
    "ecnscrawl.middlewares.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,  # tries again at once, and knows no Retry-After
    "ecnscrawl.middlewares.backoff.BackoffMiddleware": 550,
    "ecnscrawl.rendering.middleware.RenderingMiddleware": 980,  # what it renders all those before have let through
    "ecnscrawl.middlewares.budgets.BudgetMiddleware": 990,  # the last, so that it counts what is sent
}

SPIDER_MIDDLEWARES = {
    "ecnscrawl.middlewares.unparsable.UnparsablePageMiddleware": 50,  # a page too complex to parse is a counted failure
}

# Manners: what the site is asked, how often, and by whom.
CONTACT = os.environ.get("ECNSCRAWL_CONTACT")  # a mail or web address, named to the site; without one it is told none
USER_AGENT = f"ecnscrawl/{version('ecnscrawl')}"  # the truth, and robots.txt knows us by it
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "ecnscrawl"
CRAWL_DELAY_MAX = 30.0  # seconds between two requests where robots.txt asks for more: a day between two is a mistake
DOWNLOAD_DELAY = 0.5  # seconds between two requests, at least
DOWNLOAD_DELAY_JITTER = 0  # jitter would make half of them come sooner than the delay says
CONCURRENT_REQUESTS_PER_DOMAIN = 2
CONCURRENT_REQUESTS = 4  # what has left the scheduler keeps its place, so few should: priorities matter
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 2.0
AUTOTHROTTLE_MAX_DELAY = 60.0
COOKIES_ENABLED = False  # nothing on the site needs them
RETRY_TIMES = 3
RETRY_BACKOFF = 1.0  # seconds before the first retry, then twice as long each time: trouble takes its time to pass
RETRY_BACKOFF_MAX = 60.0  # seconds before a retry, at most
RETRY_AFTER_MAX = 300.0  # seconds that a host is left alone where its Retry-After asks for more: an hourly run must end
HOST_MAX_CONSECUTIVE_FAILURES = 25  # requests of a host that fail in a row, then it is left for this run; 0 leaves none
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # the report counts the failure
DOWNLOAD_TIMEOUT = 30  # seconds: a page is some 40 KB

# What Scrapy leaves open and a crawler that runs unattended must not.
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_MAXSIZE = 10_000_000  # bytes, 250 pages; checked while decompressing too, against compression bombs
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_HANDLERS = {
    "http": "ecnscrawl.network.download_handler.BoundedDownloadHandler",  # bounds the head of a response
    "https": "ecnscrawl.network.download_handler.BoundedDownloadHandler",
    "data": None, "ftp": None, "s3": None,  # and file in `crawl`: `scrapy shell FILE` needs it
}  # fmt: skip
TWISTED_DNS_RESOLVER = (
    "ecnscrawl.network.resolver.PublicResolver"  # a name may lead anywhere, also to another place next time
)
ALLOW_PRIVATE_ADDRESSES = False  # the user's own network is no news site; on for a site of your own, as a test one
ALLOWED_PORTS = [80, 443]  # what else listens on a site's hosts is not its news
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
METAREFRESH_ENABLED = False  # no page that we read needs it, and it would lead away from what was asked for
REDIRECT_MAX_TIMES = 5

# What a run may cost, whatever the site shows; 0 is without limit. What is over is left for the next run.
LISTING_MAX_REQUESTS = (
    5_000  # of a listing and its articles, ten times what one has today; halved where it shows no end
)
LISTING_MAX_DEAD_LINKS = 200  # in a row: four pages of nothing but links to articles that do not exist are a trap
RUN_MAX_REQUESTS = 100_000  # a first run over all listings takes some 9,000
RUN_MAX_REDIRECTS = 10_000  # of them: an article has one address, so there should be next to none
RUN_MAX_BYTES = 10 * 1024**3  # received: a first run takes some 400 MB

# When a page is filled in by its scripts.
RENDER = "auto"  # only what came empty; off is never, always is for a site that is known to need it
CHROMIUM_PATH = os.environ.get("CHROMIUM_PATH")  # the browser; where none is named, Playwright's own or the system's
RENDER_SECONDS = 15.0  # that a page's scripts have; then what is there is read
RENDER_MEMORY_MB = 1024  # of the browser; a page that takes more is ended
RENDER_SANDBOX = True  # Chromium's own, around each page; root has none, and some containers allow none

# How the engine runs.
SCHEDULER = "ecnscrawl.network.scheduler.HoldingScheduler"  # holds what is to wait, so that it keeps no place of others
CONCURRENT_ITEMS = 1  # our pipelines are synchronous: a hundred tasks for each page would only cost time
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 10_000_000  # bytes of responses waiting to be read: one of the largest
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # ids tell articles apart; a filter by address drops redirects
LOG_LEVEL = "WARNING"  # cron mails what is printed
LOG_VERSIONS: list[str] = []
DEFAULT_DROPITEM_LOG_LEVEL = "DEBUG"  # an unchanged article is no news
FEED_EXPORT_ENCODING = "utf-8"
FEED_STORAGES = {
    "": "ecnscrawl.exporters.feed_storage.WholeFileFeedStorage",
    "file": "ecnscrawl.exporters.feed_storage.WholeFileFeedStorage",
    "stdout": "ecnscrawl.exporters.feed_storage.StandardOutputFeedStorage",
}
FEED_EXPORTERS = {"pickle": None, "marshal": None}  # a record is no plain value to marshal, and a pickle runs code

# How records are made safe.
COMMIT_RECORDS = 50  # a flush costs about as much as reading a page
COMMIT_SECONDS = 2.0  # so little is lost to a kill, when pages come slowly
FILE_RECORDS = 50_000  # some 200 MB: a long backfill can be read while it goes on

# When to ask again.
RECHECK_AGES = [1, 3, 9, 24, 48]  # hours: most corrections are made on the first day
PENDING_ATTEMPTS = 5  # then a link is given up
PENDING_BACKOFF = 3600  # seconds after the first failure, then twice as long each time

# When a run is not healthy.
HEALTH_FAILED_SHARE = 0.2  # of the articles asked for, and of the listings: a few are normal, a fifth is not
HEALTH_REJECTED_SHARE = 0.1  # of them: a page that is read and makes no record is a layout that we do not know
HEALTH_RENDERED_SHARE = 0.1  # of the articles that came: more, and the site has gone over to scripts
HEALTH_UNENDED_SHARE = 0.1  # of them: more without an end mark, or without any end, and the site has changed
HEALTH_STALE_HOURS = 3.0  # `scrapy status` complains when an hourly run has not been healthy for longer
HEALTH_SAMPLE = 10  # articles: shares of fewer would cry wolf every other hour
