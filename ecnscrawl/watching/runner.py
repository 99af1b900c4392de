"""Run the sites of a table, many at once in one process, each when it is due."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from time import monotonic, time
from typing import Protocol

from ecnscrawl.watching.entries import SiteEntry
from ecnscrawl.watching.schedule import Schedule
from ecnscrawl.watching.site_log import log_with_site

logger = logging.getLogger(__name__)

#: A share of `every` by which a run of `--once` may come early: it is started by cron, and the last one, which cron
#: started at the same minute, may have waited some minutes for a place.
ONCE_SLACK = 0.1
MAX_SLEEP = 60.0  #: seconds: then the clock is looked at again, which may have been set


class RunningSite(Protocol):
    """A run of a site, in this process or in one of its own."""

    is_in_this_process: bool  #: if not, it takes no place of those that are

    async def crawl(self) -> int | None:
        """Run until the end, print the run's last line, and return the exit status. Called once; never raises.

        None if the run was stopped before it began.
        """

    async def stop(self) -> None:
        """Stop as after a signal, within some seconds."""

    async def remove(self) -> None:
        """Stop because the site is no longer in the table."""

    def force(self) -> None:
        """End at once."""


class Watch:
    """Starts the runs that are due, and ends them when it is stopped."""

    def __init__(
        self,
        entries: Sequence[SiteEntry],
        make_run: Callable[[SiteEntry], RunningSite],
        last_start: Callable[[str], float | None],
        *,
        places: int,
    ) -> None:
        """`last_start` returns when the last run of a site started, in seconds since 1970; `places`: runs at once."""
        self._schedule = Schedule(entries, last_start, time())
        self._make_run = make_run
        self._places = places
        self._runs: dict[str, RunningSite] = {}  #: under way, by the site's name
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._is_stopping = False
        self._started_at = monotonic()
        self.statuses: Counter[int] = Counter()  #: of the runs that have ended: how many had each exit status

    # From outside.

    async def run(self) -> None:
        """Run each site when it is due, until `stop` is called."""
        while not self._is_stopping:
            now = time()
            entry = self._schedule.pop(now) if self._has_place else None
            if entry is None:
                await self._sleep(now)
            else:
                self._start(entry)
                await asyncio.sleep(0)  # the runs under way go on between two starts
        await self._finish()

    async def run_once(self) -> None:
        """Run each site that is due now, and end."""
        due = self._schedule.pop_all(time(), ONCE_SLACK)
        for entry in due:
            while not self._has_place and not self._is_stopping:
                await self._wait_for_change(None)
            if self._is_stopping:
                break
            self._start(entry)
            await asyncio.sleep(0)
        await self._finish()

    def stop(self) -> None:
        """Stop all runs, which publish what they have, and start no more. A second call ends them at once."""
        if self._is_stopping:
            for run in list(self._runs.values()):
                run.force()
            return
        self._is_stopping = True
        self._changed.set()
        for name, run in self._runs.items():
            with log_with_site(name):
                self._spawn(run.stop())

    def replace(self, entries: Sequence[SiteEntry]) -> None:
        """Take the entries of a table that has changed, and stop the runs of those that it no longer has."""
        for name in self._schedule.replace(entries, time()):
            if run := self._runs.get(name):
                with log_with_site(name):
                    self._spawn(run.remove())
        self._changed.set()

    @property
    def last_line(self) -> str:
        """What was done, in numbers."""
        healthy, unhealthy = self.statuses[0], self.statuses[3]
        refused = self.statuses.total() - healthy - unhealthy
        return (
            f"watch sites={len(self._schedule)} runs={healthy + unhealthy} healthy={healthy} unhealthy={unhealthy}"
            f" seconds={round(monotonic() - self._started_at)}" + (f" refused={refused}" if refused else "")
        )

    # Runs.

    @property
    def _has_place(self) -> bool:
        return sum(run.is_in_this_process for run in self._runs.values()) < self._places

    def _start(self, entry: SiteEntry) -> None:
        run = self._runs[entry.name] = self._make_run(entry)
        with log_with_site(entry.name):
            self._spawn(self._watch_run(entry.name, run))

    async def _watch_run(self, name: str, run: RunningSite) -> None:
        try:
            if (status := await run.crawl()) is not None:
                self.statuses[status] += 1
        finally:
            del self._runs[name]
            self._schedule.ended(name, time())
            self._changed.set()

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _sleep(self, now: float) -> None:
        """Wait until an entry is due, a run has ended or something else has changed."""
        at = self._schedule.next_at(now) if self._has_place else None
        await self._wait_for_change(MAX_SLEEP if at is None else min(MAX_SLEEP, max(0.0, at - now)))

    async def _wait_for_change(self, seconds: float | None) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), seconds)
        self._changed.clear()

    async def _finish(self) -> None:
        """Wait for the runs that are under way."""
        while self._runs:
            await self._wait_for_change(None)
