"""Scrapy's settings for production: polite defaults, each with its reason. `-s NAME=VALUE` overrides one."""

import os
from importlib.metadata import version
from pathlib import Path

from scrapy.settings import default_settings
from scrapy.utils.project import ENVVAR

from ecnscrawl.storage.data_folder import project_folder

# Where Scrapy finds the parts of the project.
BOT_NAME = "ecnscrawl"
SPIDER_MODULES = ["ecnscrawl.spiders"]
NEWSPIDER_MODULE = "ecnscrawl.spiders"
COMMANDS_MODULE = "ecnscrawl.commands"
SPIDER_LOADER_CLASS = "ecnscrawl.cli.spider_loader.OneLineSpiderLoader"  # says in one line what is wrong in a profile

# The data folder: beside this project's scrapy.cfg; without a checkout, in the working folder.
_folder = project_folder(Path.cwd(), os.environ.get(ENVVAR))
DATA_DIR = os.environ.get("ECNSCRAWL_DATA_DIR") or str(_folder / "data")
# The address of a PostgreSQL database in which the state, the records and the reports of many machines are kept.
DATABASE_URL = os.environ.get("ECNSCRAWL_DATABASE_URL")  # a bare DATABASE_URL may be another program's
DATABASE_RETRY_SECONDS = 120.0  # of tries while it restarts, is full or cannot be reached; then a run fails
WORKER_LEASE_SECONDS = 60.0  # a site of a worker that is not heard of for so long belongs to whoever claims it
HTTPCACHE_DIR = str(_folder / ".scrapy" / "httpcache")  # Scrapy's own place, which needs a scrapy.cfg

# What happens to the items of a spider, and what runs beside it.
ITEM_PIPELINES = {
    "ecnscrawl.pipelines.dedupe.DedupePipeline": 100,  # sets the outcome and the revision
    "ecnscrawl.pipelines.validate.ValidatePipeline": 200,  # makes the final record, or rejects it with reasons
    "ecnscrawl.pipelines.store.StorePipeline": 300,  # writes files and state
}
EXTENSIONS = {
    "ecnscrawl.extensions.statistics.StatisticsExtension": 500,
    "ecnscrawl.extensions.progress.ProgressExtension": 600,
    "ecnscrawl.extensions.progress_log.ProgressLogExtension": 610,
    "ecnscrawl.extensions.outcome.OutcomeExtension": 650,
    "ecnscrawl.extensions.feeds.FeedsExtension": 0,
    "ecnscrawl.network.throttle.ThrottleExtension": 0,
    "ecnscrawl.network.scraper.DirectScraping": 0,  # Scrapy's scraper, without its tasks and generators
    "ecnscrawl.extensions.memory.MemoryTrimExtension": 700,
}
# Scrapy's own extensions, but for four. TelnetConsole and RemoteControl open ports that run Python. FeedExporter lets
# one failing feed stop the others. AutoThrottle can go below the Crawl-delay of robots.txt. They would be off too if
# they were None in EXTENSIONS, but imported at each start, RemoteControl with all of aiohttp.
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.memusage.MemoryUsage": 0,
    "scrapy.extensions.memdebug.MemoryDebugger": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.logstats.LogStats": 0,
    "scrapy.extensions.spiderstate.SpiderState": 0,
}
# Scrapy's own, but for cookies, which would be imported at each start, with all of requests, and for that of proxies.
DOWNLOADER_MIDDLEWARES_BASE = dict(default_settings.DOWNLOADER_MIDDLEWARES_BASE)
del DOWNLOADER_MIDDLEWARES_BASE["scrapy.downloadermiddlewares.cookies.CookiesMiddleware"]
del DOWNLOADER_MIDDLEWARES_BASE["scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware"]
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # drops redirects silently; ours gives a reason
    "ecnscrawl.middlewares.addresses.AddressPolicyMiddleware": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # allows all if it cannot fetch robots.txt
    "ecnscrawl.middlewares.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,  # retries at once, and ignores Retry-After
    "ecnscrawl.middlewares.backoff.BackoffMiddleware": 550,
    "ecnscrawl.middlewares.on_demand.CookiesOnDemand": 700,  # loads Scrapy's where COOKIES_ENABLED is on
    "ecnscrawl.middlewares.proxy.ProxyMiddleware": 750,  # Scrapy's, with what `no_proxy` says remembered for each host
    "ecnscrawl.rendering.middleware.RenderingMiddleware": 980,  # renders only what the middlewares before it allow
    "ecnscrawl.middlewares.budgets.BudgetMiddleware": 990,  # last, so that it counts what is really sent
}

