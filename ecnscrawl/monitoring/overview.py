"""The status of many sites, by the last report of each, the worst first."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from ecnscrawl.monitoring.report_reader import Report, valid_report
from ecnscrawl.monitoring.status import SiteStatus
from ecnscrawl.storage.last_reports import LastReports

State = Literal["stale", "unhealthy", "healthy"]


class LatestReports:
    """Reads the last report of each site, and keeps it as long as the site has no other one.

    Methods raise the errors of a database.
    """

    def __init__(self, source: LastReports) -> None:
        self.source = source
        self._kept: dict[str, tuple[object, Report | None]] = {}  # by site, with the version

    def read(self, site: str) -> Report | None:
        """Return the last report of a site; None if there is none."""
        return self.read_all([site])[site]

    def read_all(self, sites: Iterable[str]) -> dict[str, Report | None]:
        """Return the last report of each of these sites; None where there is none."""
        versions = {site: self.source.version(site) for site in sites}
        changed = [site for site, version in versions.items() if version is None or not self._is_kept(site, version)]
        self._kept |= {site: (versions[site], None) for site in changed}
        for site, content in self.source.read(changed):
            self._kept[site] = versions[site], valid_report(content, self.source.reports_of(site))
        return {site: self._kept[site][1] for site in versions}

    def _is_kept(self, site: str, version: object) -> bool:
        return site in self._kept and self._kept[site][0] == version


def read_statuses(
    latest: LatestReports, sites: Mapping[str, float | None], now: datetime, stale_hours: float
) -> list[SiteStatus]:
    """Return the status of each of these sites and of those that the storage knows by itself, the worst first.

    `sites` has the seconds between the starts of two runs, by the name of the site; None if nobody has said it. `now`
    is aware. `latest` may have reports that were read before.
    """
    latest.source.refresh()
    every = dict.fromkeys(latest.source.sites()) | dict(sites)
    found = [
        SiteStatus(site, [report] if report else [], now, stale_hours, latest.source.unfinished(site), every[site])
        for site, report in latest.read_all(every).items()
    ]
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
