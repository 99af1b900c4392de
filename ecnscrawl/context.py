"""`context_of(crawler)` finds what the parts of one crawl share: run, arguments, statistics, budgets, host policy."""

from collections.abc import Callable, Mapping
from functools import cached_property
from weakref import WeakKeyDictionary

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from scrapy.signalmanager import SignalManager

from ecnscrawl.frontier.budgets import ListingBudgets
from ecnscrawl.frontier.host_policy import HostLimits, HostPolicy
from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.monitoring.conclusion import Conclusion, CrawlTerms, conclude
from ecnscrawl.monitoring.health import Thresholds
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.storage.data_folder import absolute_folder
from ecnscrawl.storage.run import Run, RunSettings, utc_now


class CrawlContext:
    """The run, the user's arguments, the statistics, the budgets and the host policy of one crawl.

    A command that only looks at a page has one too: it never asks for the run, so that no folder is touched.
    """

    def __init__(self, settings: BaseSettings, spider: type[Spider]) -> None:
        self.profile: SiteProfile | None = getattr(spider, "profile", None)  #: a spider of another kind has none
        #: The domains that may be asked; empty where any may.
        self.domains = tuple(self.profile.domains if self.profile else getattr(spider, "allowed_domains", ()))
        self.settings = settings
        self._site = spider.name
        self._run: Run | None = None
        self.stats = RunStats()  #: of the run; without one, of what is looked at
        self.hosts = HostPolicy(host_limits(settings))
        self.arguments = Arguments()  #: of the user; of a command that only looks at a page, the defaults
        self.given: Mapping[str, str] = {}  #: the arguments as the user wrote them
        self.closed_pages: set[int] = set()  #: numbers of rendered pages whose subrequests are no longer needed
        self.end_reason: str | None = None  #: why Scrapy closed the spider, in its word; None where it never did
        self._has_started = False
        self._forced_stop_actions: list[Callable[[], None]] = []
        self._conclusion: Conclusion | None = None

    @property
    def run(self) -> Run:
        """The run, entered: by the command, or on first use where a script starts the crawler.

        Raises AlreadyRunning and CannotStart.
        """
        if self._run is None:
            run = new_run(self.settings, self._site)
            run.enter()
            self.use(run)
            return run
        return self._run

    def use(self, run: Run) -> None:
        """Take a run that is entered already."""
        run.count_with(self.stats)
        self._run = run

    @cached_property
    def budgets(self) -> ListingBudgets:
        """What each listing may cost in this run; a user who asks for a walk to the end gets all of it each time."""
        return ListingBudgets(
            self.settings.getint("LISTING_MAX_REQUESTS"),
            lambda listing: 0 if self.arguments.ignores_stop_rule else self.run.state.overspent(listing),
            self.stats.overspent,
            max_dead_links=self.settings.getint("LISTING_MAX_DEAD_LINKS"),
            left=self.stats.listings_left,
        )

    # The end of the run.

    def watch_end(self, signal_manager: SignalManager) -> None:
        """Conclude the run when the engine has stopped: then all records are stored and all feeds are written."""
        signal_manager.connect(self._engine_started, signals.engine_started)
        signal_manager.connect(self._spider_closed, signals.spider_closed)
        signal_manager.connect(self._engine_stopped, signals.engine_stopped)

    def _engine_started(self) -> None:
        self._has_started = True

    def _spider_closed(self, reason: str) -> None:
        self.end_reason = reason
        if not self._has_started:  # so it sends no signal that it has stopped
            self.close_run()

    def _engine_stopped(self) -> None:
        if self._run is not None:
            self._conclude(self._run)

    def on_forced_stop(self, action: Callable[[], None]) -> None:
        """Have `action` called if the process had to stop before Scrapy could send its last signals."""
        self._forced_stop_actions.append(action)

    def conclude(self) -> Conclusion:
        """How the run was. Called after the event loop has ended: if no signal has ended the run, this call does."""
        if self._conclusion is None:
            for action in self._forced_stop_actions:
                action()
        return self._conclude(self.run)

    def _conclude(self, run: Run) -> Conclusion:
        if self._conclusion is None:
            terms = CrawlTerms(
                site=self._site,
                given=self.given,
                thresholds=thresholds(self.settings),
                expected_fields=self.profile.expected_fields if self.profile else {},
                ignores_stop_rule=self.arguments.ignores_stop_rule,
            )
            self._conclusion = conclude(run, self.stats, terms, self.end_reason)
            self._forced_stop_actions.clear()  # they may refer to the crawler
        return self._conclusion

    def close_run(self) -> None:
        """Let the next run in, without a report: for a crawl that could not begin. After the end it does nothing."""
        if self._run is not None:
            self._run.finish()


_contexts: WeakKeyDictionary[Crawler, CrawlContext] = WeakKeyDictionary()


def context_of(crawler: Crawler) -> CrawlContext:
    """The context of a crawler, made on first use."""
    context = _contexts.get(crawler)
    if context is None:
        context = _contexts[crawler] = CrawlContext(crawler.settings, crawler.spidercls)
        context.watch_end(crawler.signals)
    return context


def new_run(settings: BaseSettings, site: str) -> Run:
    """A run of a site with these settings, not entered."""
    return Run(
        absolute_folder(str(settings["DATA_DIR"])) / site,
        utc_now,
        RunSettings(
            commit_records=settings.getint("COMMIT_RECORDS"),
            commit_seconds=settings.getfloat("COMMIT_SECONDS"),
            file_records=settings.getint("FILE_RECORDS"),
            recheck_ages=tuple(sorted(int(float(age) * 3600) for age in settings.getlist("RECHECK_AGES"))),
        ),
    )


def host_limits(settings: BaseSettings) -> HostLimits:
    """The limits that the settings name."""
    return HostLimits(
        max_failures=settings.getint("HOST_MAX_CONSECUTIVE_FAILURES"),
        max_retry_after=settings.getfloat("RETRY_AFTER_MAX"),
        max_crawl_delay=settings.getfloat("CRAWL_DELAY_MAX"),
        retry_backoff=settings.getfloat("RETRY_BACKOFF"),
        max_retry_backoff=settings.getfloat("RETRY_BACKOFF_MAX"),
    )


def thresholds(settings: BaseSettings) -> Thresholds:
    """From where on a run is unhealthy, as the settings say."""
    return Thresholds(
        failed_share=settings.getfloat("HEALTH_FAILED_SHARE"),
        rejected_share=settings.getfloat("HEALTH_REJECTED_SHARE"),
        rendered_share=settings.getfloat("HEALTH_RENDERED_SHARE"),
        unended_share=settings.getfloat("HEALTH_UNENDED_SHARE"),
        sample=settings.getint("HEALTH_SAMPLE"),
        dead_links=settings.getint("LISTING_MAX_DEAD_LINKS"),
    )
