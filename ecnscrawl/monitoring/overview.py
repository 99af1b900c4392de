"""The status of many sites, by the last report of each, the worst first."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from ecnscrawl.monitoring.report_reader import Report, latest_report
from ecnscrawl.monitoring.status import SiteStatus, Unfinished, unfinished_run
from ecnscrawl.storage import ids_file
from ecnscrawl.storage.reports import FileReports, ReportStore

State = Literal["stale", "unhealthy", "healthy"]


class ReportSource(Protocol):
    """Where the last reports of many sites are."""

    def refresh(self) -> None:
        """Prepare to read them as they are now."""

    def sites(self) -> Iterable[str]:
        """Return the sites of which the source knows by itself."""

    def read(self, site: str) -> Report | None:
        """Return the last report of a site; None if there is none."""

    def unfinished(self, site: str) -> Unfinished | None:
        """Say whether a run of the site is under way, or was killed."""

    def has_page(self, site: str) -> bool:
        """Whether the data folder has the page of a site that has a report."""

    def reports_of(self, site: str) -> ReportStore:
        """Return all reports of a site."""

    def records(self, site: str) -> int:
        """Return how many records of a site are stored: first versions and revisions, also those moved away."""


class LatestReports:
    """Reads the last report of each site in a data folder, and keeps it as long as its file is the same."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._kept: dict[str, tuple[tuple[int, ...], Report | None]] = {}  # by site, with the identity of the file

    def refresh(self) -> None:
        """See ReportSource."""

    def sites(self) -> Iterable[str]:
        """See ReportSource: the caller looks into the folder."""
        return ()

    def unfinished(self, site: str) -> Unfinished | None:
        """See ReportSource."""
        return unfinished_run(self._data / site)

    def has_page(self, _site: str) -> bool:
        """See ReportSource: each run draws it."""
        return True

    def reports_of(self, site: str) -> ReportStore:
        """See ReportSource."""
        return FileReports(self._data / site / "reports")

    def records(self, site: str) -> int:
        """See ReportSource."""
        published = self._data / site / "published"
        try:
            return sum(ids_file.count(published, name) for name in ids_file.names(published))
        except OSError:
            return 0  # nothing published yet

    def read(self, site: str) -> Report | None:
        """See ReportSource."""
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
    latest: ReportSource | None = None,
) -> list[SiteStatus]:
    """Return the status of each of these sites and of those that the source knows by itself, the worst first.

    `sites` has the seconds between the starts of two runs, by the name of the site; None if nobody has said it. `now`
    is aware. `latest` may have reports that were read before; by default they are in the data folder.
    """
    latest = latest or LatestReports(data)
    latest.refresh()
    found = []
    for site, every in (dict.fromkeys(latest.sites()) | dict(sites)).items():
        report = latest.read(site)
        reports = [report] if report else []
        found.append(SiteStatus(site, reports, now, stale_hours, latest.unfinished(site), every))
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
