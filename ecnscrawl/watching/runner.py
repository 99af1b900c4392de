"""Run the sites of a table, many at once in one process, each when it is due."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from time import monotonic
from typing import Protocol

from ecnscrawl.watching.agenda import HERE, RENDERED, Agenda, DueRun, RunKind
from ecnscrawl.watching.site_entry import SiteEntry
from ecnscrawl.watching.site_log import log_with_site

logger = logging.getLogger(__name__)

MAX_SLEEP = 60.0  #: seconds: then the clock is looked at again, which may have been set


class RunningSite(Protocol):
    """A run of a site, in this process or in one of its own."""

    kind: RunKind  #: each kind has places of its own
    is_stopped: bool  #: whether it was stopped or removed, so that it is not done
    is_lost: bool  #: whether it has lost its site to another worker

    async def crawl(self) -> int | None:
        """Run until the end, print the run's last line, and return the exit status. Called once; never raises.

        None if the run was stopped before it began, or has lost its site to another worker.
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
        self, agenda: Agenda, make_run: Callable[[DueRun], RunningSite], *, places: int, browser_places: int
    ) -> None:
        """`places` is how many runs there are at once in this process, `browser_places` in processes of their own."""
        self._agenda = agenda
        self._make_run = make_run
        self._places: dict[RunKind, int] = {HERE: places, RENDERED: browser_places}
        self._runs: dict[str, RunningSite] = {}  #: under way, by the site's name
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._is_stopping = False
        self._started_at = monotonic()
        self.statuses: Counter[int] = Counter()  #: of the runs that have ended: how many had each exit status
        self._lost = 0  # runs that have lost their sites, and have no status

    # From outside.

    async def run(self, *, once: bool) -> None:
        """Run each site when it is due, until `stop` is called; with `once`, each that is due now."""
        await self._agenda.begin(once=once)
        try:
            while not self._is_stopping:
                due = await self._agenda.pop(self._free_kinds, list(self._runs))
                if due is not None and self._is_stopping:
                    await self._agenda.ended(due, is_done=False)
                elif due is not None:
                    self._start(due)
                    await asyncio.sleep(0)  # the runs under way go on between two starts
                elif once and not self._runs and await self._agenda.is_done():
                    break
                else:
                    await self._sleep()
        finally:
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

    async def replace(self, entries: Sequence[SiteEntry]) -> None:
        """Take the entries of a table that has changed, and stop the runs of those that it no longer has."""
        for name in await self._agenda.replace(entries):
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
            f"watch sites={len(self._agenda)} runs={healthy + unhealthy} healthy={healthy} unhealthy={unhealthy}"
            f" seconds={round(monotonic() - self._started_at)}"
            + (f" refused={refused}" if refused else "")
            + (f" lost={self._lost}" if self._lost else "")
        )

    # Runs.

    @property
    def _free_kinds(self) -> list[RunKind]:
        """The kinds of runs for which there is place."""
        running = Counter(run.kind for run in self._runs.values())
        return [kind for kind, places in self._places.items() if running[kind] < places]

    def _start(self, due: DueRun) -> None:
        name = due.entry.name
        run = self._runs[name] = self._make_run(due)
        with log_with_site(name):
            self._spawn(self._watch_run(due, run))

    async def _watch_run(self, due: DueRun, run: RunningSite) -> None:
        status: int | None = None
        try:
            if (status := await run.crawl()) is not None:
                self.statuses[status] += 1
            self._lost += run.is_lost
        finally:
            try:
                await self._agenda.ended(due, is_done=status is not None and not run.is_stopped)
            finally:
                del self._runs[due.entry.name]
                self._changed.set()

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _sleep(self) -> None:
        """Wait until something may be due, a run has ended or something else has changed."""
        seconds = self._agenda.wait(self._free_kinds)
        await self._wait_for_change(MAX_SLEEP if seconds is None else min(MAX_SLEEP, seconds))

    async def _wait_for_change(self, seconds: float | None) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), seconds)
        self._changed.clear()

    async def _finish(self) -> None:
        """Wait for the runs that are under way."""
        while self._runs:
            await self._wait_for_change(None)
