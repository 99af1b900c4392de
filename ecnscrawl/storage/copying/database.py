"""The rows of a site in a database: read them, write them, and keep workers out meanwhile."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import msgspec

from ecnscrawl.exceptions import AlreadyRunning
from ecnscrawl.frontier.columns import storable
from ecnscrawl.frontier.postgres.claims import LIVE
from ecnscrawl.storage.copying.contents import KINDS, Row, facts_of_report, is_copied_fact
from ecnscrawl.storage.run_ids import time_of

if TYPE_CHECKING:
    from psycopg import Connection

_ROWS_AT_ONCE = 500  #: in memory
_OWNER = f"SELECT owner FROM ecnscrawl.sites WHERE site = %s AND {LIVE}"
_SET_START = "UPDATE ecnscrawl.sites SET last_start = %s WHERE site = %s"
#: What has rows in an order of its own: else a site's rows come as the database reads them fastest.
_ORDER = {
    "records": "run, stored_at, id, revision",
    "rejected": "run, place",
    "gone": "run, id",
    "reports": "run",
}
_WITHOUT_RECORD = """
SELECT count(*) FROM ecnscrawl.articles AS known WHERE site = %s AND alias_of IS NULL AND content_hash IS NOT NULL
AND NOT EXISTS (
    SELECT 1 FROM ecnscrawl.records AS record WHERE record.site = known.site AND record.id = known.id
    AND record.revision = known.revision
)
"""


class DatabaseContents:
    """A site's rows, within a transaction in which no worker changes them; see Contents."""

    def __init__(self, connection: "Connection[Any]", site: str) -> None:
        self._connection, self._site = connection, site

    def lock(self) -> None:
        """Keep workers from the site until the transaction ends. Raises AlreadyRunning, and errors of psycopg."""
        execute = self._connection.execute
        execute("INSERT INTO ecnscrawl.sites (site) VALUES (%s) ON CONFLICT DO NOTHING", [self._site])
        execute("SELECT 1 FROM ecnscrawl.sites WHERE site = %s FOR UPDATE", [self._site])
        if owner := execute(_OWNER.encode(), [self._site]).fetchone():
            raise AlreadyRunning(f"a run of {self._site} is under way: {owner[0]}")

    def is_empty(self) -> bool:
        """Whether the database has nothing of the site."""
        statements = (f"SELECT 1 FROM ecnscrawl.{kind} WHERE site = %s LIMIT 1".encode() for kind in KINDS)
        return not any(self._connection.execute(each, [self._site]).fetchone() for each in statements)

    def without_record(self) -> int:
        """Return how many articles are known of which the newest record is not there, as it is in no file."""
        row = self._connection.execute(_WITHOUT_RECORD, [self._site]).fetchone()
        return row[0] if row else 0

    def rows(self, kind: str) -> Iterator[Row]:
        order = f" ORDER BY {_ORDER[kind]}" if kind in _ORDER else ""
        statement = f"SELECT {', '.join(KINDS[kind])} FROM ecnscrawl.{kind} WHERE site = %s{order}"
        with self._connection.cursor(name=f"copy_{kind}") as cursor:
            cursor.itersize = _ROWS_AT_ONCE
            for row in cursor.execute(statement.encode(), [self._site]):
                if kind != "facts" or is_copied_fact(row[0]):
                    yield row

    def write(self, kind: str, rows: Iterable[Row]) -> None:
        """Write all rows of a kind. Raises errors of psycopg."""
        if kind == "reports":
            self._write_reports(rows)
        elif kind == "latest_reports":
            self._write_latest(rows)
        elif kind == "records":
            self._copy(kind, (*KINDS[kind], "stored_at"), _with_times(rows))
        elif kind == "facts":
            self._copy(kind, KINDS[kind], ((name, msgspec.json.encode(value).decode()) for name, value in rows))
        else:
            self._copy(kind, KINDS[kind], rows)

    def _write_latest(self, rows: Iterable[Row]) -> None:
        """Write the last report, and let the site be due as long after its run as it would be in the folder."""
        for run, report in rows:
            self._copy("latest_reports", ("run", "report"), [(run, report)])
            facts = facts_of_report(report)
            if not facts.was_stopped:
                self._connection.execute(_SET_START, [facts.started_at, self._site])

    def _copy(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        statement = f"COPY ecnscrawl.{table} (site, {', '.join(columns)}) FROM STDIN"
        with self._connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            for row in rows:
                copy.write_row((self._site, *row))

    def _write_reports(self, rows: Iterable[Row]) -> None:
        alarms: list[Row] = []

        def with_facts() -> Iterator[Row]:
            for run, is_idle, report in rows:
                facts = facts_of_report(report)
                alarms.extend(
                    (run, place, alarm.code, alarm.field, storable(alarm.message))
                    for place, alarm in enumerate(facts.alarms)
                )
                yield run, facts.started_at, facts.finished_at, facts.status, facts.was_stopped, is_idle, report

        columns = ("run", "started_at", "finished_at", "status", "was_stopped", "is_idle", "report")
        self._copy("reports", columns, with_facts())
        self._copy("alarms", ("run", "place", "code", "field", "message"), alarms)


def _with_times(records: Iterable[Row]) -> Iterator[Row]:
    """Add to each record when it was stored, as far as its run tells: publishing them keeps their order."""
    for run, group in groupby(records, key=itemgetter(0)):
        began = time_of(run)
        for place, record in enumerate(group):
            yield *record, began + timedelta(microseconds=place)
