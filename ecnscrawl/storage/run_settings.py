"""A run's surroundings: its clock, its commit settings and the statistics of its records."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
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


class Statistics(Protocol):
    """Statistics of a run's records. They change when records are committed, and are restored if a commit fails."""

    def snapshot(self) -> Any:
        """Return a copy of the statistics as they are now."""

    def restore(self, snapshot: Any) -> None:
        """Undo what was counted since a snapshot."""
