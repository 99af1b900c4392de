"""What `watch` is to run next, where many machines share the sites: what it can claim in the database."""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import partial
from time import monotonic
from typing import TypeVar

from ecnscrawl.exceptions import CannotStart, StorageFailed
from ecnscrawl.frontier.server_errors import database_errors, refusal_of
from ecnscrawl.frontier.sharing import Claim, SharedSites, WatchedSite
from ecnscrawl.watching.agenda import ONCE_SLACK, DueRun, RunKind
from ecnscrawl.watching.daemon_thread import in_daemon_thread
from ecnscrawl.watching.site_entry import SiteEntry

logger = logging.getLogger(__name__)

T = TypeVar("T")

POLL_SECONDS = 1.0  #: between two looks: other workers release sites, or die
MAX_POLL_SECONDS = 15.0  #: while the database does not answer


def watched_sites(entries: Iterable[SiteEntry], kind_of: Callable[[SiteEntry], RunKind]) -> list[WatchedSite]:
    """Return the sites of a table's entries, as workers share them."""
    return [WatchedSite(each.name, each.every, kind_of(each)) for each in entries]


class ClaimedAgenda:
    """The agenda of one of many workers; see Agenda. The event loop never waits for the database."""

    def __init__(
        self,
        sites: SharedSites,
        entries: Iterable[SiteEntry],
        kind_of: Callable[[SiteEntry], RunKind],
    ) -> None:
        """`sites` are those of the entries; `kind_of` returns the kind of an entry's runs."""
        self._sites, self._kind_of = sites, kind_of
        self._entries = {entry.name: entry for entry in entries}
        self._at: datetime | None = None  # of `--once`: when it began, by the database's clock
        self._gone_since: float | None = None  # the database does not answer; by the monotonic clock
        self._poll = POLL_SECONDS

    def __len__(self) -> int:
        return len(self._entries)

    async def begin(self, *, once: bool) -> None:
        """Raises CannotStart."""
        try:
            now = await in_daemon_thread(self._sites.now)
        except database_errors() as error:
            raise CannotStart(refusal_of(error, self._sites.name)) from None
        self._at = now if once else None

    async def pop(self, kinds: Collection[RunKind], running: Collection[str]) -> DueRun | None:
        if not kinds:
            return None
        slack = ONCE_SLACK if self._at else 0.0
        claim = await self._ask(lambda: self._sites.claim(kinds, self._at, slack, running))
        if claim is None:
            return None
        if entry := self._entries.get(claim.site):
            return DueRun(entry, claim, partial(self._sites.transfer, claim))
        await self._release(claim, is_done=False)  # it was removed from the table meanwhile
        return None

    async def is_done(self) -> bool:
        at = self._at
        assert at is not None
        return await self._ask(lambda: self._sites.is_any_left(at, ONCE_SLACK)) is False

    def wait(self, kinds: Collection[RunKind]) -> float | None:
        return self._poll if kinds else None

    async def ended(self, run: DueRun, *, is_done: bool) -> None:
        """A run that had begun has released its site itself, with its report."""
        assert run.claim is not None
        await self._release(run.claim, is_done=is_done)

    async def replace(self, entries: Sequence[SiteEntry]) -> set[str]:
        """If the database does not answer, it takes the entries when it does."""
        before = self._entries.keys()
        self._entries = {entry.name: entry for entry in entries}
        await self._ask(lambda: self._sites.replace(watched_sites(entries, self._kind_of)))
        return before - self._entries.keys()

    async def _release(self, claim: Claim, *, is_done: bool) -> None:
        await self._ask(lambda: self._sites.release(claim, is_done=is_done))

    async def _ask(self, question: Callable[[], T]) -> T | None:
        """Return the answer; None if there is none. Raises StorageFailed if `--once` got none for too long."""
        try:
            answer = await in_daemon_thread(question)
        except database_errors() as error:
            self._note_gone(error)
            return None
        if self._gone_since is not None:
            logger.warning("The database answers again")
        self._gone_since, self._poll = None, POLL_SECONDS
        return answer

    def _note_gone(self, error: Exception) -> None:
        message = " ".join(str(error).split())
        if self._gone_since is None:
            self._gone_since = monotonic()
            logger.warning("The database does not answer, so no run can begin: %s", message)
        elif self._at is not None and monotonic() - self._gone_since > self._sites.retry_seconds:
            raise StorageFailed(f"the database does not answer: {message}; what was stored before is whole")
        self._poll = min(2 * self._poll, MAX_POLL_SECONDS)
