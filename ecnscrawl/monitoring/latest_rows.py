"""The last reports of many sites, from the rows of a database."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from ecnscrawl.frontier.postgres.claims import LIVE
from ecnscrawl.frontier.postgres.reads import RowReader
from ecnscrawl.monitoring.report_reader import Report, decoded_report
from ecnscrawl.monitoring.status import Unfinished
from ecnscrawl.storage.database.reports import RowReports
from ecnscrawl.storage.reports import ReportStore

_SITES = f"""
SELECT site, CASE WHEN owner IS NULL THEN NULL WHEN {LIVE} THEN 'under way' ELSE 'killed' END
FROM ecnscrawl.sites ORDER BY site
"""
_RUNS = "SELECT site, run FROM ecnscrawl.latest_reports"
_REPORTS = "SELECT site, run, report FROM ecnscrawl.latest_reports WHERE site = ANY(%s)"
_RECORDS = "SELECT count(*) FROM ecnscrawl.records WHERE site = %s"
_BATCH = 200  #: reports in memory, of some 10 KB each


class LatestRows:
    """Reads the last report of each site that has another one since the last time. Raises errors of psycopg."""

    def __init__(self, reader: RowReader, data: Path) -> None:
        """`data` is the data folder, which may have pages of sites."""
        self._reader, self._data = reader, data
        self._kept: dict[str, tuple[str, Report | None]] = {}  # by site, with the run
        self._unfinished: dict[str, Unfinished | None] = {}

    def refresh(self) -> None:
        """See ReportSource."""
        self._unfinished = dict(self._reader.rows(_SITES, []))
        runs = dict(self._reader.rows(_RUNS, []))
        self._kept = {site: kept for site, kept in self._kept.items() if site in runs}
        changed = (site for site, run in runs.items() if site not in self._kept or self._kept[site][0] != run)
        while batch := list(islice(changed, _BATCH)):
            for site, run, report in self._reader.rows(_REPORTS, [batch]):
                self._kept[site] = run, decoded_report(report.encode())

    def sites(self) -> Iterable[str]:
        """See ReportSource."""
        return self._unfinished

    def read(self, site: str) -> Report | None:
        """See ReportSource."""
        return self._kept[site][1] if site in self._kept else None

    def unfinished(self, site: str) -> Unfinished | None:
        """See ReportSource."""
        return self._unfinished.get(site)

    def has_page(self, site: str) -> bool:
        """See ReportSource: `scrapy status SITE` draws it, on this machine or another one."""
        return (self._data / site / "reports" / "index.html").is_file()

    def reports_of(self, site: str) -> ReportStore:
        """See ReportSource."""
        return RowReports(self._reader, site)

    def records(self, site: str) -> int:
        """See ReportSource."""
        return int(self._reader.rows(_RECORDS, [site])[0][0])
