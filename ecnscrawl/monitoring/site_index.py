"""The files over all sites in the data folder: the page `index.html`, and `metrics.prom` for Prometheus."""

import fcntl
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from ecnscrawl.monitoring.overview import LatestReports, read_statuses, state_of, totals
from ecnscrawl.monitoring.page_templates import environment
from ecnscrawl.monitoring.prometheus import metrics_of_sites
from ecnscrawl.monitoring.status import SiteStatus
from ecnscrawl.normalize.timestamps import to_text
from ecnscrawl.safe_files import write_whole

PAGE, METRICS = "index.html", "metrics.prom"
#: Nothing is loaded, and no script runs.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


class SiteIndex:
    """Writes these files again and again. Reads the report of a site only if it has changed."""

    def __init__(self, data: Path, stale_hours: float, latest: LatestReports) -> None:
        """`data` is the data folder, `stale_hours` the setting HEALTH_STALE_HOURS."""
        self._data = data
        self._stale_hours = stale_hours
        self._latest = latest

    def write(self, sites: Mapping[str, float | None], now: datetime) -> None:
        """Replace both files. The page has all sites, the metrics only those of the table of `watch`.

        `sites` has the seconds between the starts of two runs, by the name of the site; None if it is not in the table:
        one that was removed from it would raise alerts for ever. `now` is aware. Raises OSError, and errors of a
        database.
        """
        statuses = read_statuses(self._latest, sites, now, self._stale_hours)
        write_page(self._data, statuses, now, self._latest)
        write_metrics(self._data, [each for each in statuses if each.every is not None])


def write_metrics(data: Path, statuses: Iterable[SiteStatus]) -> None:
    """Replace the metrics of these sites. Raises OSError."""
    _replace(data / METRICS, metrics_of_sites(statuses))


def write_page(data: Path, statuses: Sequence[SiteStatus], now: datetime, latest: LatestReports) -> None:
    """Replace the page over all sites, which are sorted. Raises OSError."""
    page = environment().get_template("sites.html")
    rows = [
        (status, state_of(status), status.reports[0] if status.reports else None, latest.source.has_page(status.site))
        for status in statuses
    ]
    _replace(data / PAGE, page.render(rows=rows, totals=totals(statuses), now=to_text(now), policy=_POLICY))


def _replace(path: Path, text: str) -> None:
    """Write the whole file, one writer at a time. The data folder itself may be a link; nothing inside it is followed.

    `scrapy status` and `scrapy watch` may write at the same moment, and would take each other's unfinished file.
    """
    folder = Path(os.path.realpath(path.parent))
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        write_whole(folder / path.name, text.encode("utf-8", "backslashreplace"), depth=1)
    finally:
        os.close(fd)
