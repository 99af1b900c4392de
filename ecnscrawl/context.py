"""What the parts of one crawl share: run, arguments, statistics, budgets, host policy. `context_of` finds it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from time import monotonic
from weakref import WeakKeyDictionary

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from scrapy.signalmanager import SignalManager
from scrapy.utils.asyncio import call_later

from ecnscrawl.configuration.limits import host_limits, thresholds
from ecnscrawl.configuration.storage import crawl_settings, storage_of
from ecnscrawl.exceptions import EcnscrawlError, StorageFailed
from ecnscrawl.frontier.budgets import ListingBudgets
from ecnscrawl.frontier.host_gate import HostGate
from ecnscrawl.frontier.host_policy import HostPolicy
from ecnscrawl.frontier.manners import Manners
from ecnscrawl.frontier.robots_cache import RobotsCache
from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.frontier.sharing import Claim, SiteLease
from ecnscrawl.monitoring.conclusion import Conclusion, CrawlTerms, conclude
from ecnscrawl.monitoring.run_end import RunEnd
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.reading.reader import DirectReader, Reader
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.storage.archive.exchange import Exchange
from ecnscrawl.storage.base import Storage
from ecnscrawl.storage.run import Run


class CrawlContext:
    """The run, the user's arguments, the statistics, the budgets and the host policy of one crawl.

    A command that inspects one page has a context too. It never uses `run`, so it creates no folder.
    """

    def __init__(
        self,
        settings: BaseSettings,
        spider: type[Spider],
        manners: Manners | None = None,
        storage: Storage | None = None,
    ) -> None:
        """`manners` and `storage` are those of all crawls of the process, if there are several."""
        self.profile: SiteProfile | None = getattr(spider, "profile", None)  #: None for a spider of another kind
        #: The domains that may be requested; empty if all may be.
        self.domains = tuple(self.profile.domains if self.profile else getattr(spider, "allowed_domains", ()))
        self.settings = settings
        self._site = spider.name
        self._storage = storage
        self._run: Run | None = None
        self.stats = RunStats()  #: of the run, or of the inspected page
        self.manners = manners or new_manners()
        self.hosts = HostPolicy(host_limits(settings), self.manners.pauses)
        self.reader: Reader = DirectReader()  #: of the site's pages
        self.arguments = Arguments()  #: the user's; the defaults for a command that inspects one page
        self.given: Mapping[str, str] = {}  #: the arguments as the user wrote them
        self.no_browser: str | None = None  #: why this crawl may start no browser
        self.closed_pages: set[int] = set()  #: numbers of rendered pages whose subrequests are no longer needed
        self.sitemaps: list[str] = []  #: that the site's robots.txt names
        self.facts: dict[str, str] = {}  #: what the state is to remember at the end of the run, by its name there
        self.refusal: EcnscrawlError | None = None  #: why a crawl of a script did not begin
        self.claim: Claim | None = None  #: of the site in the database, if `watch` has claimed it
        self.end = RunEnd(self._conclude)  #: of the run
        self.kept: list[object] = []  #: parts to which only signals refer, which is not enough to keep them

    @cached_property
    def storage(self) -> Storage:
        """Where the articles are kept. Raises WrongUsage for an invalid address."""
        return self._storage or storage_of(self.settings)

    @property
    def run(self) -> Run:
        """The run. It is entered on first use, if the command has not done so.

        Raises AlreadyRunning and CannotStart.
        """
        if self._run is None:
            run = self.storage.new_run(self._site, crawl_settings(self.settings, self._site), self.claim)
            run.enter()
            self.use(run)
            return run
        return self._run

    def use(self, run: Run) -> None:
        """Use a run that has been entered already."""
        run.count_with(self.stats)
        self._run = run
        if lease := run.lease:
            for host, seconds in lease.pauses.items():
                self.hosts.pause(host, monotonic(), seconds)
            self.hosts.on_pause = lease.note_pause

    @property
    def lease(self) -> SiteLease | None:
        """The claim of the site in the database; None without one."""
        return None if self._run is None else self._run.lease

    @property
    def may_send(self) -> bool:
        """Whether requests may be sent: not when another worker may have the site by now."""
        return self.lease is None or self.lease.is_held

    def note_crawl_delay(self, seconds: float) -> None:
        """Note what a robots.txt asks for, so that the next owner of the site keeps it from its first request on."""
        if self.lease is not None and seconds > self.lease.crawl_delay:
            self.lease.note_crawl_delay(seconds)

    @property
    def has_room(self) -> bool:
        """Whether what further requests bring can be stored now."""
        return self._run is None or self._run.has_room

    @cached_property
    def budgets(self) -> ListingBudgets:
        """The budgets of listings. If the user asks for listings to be read to their ends, they are never reduced."""
        return ListingBudgets(
            self.settings.getint("LISTING_MAX_REQUESTS"),
            lambda listing: 0 if self.arguments.ignores_stop_rule else self.run.state.overspent(listing),
            self.stats.overspent,
            max_dead_links=self.settings.getint("LISTING_MAX_DEAD_LINKS"),
            left=self.stats.listings_left,
        )

    def archive(self, exchanges: Sequence[Exchange]) -> None:
        """Archive responses of which no record is made. Those of articles are archived with their visits."""
        if self._run is not None:
            with suppress(StorageFailed):  # the run remembers it, and the next item that is to be stored ends it
                self._run.archive(exchanges)

    # The end of the run.

    def watch_end(self, signal_manager: SignalManager) -> None:
        """Conclude the run when the engine has stopped, because then all records are stored and all feeds written."""
        signal_manager.connect(self._engine_started, signals.engine_started)
        signal_manager.connect(self._spider_closed, signals.spider_closed)
        signal_manager.connect(self._engine_stopped, signals.engine_stopped)

    def _engine_started(self) -> None:
        self.end.has_started = True

    def _spider_closed(self, reason: str) -> None:
        self.end.reason = reason
        if not self.end.has_started and not self.end.concludes_later:  # then `engine_stopped` is never sent
            self.close_run()

    def _engine_stopped(self) -> None:
        if self._run is not None and not self.end.concludes_later:
            self.end.conclude_after_engine()

    def _conclude(self) -> Conclusion:
        terms = CrawlTerms(
            site=self._site,
            given=self.given,
            thresholds=thresholds(self.settings),
            expected_fields=self.profile.expected_fields if self.profile else {},
            keep_days=self.settings.getfloat("REPORT_KEEP_DAYS"),
            ignores_stop_rule=self.arguments.ignores_stop_rule,
            facts=self.facts,
        )
        return conclude(self.run, self.stats, terms, self.end.reason)

    def close_run(self, *, is_done: bool = False) -> None:
        """Release the lock without a report if a crawl could not start. Does nothing after the end of the run.

        `is_done` says that the next run is not due at once.
        """
        if self._run is not None:
            self._run.finish(is_done=is_done and not self._run.is_lost)


_contexts: WeakKeyDictionary[Crawler, CrawlContext] = WeakKeyDictionary()


def context_of(crawler: Crawler) -> CrawlContext:
    """Return the context of a crawler, which is created on first use."""
    return _contexts.get(crawler) or begin_context(crawler)


def begin_context(crawler: Crawler, manners: Manners | None = None, storage: Storage | None = None) -> CrawlContext:
    """Create the context of a crawler, with what all crawls of the process share, if there are several."""
    context = _contexts[crawler] = CrawlContext(crawler.settings, crawler.spidercls, manners, storage)
    context.watch_end(crawler.signals)
    return context


def new_manners(max_requests: int = 0) -> Manners:
    """Return the manners of a process: what its crawls know together about hosts.

    At most `max_requests` are under way at once, over all crawls; 0 means no limit.
    """
    return Manners(HostGate(monotonic, call_later, max_requests), RobotsCache(monotonic))
