"""How a site's runs have gone: a pure function of their reports and the time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ecnscrawl.pastreports import Report
from ecnscrawl.timestamps import from_text

MAX_LISTED_RUNS = 20  #: runs that are listed
MAX_REPORTS = 2160  #: runs that totals are made of: ninety days of hourly ones


@dataclass(frozen=True)
class SiteStatus:
    """What there is to know of a site's runs."""

    site: str
    reports: Sequence[Report]  #: newest first, at most `MAX_REPORTS`
    now: datetime
    stale_hours: float

    @property
    def last_healthy(self) -> str | None:
        """When the last healthy run finished."""
        return next((report.finished_at for report in self.reports if report.status == "healthy"), None)

    @property
    def seconds_since_healthy(self) -> float | None:
        """How long ago that was."""
        return (self.now - from_text(self.last_healthy)).total_seconds() if self.last_healthy else None

    @property
    def is_stale(self) -> bool:
        """Whether there was no healthy run for longer than is well."""
        seconds = self.seconds_since_healthy
        return seconds is None or seconds > self.stale_hours * 3600

    @property
    def totals(self) -> dict[str, int]:
        """The number of runs, and what became of articles in them."""
        totals: Counter[str] = Counter()
        for report in self.reports:
            totals.update(report.counts)
        return {"runs": len(self.reports), **totals}

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        keys = ("run", "started_at", "status", "exit_status", "reasons", "counts", "seconds", "files")
        seconds = self.seconds_since_healthy
        return {
            "site": self.site,
            "runs": [{key: getattr(report, key) for key in keys} for report in self.reports[:MAX_LISTED_RUNS]],
            "totals": self.totals,
            "last_healthy": self.last_healthy,
            "hours_since_healthy": None if seconds is None else round(seconds / 3600, 2),
            "is_stale": self.is_stale,
        }


def status_of(site: str, reports: Sequence[Report], now: datetime, stale_hours: float) -> SiteStatus:
    """The status by these reports, oldest first; stale without a healthy run in that many hours."""
    return SiteStatus(site, list(reversed(reports)), now, stale_hours)
