"""The status of many sites, by the last report of each, the worst first."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Literal

from ecnscrawl.monitoring.report_reader import Report, latest_report
from ecnscrawl.monitoring.status import SiteStatus, unfinished_run
from ecnscrawl.storage.reports import FileReports

State = Literal["stale", "unhealthy", "healthy"]


class LatestReports:
    """Reads the last report of each site, and keeps it as long as its file is the same."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._kept: dict[str, tuple[tuple[int, ...], Report | None]] = {}  # by site, with the identity of the file

    def read(self, site: str) -> Report | None:
        """Return the last report of a site; None if there is none."""
        folder = self._data / site / "reports"
        identity: tuple[int, ...] = ()
        with suppress(OSError):
            found = (folder / "latest.json").lstat()
            identity = (found.st_ino, found.st_mtime_ns, found.st_size)
        kept = self._kept.get(site)
        if kept is None or kept[0] != identity or not identity:
            kept = self._kept[site] = (identity, latest_report(FileReports(folder)))
        return kept[1]


def read_statuses(
    data: Path,
    sites: Mapping[str, float | None],
    now: datetime,
    stale_hours: float,
    latest: LatestReports | None = None,
) -> list[SiteStatus]:
    """Return the status of each site, the worst first.

    `sites` has the seconds between the starts of two runs, by the name of the site; None if nobody has said it. `now`
    is aware. `latest` may have reports that were read before.
    """
    latest = latest or LatestReports(data)
    found = []
    for site, every in sites.items():
        report = latest.read(site)
        reports = [report] if report else []
        found.append(SiteStatus(site, reports, now, stale_hours, unfinished_run(data / site), every))
    return worst_first(found)


def worst_first(statuses: Iterable[SiteStatus]) -> list[SiteStatus]:
    """Sort: the stale ones, the longest first; those whose last run was unhealthy; the others, by name."""
    return sorted(statuses, key=_order)


def state_of(status: SiteStatus) -> State:
    """Return the worst that can be said of a site."""
    if status.is_stale:
        return "stale"
    return "healthy" if status.reports[0].status == "healthy" else "unhealthy"


def totals(statuses: Sequence[SiteStatus]) -> dict[str, int]:
    """Return how many sites there are, how many are in each state, and how many never had a run."""
    states = Counter(map(state_of, statuses))
    never = sum(not status.reports for status in statuses)
    return (
        {"sites": len(statuses)}
        | {state: states[state] for state in ("healthy", "unhealthy", "stale")}
        | {"never_run": never}
    )


def _order(status: SiteStatus) -> tuple[bool, float, bool, bool, str]:
    """Return the place of a site. It waits in rounds, so that one that is crawled daily may wait longer."""
    seconds = status.seconds_since_healthy
    rounds = float("inf") if seconds is None else seconds / (status.every or 3600)
    never_ran = not status.reports  # a new site; one that only fails is worse
    is_healthy = not never_ran and status.reports[0].status == "healthy"
    return not status.is_stale, -rounds if status.is_stale else 0.0, never_ran, is_healthy, status.site
