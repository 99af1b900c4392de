"""The status of a site: its last reports, how long ago it was healthy, and whether a run is unfinished."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ecnscrawl.monitoring.report_reader import Report
from ecnscrawl.normalize.timestamps import from_text
from ecnscrawl.storage.last_reports import Unfinished

MAX_LISTED_RUNS = 20
MAX_REPORTS = 2160  #: included in the totals: ninety days of hourly runs


@dataclass(frozen=True)
class SiteStatus:
    """The reports of a site's runs, and what follows from them. `now` has a time zone."""

    site: str
    reports: Sequence[Report]  #: newest first, at most `MAX_REPORTS`
    now: datetime
    stale_hours: float  #: HEALTH_STALE_HOURS, which is meant for an hourly run
    unfinished: Unfinished | None = None  #: the state of a run that has no report yet
    every: float | None = None  #: seconds between the starts of two runs, where a table of sites says it

    @property
    def last_healthy(self) -> str | None:
        """When the last healthy run finished, in UTC; None if there was none."""
        healthy = (report.finished_at for report in self.reports if report.status == "healthy")
        return next(healthy, self.reports[0].last_healthy if self.reports else None)

    @property
    def seconds_since_healthy(self) -> float | None:
        """Seconds since then; None if there was none."""
        return (self.now - from_text(self.last_healthy)).total_seconds() if self.last_healthy else None

    @property
    def seconds_since_run(self) -> float | None:
        """Seconds since the last run finished; None if there was none."""
        return (self.now - from_text(self.reports[0].finished_at)).total_seconds() if self.reports else None

    @property
    def is_stale(self) -> bool:
        """Whether there was no healthy run in the last `stale_hours`; of a site with `every`, in as many rounds."""
        seconds = self.seconds_since_healthy
        return seconds is None or seconds > self.stale_hours * (3600 if self.every is None else self.every)

    @property
    def totals(self) -> dict[str, int]:
        """The number of runs, and the sums of their counts of articles."""
        totals: Counter[str] = Counter()
        for report in self.reports:
            totals.update(report.counts)
        return {"runs": len(self.reports), **totals}

    def as_json(self) -> dict[str, Any]:
        """Return the status for programs, as `scrapy status --json` prints it."""
        keys = ("run", "started_at", "status", "exit_status", "reasons", "counts", "seconds", "files")
        seconds = self.seconds_since_healthy
        return {
            "site": self.site,
            "runs": [{key: getattr(report, key) for key in keys} for report in self.reports[:MAX_LISTED_RUNS]],
            "totals": self.totals,
            "last_healthy": self.last_healthy,
            "hours_since_healthy": None if seconds is None else round(seconds / 3600, 2),
            "is_stale": self.is_stale,
            "unfinished": self.unfinished,
        }


def status_of(
    site: str, reports: Sequence[Report], now: datetime, stale_hours: float, unfinished: Unfinished | None = None
) -> SiteStatus:
    """Return the status for these reports, which are oldest first."""
    return SiteStatus(site, list(reversed(reports)), now, stale_hours, unfinished)