# Scrapy's own, but for those that do nothing for our spiders. Each is one more call for each request and item, and one
# that takes all that the spider yields leaves every response to Scrapy's slower way, see network/scraper.py.
# The spider itself marks its first requests; no request takes over what Scrapy keeps with another one.
SPIDER_MIDDLEWARES_BASE = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": 50,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": 700,
}
SPIDER_MIDDLEWARES = {
    "ecnscrawl.middlewares.on_demand.UrlLengthOnDemand": 800,  # loads Scrapy's where URLLENGTH_LIMIT is less than ours
    "ecnscrawl.middlewares.on_demand.DepthOnDemand": 900,  # loads Scrapy's where a setting uses the depth
    "ecnscrawl.middlewares.unparsable.UnparsablePageMiddleware": 50,  # counts a page too complex to parse as a failure
}

# Politeness: how often the site is requested, and by whom.
CONTACT = os.environ.get("ECNSCRAWL_CONTACT")  # a mail or web address for the User-Agent; optional
USER_AGENT = f"ecnscrawl/{version('ecnscrawl')}"  # the truth; robots.txt files refer to it
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "ecnscrawl"
RESERVATIONS_OBEY = True  # `noarchive`, `tdm-reservation` and the like, on a site without a spider of its own
CRAWL_DELAY_MAX = 30.0  # seconds: the longest Crawl-delay that is obeyed; one of a day is a mistake
DOWNLOAD_DELAY = 0.5  # minimum seconds between two requests
DOWNLOAD_DELAY_JITTER = 0  # jitter would make half of them come sooner than the delay says
CONCURRENT_REQUESTS_PER_DOMAIN = 2
CONCURRENT_REQUESTS = 4  # few, because priorities have no effect on requests that have left the scheduler
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 2.0
AUTOTHROTTLE_MAX_DELAY = 60.0
COOKIES_ENABLED = False  # nothing on the site needs them
RETRY_TIMES = 3
RETRY_BACKOFF = 1.0  # seconds before the first retry, doubled for each further one: problems take time to pass
RETRY_BACKOFF_MAX = 60.0  # seconds: the longest wait before a retry
RETRY_AFTER_MAX = 300.0  # seconds: the longest Retry-After that is obeyed, because an hourly run must end
HOST_MAX_CONSECUTIVE_FAILURES = 25  # failed requests in a row, then the host gets none in this run; 0 means no limit
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # the report counts the failure
DOWNLOAD_TIMEOUT = 30  # seconds: a page has about 40 KB

# Security: limits that Scrapy does not set, and that a crawler needs that runs unattended.
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_MAXSIZE = 10_000_000  # bytes, as much as 250 pages; also while decompressing, against compression bombs
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_HANDLERS = {
    "http": "ecnscrawl.network.download_handler.BoundedDownloadHandler",  # limits the head of a response
    "https": "ecnscrawl.network.download_handler.BoundedDownloadHandler",
    "data": None, "ftp": None, "s3": None,  # `crawl` and `watch` disable `file` too, which `scrapy shell FILE` needs
}  # fmt: skip
TWISTED_DNS_RESOLVER = "ecnscrawl.network.resolver.PublicResolver"  # a host name may resolve to a private address
ALLOW_PRIVATE_ADDRESSES = False  # the user's network is not a news site; turn it on for a test site of your own
ALLOWED_PORTS = [80, 443]  # other servers on a site's hosts are not its news
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
METAREFRESH_ENABLED = False  # no page that we read needs it, and it could lead to another page
REDIRECT_MAX_TIMES = 5

# Budgets of a run, whatever the site shows; 0 means no limit. The next run continues where this one stopped.
LISTING_MAX_REQUESTS = 5_000  # for a listing and its articles, ten times today's need; halved for an endless listing
LISTING_MAX_DEAD_LINKS = 200  # in a row: four pages full of links to missing articles are a trap
RUN_MAX_REQUESTS = 100_000  # a first run over all listings needs about 9,000
RUN_MAX_REDIRECTS = 10_000  # requests after redirects; normally there are hardly any
RUN_MAX_BYTES = 10 * 1024**3  # received; a first run receives about 400 MB

# Many sites in one process (`scrapy watch`).
WORKER_RUNS = 32  # at once: so many are under way if 10,000 sites an hour take 12 seconds each
WORKER_REQUESTS = 64  # under way at once, over all sites; a site has at most CONCURRENT_REQUESTS of them
WORKER_BROWSERS = 2  # runs at once that render pages, each with a process and up to RENDER_MEMORY_MB of its own
WATCH_CLAIM: str | None = None  # set by `watch` itself for a run with a browser: the claim that it transfers
WATCH_EVERY_MIN = 60.0  # seconds: the shortest `every` of a site; a feed that is read more often shows nothing earlier

