"""What a run is given from outside: the clock, how often it commits, and the figures that count its records."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock of a real run."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class RunSettings:
    """How often records are made safe; see the settings of the same names."""

    commit_records: int = 50
    commit_seconds: float = 2.0
    file_records: int = 50_000
    recheck_ages: tuple[int, ...] = ()  #: seconds, ascending


class Figures(Protocol):
    """What is counted of a run's records: known from a commit on, as the records are."""

    def snapshot(self) -> Any:
        """Return the figures as they are now."""

    def restore(self, snapshot: Any) -> None:
        """Take back what was counted since a snapshot."""
