"""One run of one site, beside others in the same process. What goes wrong in it ends this run only."""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field

from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoaderProtocol

from ecnscrawl.cli.site_crawl import begin_run, check_has_begun, print_end
from ecnscrawl.context import CrawlContext, begin_context
from ecnscrawl.crawling.arguments import parse
from ecnscrawl.exceptions import CannotStart, EcnscrawlError
from ecnscrawl.frontier.manners import Manners
from ecnscrawl.frontier.sharing import Claim
from ecnscrawl.monitoring.health import REMOVED
from ecnscrawl.network.shutdown import limit_stop_time, stop
from ecnscrawl.reading.reader import PoolReader
from ecnscrawl.redaction import print_safely
from ecnscrawl.spiders.base import spider_named
from ecnscrawl.storage.base import Storage
from ecnscrawl.storage.run_settings import utc_now
from ecnscrawl.watching.agenda import HERE, RunKind
from ecnscrawl.watching.daemon_thread import in_daemon_thread
from ecnscrawl.watching.refusals import note_lost, refuse_run
from ecnscrawl.watching.site_entry import SiteEntry
from ecnscrawl.workers.pool import WorkerPool

logger = logging.getLogger(__name__)

#: Scrapy's priority of an entry's settings: above those of a site's profile (30), below the command line's (40).
ENTRY_PRIORITY = 35
#: Why a page that needs a browser is not rendered in this process, and the way out.
NO_BROWSER = (
    'write arguments = { render = "auto" } for this site, and its runs get a process and a browser of their own'
)
#: Seconds that requests under way have to finish after a stop: less than in a crawl, as many runs have to be published.
STOP_TIMEOUT = 3.0
MAX_WARNINGS = 1000  #: different ones that are printed
_POLL_INTERVAL = 0.02  #: seconds


class SiteCrawler(Crawler):
    """A crawler beside others. It leaves the log as the command has set it; Scrapy's own opens it anew for each run."""

    def _update_root_log_handler(self) -> None:
        pass


@dataclass(frozen=True)
class WatchContext:
    """What all runs of the process share."""

    settings: Settings  #: of the command line
    spiders: SpiderLoaderProtocol
    manners: Manners
    storage: Storage
    pool: WorkerPool | None  #: that reads the pages; None reads them in this process
    _warned: set[str] = field(default_factory=set)

    def warn(self, warning: str, site: str) -> None:
        """Print a warning of a run, once: what is wrong for all sites need not be said for each of them, each hour."""
        if warning not in self._warned and len(self._warned) < MAX_WARNINGS:
            self._warned.add(warning)
            print_safely(f"ecnscrawl: warning: {site}: {warning}", error=True)


class SiteRun:
    """A run of an entry. `crawl` is called once, and ends with the run's exit status."""

    kind: RunKind = HERE

    def __init__(self, entry: SiteEntry, shared: WatchContext, claim: Claim | None = None) -> None:
        """`claim` is that of the site, where many machines share the sites in a database."""
        self.entry = entry
        self.is_stopped = self.is_lost = False
        self._shared = shared
        self._claim = claim
        self._crawler: Crawler | None = None
        self._is_forced = asyncio.Event()

    async def crawl(self) -> int | None:
        """Crawl the site, and print its last line, or why there is none. Returns the exit status of `crawl`.

        None if the run was stopped before it began, or another worker may have its site.
        """
        if self.is_stopped:
            return None
        try:
            return await self._crawl()
        except EcnscrawlError as error:
            return refuse_run(self.entry.name, error)
        except PermissionError as error:  # as of a site's folder that belongs to another user
            return refuse_run(self.entry.name, CannotStart(f"{error.filename}: {error.strerror}"))
        except Exception as error:  # a mistake of ours, or of a plugin
            logger.error("The run of %s failed", self.entry.name, exc_info=True)
            return refuse_run(self.entry.name, CannotStart(f"{type(error).__name__}: {error}"))
        finally:
            self._crawler = None

    async def _crawl(self) -> int | None:
        shared, entry = self._shared, self.entry
        given = dict(entry.given)
        spider = spider_named(entry.spider, shared.spiders).for_arguments(given, shared.storage.known_sites)
        arguments = parse(spider.profile, given, now=utc_now())
        crawler = self._crawler = SiteCrawler(spider, shared.settings)
        crawler.settings.setdict(dict(entry.settings), ENTRY_PRIORITY)
        context = begin_context(crawler, shared.manners, shared.storage)
        context.no_browser = NO_BROWSER
        context.claim, context.end.concludes_later = self._claim, self._claim is not None
        if shared.pool:
            context.reader = PoolReader(shared.pool, spider.profile)
        begin_run(crawler, arguments)
        try:
            for warning in context.run.warnings:
                shared.warn(warning, spider.name)
            limit_stop_time(crawler, asyncio.get_running_loop().call_later, self.force, STOP_TIMEOUT)
            failure = await self._until_over(crawler.crawl_async(arguments=arguments, **given))
            return await self._end(context, failure)
        finally:
            context.close_run(is_done=not self.is_stopped)  # one that could not begin is due again after `every`

    async def _until_over(self, crawling: Coroutine[None, None, None]) -> BaseException | None:
        """Wait for the end of the crawl, or until it is forced to end; return what it raised."""
        task, forced = asyncio.ensure_future(crawling), asyncio.ensure_future(self._is_forced.wait())
        await asyncio.wait((task, forced), return_when=asyncio.FIRST_COMPLETED)
        forced.cancel()
        if not task.done():
            task.cancel()
            return None
        return task.exception()

    async def _end(self, context: CrawlContext, failure: BaseException | None) -> int | None:
        if not self._is_forced.is_set():
            check_has_begun(context, failure)
        if context.run.is_lost:
            self._note_lost()
            return None
        if context.end.concludes_later:
            context.end.is_concluding = True
            conclusion = await in_daemon_thread(context.end.conclude)
            if context.run.is_lost:  # meanwhile
                self._note_lost()
                return None
        else:
            conclusion = context.end.conclude()
        print_end(self.entry.name, conclusion)
        return conclusion.verdict.exit_status

    def _note_lost(self) -> None:
        self.is_lost = True
        note_lost(self.entry.name)

    async def stop(self) -> None:
        """Stop the run as a signal does: what it has stored is published, within some seconds."""
        self.is_stopped = True
        if crawler := await self._running():
            await crawler.stop_async()

    async def remove(self) -> None:
        """Stop the run because its entry is no longer in the table: requests under way are finished first."""
        self.is_stopped = True
        if crawler := await self._running():
            stop(crawler, REMOVED)

    async def _running(self) -> Crawler | None:
        """Return the crawler when its engine runs, as until then Scrapy ignores a stop; None if the run is over."""
        while (crawler := self._crawler) is not None:
            if crawler._engine is not None and crawler._engine.running:
                return crawler
            await asyncio.sleep(_POLL_INTERVAL)
        return None

    def force(self) -> None:
        """End the run at once: what is stored is published, and requests under way are abandoned."""
        self._is_forced.set()
