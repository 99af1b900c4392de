"""The reports of a site's runs as rows: a line for each, and the last one whole."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from ecnscrawl.exceptions import StorageFailed
from ecnscrawl.frontier.columns import storable
from ecnscrawl.frontier.postgres.reads import RowReader
from ecnscrawl.normalize.timestamps import from_text
from ecnscrawl.storage.database.commits import DatabaseCommits
from ecnscrawl.storage.reports import MIN_KEPT, StoredReport
from ecnscrawl.storage.run_ids import first_run_id

_REPORT = """
INSERT INTO ecnscrawl.reports (site, run, started_at, finished_at, status, was_stopped, is_idle, report)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (site, run) DO NOTHING
"""
_LATEST = """
INSERT INTO ecnscrawl.latest_reports (site, run, report) VALUES (%s, %s, %s)
ON CONFLICT (site) DO UPDATE SET run = excluded.run, report = excluded.report
"""
_READ_LATEST = "SELECT report FROM ecnscrawl.latest_reports WHERE site = %s"
_ALARM = """
INSERT INTO ecnscrawl.alarms (site, run, place, code, field, message) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (site, run, place) DO NOTHING
"""
_KEPT = f"SELECT run FROM ecnscrawl.reports WHERE site = %s ORDER BY run DESC LIMIT {MIN_KEPT}"
_OLD = f"DELETE FROM ecnscrawl.{{table}} WHERE site = %s AND run < %s AND run NOT IN ({_KEPT})"
_ANY_OLD = "SELECT 1 FROM ecnscrawl.reports WHERE site = %s AND run < %s LIMIT 1"
_OLD_TABLES = ("alarms", "reports")  # in this order: what is kept is read from `reports`
_BATCH = 100  #: reports in memory


class RowReports:
    """The reports of a site; see ReportStore. Methods raise errors of psycopg."""

    folder: Path | None = None

    def __init__(self, reader: RowReader, site: str, commits: DatabaseCommits | None = None) -> None:
        """Without the `commits` of a run they are only read."""
        self._reader, self._site, self._commits = reader, site, commits
        self._was_read = True

    def latest(self) -> bytes | None:
        self._was_read = False
        rows = (self._commits.read_at_the_end if self._commits else self._reader.rows)(_READ_LATEST, [self._site])
        self._was_read = True
        return str(rows[0][0]).encode() if rows else None

    def newest_first(self) -> Iterator[StoredReport]:
        before = None
        while True:
            rows = self._reader.rows(
                "SELECT run, report FROM ecnscrawl.reports WHERE site = %(site)s"
                " AND (%(before)s::text IS NULL OR run < %(before)s) ORDER BY run DESC LIMIT %(most)s",
                {"site": self._site, "before": before, "most": _BATCH},
            )
            for run, report in rows:
                yield StoredReport(run, None, str(report).encode())
            if len(rows) < _BATCH:
                return
            before = rows[-1][0]

    def add(self, document: Mapping[str, Any], content: bytes, idle_line: bytes | None) -> None:
        """Write the report. Raises StorageFailed."""
        assert self._commits is not None
        if not self._was_read:  # it goes on with what the last one says of earlier runs
            raise StorageFailed("the last one could not be read")
        run, times = document["run"], [from_text(document[name]) for name in ("started_at", "finished_at")]
        is_idle, report = idle_line is not None, (idle_line or content).decode()
        facts = [*times, document["status"], document["was_stopped"], is_idle]
        alarms: list[Sequence[Any]] = [
            [self._site, run, place, alarm["code"], alarm["field"], storable(alarm["message"])]
            for place, alarm in enumerate(document["alarms"])
        ]
        rows: dict[str, list[Sequence[Any]]] = {
            _REPORT: [[self._site, run, *facts, report]],
            _LATEST: [[self._site, run, content.decode()]],
        }
        self._commits.write_at_the_end(rows | ({_ALARM: alarms} if alarms else {}))

    def remove_old(self, before: datetime) -> None:
        """Remove the reports of runs before a time, when the run lets the next one in."""
        assert self._commits is not None
        first = first_run_id(before)
        if self._reader.rows(_ANY_OLD, [self._site, first]):
            for table in _OLD_TABLES:
                self._commits.add_row(_OLD.format(table=table), [self._site, first, self._site])
