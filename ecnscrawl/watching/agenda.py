"""What `watch` is to run next. This one asks the schedule of the data folder; `claimed_agenda` asks the database."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from time import time
from typing import Final, Literal, Protocol

from ecnscrawl.frontier.sharing import Claim
from ecnscrawl.watching.schedule import Schedule
from ecnscrawl.watching.site_entry import SiteEntry

RunKind = Literal["here", "rendered"]  #: in this process, or in one of its own with a browser
HERE: Final = "here"
RENDERED: Final = "rendered"

#: A share of `every` by which a run of `--once` may come early: it is started by cron, and the last one, which cron
#: started at the same minute, may have waited some minutes for a place.
ONCE_SLACK = 0.1


@dataclass(frozen=True, slots=True)
class DueRun:
    """A run that is to begin now."""

    entry: SiteEntry
    claim: Claim | None = None  #: of the site, where many machines share the sites
    #: Transfers the claim to the process of the run, which takes it by the token that this returns.
    transfer: Callable[[], str] | None = None


class Agenda(Protocol):
    """The entries of the table, as far as they are due."""

    def __len__(self) -> int:
        """How many entries the table has."""

    async def begin(self, *, once: bool) -> None:
        """Called once, before the others. With `once`, only what is due now is to be run."""

    async def pop(self, kinds: Collection[RunKind], running: Collection[str]) -> DueRun | None:
        """Return a run that is to begin now, of one of these kinds; None if there is none. `running` are sites."""

    async def is_done(self) -> bool:
        """Whether nothing is left to be run, by whoever it is; only with `once`."""

    def wait(self, kinds: Collection[RunKind]) -> float | None:
        """Return the seconds after which a run of these kinds may be due; None if first a run must end."""

    async def ended(self, run: DueRun, *, is_done: bool) -> None:
        """Note that a run has ended, or could not start. One that is not done, because it was stopped, is still due."""

    async def replace(self, entries: Sequence[SiteEntry]) -> set[str]:
        """Take the entries of a changed table; return the names of those that it no longer has."""


class ScheduledAgenda:
    """The agenda of one machine, by the reports in its data folder; see Agenda."""

    def __init__(self, entries: Iterable[SiteEntry], last_start: Callable[[str], float | None]) -> None:
        """`last_start` returns when the last run of a site started, in seconds since 1970."""
        self._schedule = Schedule(entries, last_start, time())
        self._of_once: list[SiteEntry] | None = None  # what is left to be run with `once`

    def __len__(self) -> int:
        return len(self._schedule)

    async def begin(self, *, once: bool) -> None:
        if once:
            self._of_once = self._schedule.pop_all(time(), ONCE_SLACK)

    async def pop(self, kinds: Collection[RunKind], running: Collection[str]) -> DueRun | None:  # noqa: ARG002
        """A run with a browser waits for its place itself, and meanwhile takes none of the others."""
        if HERE not in kinds:
            return None
        if self._of_once is not None:
            return DueRun(self._of_once.pop(0)) if self._of_once else None
        entry = self._schedule.pop(time())
        return None if entry is None else DueRun(entry)

    async def is_done(self) -> bool:
        return not self._of_once

    def wait(self, kinds: Collection[RunKind]) -> float | None:
        if self._of_once is not None or HERE not in kinds:
            return None
        at = self._schedule.next_at(now := time())
        return None if at is None else max(0.0, at - now)

    async def ended(self, run: DueRun, *, is_done: bool) -> None:  # noqa: ARG002 - its report says so
        self._schedule.ended(run.entry.name, time())

    async def replace(self, entries: Sequence[SiteEntry]) -> set[str]:
        return self._schedule.replace(entries, time())
