"""The last reports of all sites, from the rows of a database."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ecnscrawl.frontier.postgres.claims import LIVE
from ecnscrawl.frontier.postgres.reads import RowReader
from ecnscrawl.storage.database.reports import RowReports
from ecnscrawl.storage.last_reports import Unfinished

_SITES = f"""
SELECT site, CASE WHEN owner IS NULL THEN NULL WHEN {LIVE} THEN 'under way' ELSE 'killed' END
FROM ecnscrawl.sites ORDER BY site
"""
_RUNS = "SELECT site, run FROM ecnscrawl.latest_reports"
_REPORTS = "SELECT site, report FROM ecnscrawl.latest_reports WHERE site = ANY(%s)"
_RECORDS = "SELECT count(*) FROM ecnscrawl.records WHERE site = %s"
_BATCH = 200  #: reports in memory, of some 10 KB each


class RowLastReports:
    """The last reports in a database; see LastReports."""

    def __init__(self, reader: RowReader, data: Path) -> None:
        """`data` is the data folder, which may have pages of sites."""
        self._reader, self._data = reader, data
        self._runs: dict[str, str] = {}  # the last one with a report, by site
        self._unfinished: dict[str, Unfinished | None] = {}

    def refresh(self) -> None:
        self._unfinished = dict(self._reader.rows(_SITES, []))
        self._runs = dict(self._reader.rows(_RUNS, []))

    def sites(self) -> Iterable[str]:
        return self._unfinished

    def reported(self) -> Iterable[str]:
        return self._unfinished

    def version(self, site: str) -> object:
        return self._runs.get(site, "")

    def read(self, sites: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        reported = [site for site in sites if site in self._runs]
        for start in range(0, len(reported), _BATCH):
            for site, report in self._reader.rows(_REPORTS, [reported[start : start + _BATCH]]):
                yield site, report.encode()

    def unfinished(self, site: str) -> Unfinished | None:
        return self._unfinished.get(site)

    def has_page(self, site: str) -> bool:
        """`scrapy status SITE` draws it, on this machine or another one."""
        return (self._data / site / "reports" / "index.html").is_file()

    def reports_of(self, site: str) -> RowReports:
        return RowReports(self._reader, site)

    def records(self, site: str) -> int:
        return int(self._reader.rows(_RECORDS, [site])[0][0])
