"""Know which sites are due, and when the next one is.

A site is due when `every` has passed since its last run started. That time comes from the site's reports, so a run that
somebody has started by hand counts. One that was killed does not, because it has no report, and one that was stopped
does not either, so its site is due at the next start. Sites that were due
together wait for a place, so they start one after the other, and are not due together the next time.

Times are seconds since 1970 (UTC). Nothing here reads a clock or a file.
"""

from collections.abc import Callable, Iterable
from heapq import heapify, heappop, heappush
from typing import Generic, Protocol, TypeVar

_NEVER = float("-inf")


class Timed(Protocol):
    """An entry of the table, as far as the schedule needs it."""

    @property
    def name(self) -> str:
        """The name of the site's folder, which no other entry has."""

    @property
    def every(self) -> float:
        """Seconds from the start of a run to that of the next one."""


Entry = TypeVar("Entry", bound=Timed)


class Schedule(Generic[Entry]):
    """The entries of a table in the order in which they are due.

    >>> from collections import namedtuple
    >>> Site = namedtuple("Site", "name every")
    >>> starts = {"gazette.example": 1000.0}
    >>> schedule = Schedule([Site("gazette.example", 60.0), Site("courier.example", 60.0)], starts.get, now=1030.0)
    >>> schedule.pop(1030.0).name, schedule.pop(1030.0), schedule.next_at(1030.0)
    ('courier.example', None, 1060.0)
    """

    def __init__(self, entries: Iterable[Entry], last_start: Callable[[str], float | None], now: float) -> None:
        """`last_start` returns when the last run of a site started, by its name; None if there was none."""
        self._last_start = last_start
        self._entries: dict[str, Entry] = {}
        self._starts: dict[str, float] = {}  #: by name: of the last run that was started from here
        self._running: set[str] = set()
        self._at: dict[str, float] = {}  #: by name: when an entry is due that does not run now
        #: The same, with the entry's place in the table; an item that `_at` does not confirm is out of date.
        self._heap: list[tuple[float, int, str]] = []
        self._places: dict[str, int] = {}
        self._now = now  #: as last heard
        self.replace(entries, now)

    def __len__(self) -> int:
        return len(self._entries)

    def replace(self, entries: Iterable[Entry], now: float) -> set[str]:
        """Take the entries of a changed table; return the names of those that it no longer has.

        An entry that stays keeps its last start. One that runs now is due again after its run. One that is removed
        while it runs and comes back is due as its reports say: its run was stopped, and does not count.
        """
        before, self._entries = self._entries, {entry.name: entry for entry in entries}
        self._places = {name: place for place, name in enumerate(self._entries)}
        self._starts = {name: at for name, at in self._starts.items() if name in self._entries}
        known, self._at = self._at, {}
        for name, entry in self._entries.items():
            if name in known and before[name].every == entry.every:
                self._at[name] = known[name]
            elif name not in self._running:
                self._at[name] = self._due_at(entry)
        self._limit(now)
        return before.keys() - self._entries.keys()

    def pop(self, now: float) -> Entry | None:
        """Return the entry that has been due for the longest time, which counts as running now; None if none is due."""
        while (at := self.next_at(now)) is not None and at <= now:
            name = self._heap[0][-1]
            again = self._due_at(self._entries[name])
            # Beyond `every` it is the report that lies in the future, because the clock was set back.
            if not now < again <= now + self._entries[name].every:
                return self._start(name, now)
            self._put_off(name, again)  # a run by hand has started meanwhile
        return None

    def pop_all(self, now: float, slack: float) -> list[Entry]:
        """Return all entries that are due, or will be after so small a share of `every`; they count as running now."""
        self._look(now)
        due = [name for name, at in self._at.items() if at - slack * self._entries[name].every <= now]
        due.sort(key=lambda name: self._at[name])
        return [self._start(name, now) for name in due]

    def next_at(self, now: float) -> float | None:
        """Return when the next entry is due that does not run now; None if there is none."""
        self._look(now)
        while self._heap and self._at.get(self._heap[0][-1]) != self._heap[0][0]:
            heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def ended(self, name: str, now: float) -> None:
        """Note that the run of an entry has ended, or could not start: it is due again, after `every`."""
        self._look(now)
        self._running.discard(name)
        if entry := self._entries.get(name):
            self._put_off(name, self._due_at(entry))

    def _start(self, name: str, now: float) -> Entry:
        del self._at[name]
        self._running.add(name)
        self._starts[name] = now
        return self._entries[name]

    def _due_at(self, entry: Entry) -> float:
        by_reports = self._last_start(entry.name)
        start = max(_NEVER if by_reports is None else by_reports, self._starts.get(entry.name, _NEVER))
        return start + entry.every

    def _look(self, now: float) -> None:
        """Note the time. If the clock was set back, entries would else wait until it shows the old time again."""
        if now < self._now:
            self._limit(now)
        self._now = now

    def _limit(self, now: float) -> None:
        """Let each entry be due after `every` at the latest."""
        self._at = {name: min(at, now + self._entries[name].every) for name, at in self._at.items()}
        self._heap = [(at, self._places[name], name) for name, at in self._at.items()]
        heapify(self._heap)

    def _put_off(self, name: str, at: float) -> None:
        self._at[name] = at = min(at, self._now + self._entries[name].every)
        heappush(self._heap, (at, self._places[name], name))
