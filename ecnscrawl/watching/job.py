"""`scrapy watch`, from the table to the last line: reads the table, starts the runs, hears signals."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from time import monotonic

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import BaseSettings

from ecnscrawl.cli.base import data_folder, sites_in
from ecnscrawl.cli.preflight import is_set_by_user
from ecnscrawl.cli.signals import NotedHangup
from ecnscrawl.cli.site_crawl import check_process, new_pool
from ecnscrawl.configuration.storage import storage_of
from ecnscrawl.context import new_manners
from ecnscrawl.exceptions import EcnscrawlError, WrongUsage
from ecnscrawl.monitoring.overview import LatestReports
from ecnscrawl.monitoring.report_reader import last_start
from ecnscrawl.monitoring.site_index import SiteIndex
from ecnscrawl.redaction import print_fixed_form, print_safely
from ecnscrawl.spiders.base import spider_named
from ecnscrawl.storage.run_settings import utc_now
from ecnscrawl.watching.agenda import HERE, RENDERED, Agenda, DueRun, RunKind, ScheduledAgenda
from ecnscrawl.watching.claimed_agenda import ClaimedAgenda, watched_sites
from ecnscrawl.watching.daemon_thread import in_daemon_thread
from ecnscrawl.watching.index_task import IndexTask
from ecnscrawl.watching.reactor import run_reactor
from ecnscrawl.watching.rendered_run import RenderedRun, is_rendered
from ecnscrawl.watching.runner import RunningSite, Watch
from ecnscrawl.watching.site_entry import SiteEntry
from ecnscrawl.watching.site_run import SiteRun, WatchContext
from ecnscrawl.watching.table import read_table
from ecnscrawl.workers.garbage import freeze_start

#: Extensions that belong to one crawl on a terminal.
_OFF = ("ecnscrawl.extensions.progress.ProgressExtension",)

_WAITING = "SCRAPER_SLOT_MAX_ACTIVE_SIZE"
WAITING_BYTES = 2_000_000  #: of responses of one run that wait to be read: a fifth of a crawl's, as there are many runs
STOP_SECONDS = 8.5  #: after a signal: then the process no longer waits for the files over all sites
CLOSE_SECONDS = 1.0  #: for closing the connections to the database
MAX_WORKERS = 4  #: that read pages, unless the user names a number: they can read what a hundred sites send


class WatchJob:
    """Runs the sites of a table until it is stopped, or once."""

    def __init__(self, process: AsyncCrawlerProcess, path: Path, options: Sequence[str], hangup: NotedHangup) -> None:
        """Read the table. Raises EcnscrawlError if it cannot be used.

        `options` are those of the command line that hold for a run in a process of its own too, such as
        `-s NAME=VALUE`. `hangup` has noted SIGHUP since the command began.
        """
        self._path, self._options, self._hangup = path, options, hangup
        self._process = process
        self._settings = process.settings
        check_process(self._settings)
        _check_feeds(self._settings)
        self._data = data_folder(self._settings)
        extensions = self._settings.getdict("EXTENSIONS") | dict.fromkeys(_OFF)
        self._settings.set("EXTENSIONS", extensions, self._settings.getpriority("EXTENSIONS") or 0)
        if not is_set_by_user(self._settings, _WAITING):
            self._settings.set(_WAITING, WAITING_BYTES, "project")
        self._shared = WatchContext(
            self._settings,
            process.spider_loader,
            new_manners(self._settings.getint("WORKER_REQUESTS")),
            storage_of(self._settings),
            new_pool(self._settings, min(os.cpu_count() or 1, MAX_WORKERS)),
        )
        storage = self._shared.storage
        self._watch = Watch(
            self._agenda(),
            self._run_of,
            places=self._settings.getint("WORKER_RUNS"),
            browser_places=self._settings.getint("WORKER_BROWSERS"),
        )
        latest = LatestReports(storage.last_reports())
        index = SiteIndex(self._data, self._settings.getfloat("HEALTH_STALE_HOURS"), latest)
        # Of the runs of other machines this one does not hear: it draws each time.
        ended = count().__next__ if storage.is_shared else self._watch.statuses.total
        self._index = IndexTask(index, self._sites, ended, has_time=self._has_time)
        self._browsers = asyncio.Semaphore(self._settings.getint("WORKER_BROWSERS"))
        self._stopped_at: float | None = None
        self._rereading: asyncio.Future[None] | None = None

    def run(self, *, once: bool) -> int:
        """Run until the end; return the exit status."""
        reread = _ignore if once else self._hear_reread
        actions = {signal.SIGTERM: self._stop, signal.SIGINT: self._stop, signal.SIGHUP: reread}
        freeze_start()
        run_reactor(
            self._process,
            lambda: self._index.beside(lambda: self._closing_pool(once=once)),
            actions,
            self._shared.storage.give_up_waiting,
        )
        print_fixed_form(self._watch.last_line)
        return exit_status(self._watch.statuses, was_stopped=self._stopped_at is not None) if once else 0

    async def _closing_pool(self, *, once: bool) -> None:
        """Do the work, and end the processes that read pages."""
        try:
            await self._work(once=once)
        finally:
            if self._shared.pool:
                await self._shared.pool.close()

    async def _work(self, *, once: bool) -> None:
        """Run the sites, and say all the time that the event loop runs, if the storage has to know."""
        running = asyncio.ensure_future(self._watch.run(once=once))
        storage = self._shared.storage
        if self._hangup.was_heard and not once:  # perhaps after the table was read
            self._hear_reread()
        while not running.done():
            storage.note_loop_alive()
            await asyncio.wait((running,), timeout=storage.look_interval)
            if not self._has_time():  # a database that does not answer must not keep the process
                running.cancel()
        try:
            with suppress(asyncio.CancelledError):
                await running
        finally:
            with suppress(TimeoutError):
                await asyncio.wait_for(in_daemon_thread(storage.close), CLOSE_SECONDS)

    def _agenda(self) -> Agenda:
        entries = self._read()
        shared = self._shared.storage.share(watched_sites(entries, self._kind_of))
        if shared is None:
            return ScheduledAgenda(entries, lambda name: last_start(self._data / name / "reports"))
        return ClaimedAgenda(shared, entries, self._kind_of)

    def _kind_of(self, entry: SiteEntry) -> RunKind:
        spider = spider_named(entry.spider, self._process.spider_loader)
        return RENDERED if is_rendered(entry, spider, self._settings) else HERE

    def _run_of(self, due: DueRun) -> RunningSite:
        if self._kind_of(due.entry) == HERE:
            return SiteRun(due.entry, self._shared, due.claim)
        return RenderedRun(due.entry, self._options, self._browsers, due.transfer)

    def _read(self) -> list[SiteEntry]:
        entries = read_table(self._path, self._process.spider_loader, self._settings, now=utc_now())
        self._every = {entry.name: entry.every for entry in entries}
        return entries

    def _sites(self) -> dict[str, float | None]:
        """Return how often each site is to run, in seconds; of a site that is only in the data folder None."""
        return {**dict.fromkeys(sites_in(self._data, self._process.spider_loader)), **self._every}

    def _stop(self) -> None:
        if self._stopped_at is None:
            self._stopped_at = monotonic()
        self._watch.stop()

    def _has_time(self) -> bool:
        return self._stopped_at is None or monotonic() < self._stopped_at + STOP_SECONDS

    def _hear_reread(self) -> None:
        self._rereading = asyncio.ensure_future(self._reread(self._rereading))

    async def _reread(self, before: asyncio.Future[None] | None) -> None:
        """Read the table again, in a thread because a large one takes a second. If it is faulty, the old one stays."""
        if before is not None:
            await before
        try:
            await self._watch.replace(await asyncio.to_thread(self._read))
            self._index.table_has_changed()
        except EcnscrawlError as error:
            print_safely(f"ecnscrawl: error: {error}; the table that was read before stays", error=True)


def _ignore() -> None:
    """Do nothing on SIGHUP: `--once` has nothing to read again."""


def _check_feeds(settings: BaseSettings) -> None:
    """Raise WrongUsage for a feed that several runs would write at once."""
    for uri in settings.getdict("FEEDS"):
        if "%(name)s" not in str(uri):
            raise WrongUsage(f"the feed {uri} would be of all sites; write %(name)s into its name, for the site's")


def exit_status(statuses: Counter[int], *, was_stopped: bool) -> int:
    """Return the exit status of `--once` for those of its runs: 4, another run is under way, is nothing wrong.

    >>> [exit_status(Counter(each), was_stopped=False) for each in ((), (0, 4), (0, 3, 1), (0, 1), (1, 1), (1, 4))]
    [0, 0, 3, 3, 1, 1]
    """
    if was_stopped or statuses[3]:
        return 3
    refused = statuses.keys() - {0, 4}
    if refused and statuses[0]:
        return 3
    return max(refused, default=0)
