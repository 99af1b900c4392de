"""A run's surroundings: its clock, its commit settings and the statistics of its records."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from ecnscrawl.storage.archive.terms import ArchiveTerms

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock of a real run."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class RunSettings:
    """How often records are committed; see the settings of the same names."""

    commit_records: int = 50
    commit_seconds: float = 2.0
    file_records: int = 50_000
    recheck_ages: tuple[int, ...] = ()  #: seconds, ascending
    archive: ArchiveTerms | None = None  #: None: responses are not archived

    def is_commit_due(self, uncommitted: int, waited: timedelta) -> bool:
        """Whether so many changes are to be committed, so long after the last commit.

        The time is negative if the clock was set back.

        >>> from datetime import timedelta
        >>> [RunSettings().is_commit_due(*each) for each in ((1, timedelta(seconds=1)), (50, timedelta()))]
        [False, True]
        """
        return uncommitted >= self.commit_records or not 0 <= waited.total_seconds() < self.commit_seconds


class Statistics(Protocol):
    """Statistics of a run's records. They change when records are committed, and are restored if a commit fails."""

    def snapshot(self) -> Any:
        """Return a copy of the statistics as they are now."""

    def restore(self, snapshot: Any) -> None:
        """Undo what was counted since a snapshot."""