# Reading pages. A worker process is ended by a page on which a parser hangs or crashes, and no crawl is.
# Processes; 0 reads in the crawl's own; auto: 0 for `crawl`, one for each processor for `watch`, up to 4.
PAGE_WORKERS = "auto"
PAGE_SECONDS = 10.0  # to read one page: the usual one takes 0.01; 0 means no limit, as for the next one
PAGE_MEMORY_MB = 1024  # that reading one page may take: of the largest page that we parse, the tree has half of it

# Archives on a Dask cluster (`scrapy reextract --dask`).
DASK_RETRY_SECONDS = 60.0  # to wait for a lost or frozen scheduler: SLURM and Kubernetes start another in a minute

# Rendering, for pages that their scripts fill in.
RENDER = "auto"  # auto renders only pages that came empty; off renders none; always renders every page
CHROMIUM_PATH = os.environ.get("CHROMIUM_PATH")  # the browser; by default Playwright's own, else the system's
RENDER_SECONDS = 15.0  # the time for a page's scripts; then the page is read as it is
RENDER_MEMORY_MB = 1024  # of the browser; a page that needs more is closed
RENDER_SANDBOX = True  # Chromium's sandbox for each page; it does not work as root and in some containers

# The engine.
STATS_CLASS = "ecnscrawl.extensions.stats_collector.PlainStatsCollector"
DOWNLOADER = "ecnscrawl.network.downloader.DirectDownloader"  # Scrapy's, without tasks for what returns at once
ITEM_PROCESSOR = "ecnscrawl.network.scraper.DirectPipelines"  # the same for item pipelines
SCHEDULER = "ecnscrawl.network.scheduler.HoldingScheduler"  # waiting requests take no place of others
CONCURRENT_ITEMS = 1  # our pipelines are synchronous: a hundred tasks for each page would only cost time
WARN_ON_GENERATOR_RETURN_VALUE = False  # Scrapy would look at the source of the callback for each response
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 10_000_000  # bytes of responses that wait for the spider: one of the largest
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # ids tell articles apart; a filter by address drops redirects
LOG_LEVEL = "WARNING"  # cron mails what is printed
LOG_VERSIONS: list[str] = []
DEFAULT_DROPITEM_LOG_LEVEL = "DEBUG"  # an unchanged article is not worth a warning
FEED_EXPORT_ENCODING = "utf-8"
FEED_STORAGES = {
    "": "ecnscrawl.exporters.feed_storage.WholeFileFeedStorage",
    "file": "ecnscrawl.exporters.feed_storage.WholeFileFeedStorage",
    "stdout": "ecnscrawl.exporters.feed_storage.StandardOutputFeedStorage",
}
FEED_EXPORTERS: dict[str, str | None] = {"csv": "ecnscrawl.exporters.feed_csv.CsvFeedExporter"}
FEED_EXPORTERS |= {"pickle": None, "marshal": None}  # marshal cannot write our records, and loading a pickle runs code

# Committing records.
COMMIT_RECORDS = 100  # after this many records: a flush takes about as long as reading a page
COMMIT_SECONDS = 2.0  # or after this time, so that a kill loses little when pages come slowly
REPORT_KEEP_DAYS = 400.0  # a year and more, to compare with; up to 9 KB for each hourly run; 0 keeps all
FILE_RECORDS = 50_000  # in a file, about 200 MB, so that the first files of a long backfill can be read early

# The archive of pages as they were sent.
ARCHIVE = "off"  # on keeps them in archive/, about as many bytes as were received; needs the extra `archive`
ARCHIVE_MAX_BYTES = 1024**3  # of a file, then the next one begins: what fits on any medium, and is sent again if lost

# When to check an article, or to try a failed link, again.
RECHECK_AGES = [1, 3, 9, 24, 48]  # hours: most corrections are made on the first day
PENDING_ATTEMPTS = 5  # then a link is given up
PENDING_BACKOFF = 3600  # seconds after the first failure, doubled after each further one

# Limits beyond which a run is unhealthy.
HEALTH_FAILED_SHARE = 0.2  # of the articles, and of the listings: a few failures are normal, a fifth is not
HEALTH_REJECTED_SHARE = 0.1  # of the articles: pages that do not make valid records have an unknown layout
HEALTH_RENDERED_SHARE = 0.1  # of the articles: if more need a browser, the site has changed to scripts
HEALTH_UNENDED_SHARE = 0.1  # of the articles: if more lack an end mark, or any end, the site has changed
HEALTH_STALE_HOURS = 3.0  # hours since the last healthy run after which `scrapy status` exits with 3
HEALTH_SAMPLE = 10  # articles: with fewer, shares would cause false alarms
