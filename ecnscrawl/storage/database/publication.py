"""The order in which rows of the table `records` are published: their numbers, and the rows of a range of numbers.

A row gets its number when it is committed, under a lock that one publisher holds at a time. So whoever has read up to
a number has seen all rows below it. A serial number that a row gets when it is inserted would not do: its transaction
may end after those of greater numbers, and the row would be skipped for ever.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg import Connection

_LOCK = 0x65636E70  # any number that is ours
_BATCH = 50_000  #: rows that get their numbers in one transaction, in about a second
_ROWS_AT_ONCE = 500  #: rows in memory, of some 5 KB each

# The batch is taken in the order of the key, so no revision gets its number before an earlier one. Within it the rows
# come in the order of their times; of a revision that is, after the clock was set back, not before the earlier one's.
_NUMBER = """
UPDATE ecnscrawl.records AS record SET number = numbered.number
FROM (
    SELECT site, id, revision, nextval('ecnscrawl.publication') AS number
    FROM (
        SELECT site, id, revision, max(stored_at) OVER (PARTITION BY site, id ORDER BY revision) AS at
        FROM (
            SELECT site, id, revision, stored_at FROM ecnscrawl.records
            WHERE number IS NULL ORDER BY site, id, revision LIMIT %s
        ) AS batch
        ORDER BY site, at, id, revision
    ) AS sorted
) AS numbered
WHERE record.site = numbered.site AND record.id = numbered.id AND record.revision = numbered.revision
"""
_NEXT = """
SELECT number, site, id, revision, stored_at FROM (
    SELECT number, site, id, revision, stored_at FROM ecnscrawl.records
    WHERE number > %(after)s AND (%(sites)s::text[] IS NULL OR site = ANY(%(sites)s)) ORDER BY number LIMIT %(most)s
) AS next ORDER BY number DESC LIMIT 1
"""
_RANGE = """
SELECT site, record FROM ecnscrawl.records
WHERE number > %(after)s AND number <= %(until)s AND (%(sites)s::text[] IS NULL OR site = ANY(%(sites)s))
ORDER BY site, number
"""
_AT = "SELECT site, id, revision, stored_at FROM ecnscrawl.records WHERE number = %s"
_IS_FORGOTTEN = "SELECT 1 FROM ecnscrawl.forgotten WHERE site = %s AND id = %s"


@dataclass(frozen=True, slots=True)
class NumberedRow:
    """A row that has a number."""

    number: int
    site: str
    id: str
    revision: int
    #: By the database's clock, to the microsecond, so no row that is stored again has the same; None where it was not
    #: noted, by an older version.
    stored_at: datetime | None = None


def number_committed(connection: "Connection[Any]") -> None:
    """Give numbers to all rows that are committed and have none. Raises errors of psycopg."""
    numbered = _BATCH
    while numbered == _BATCH:
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            numbered = connection.execute(_NUMBER, [_BATCH]).rowcount


def last_of_next(
    connection: "Connection[Any]", after: int, most: int, sites: Sequence[str] | None
) -> NumberedRow | None:
    """Return the last of the next `most` rows after a number, of all sites or of these; None if there is none."""
    row = connection.execute(_NEXT, {"after": after, "most": most, "sites": sites}).fetchone()
    return NumberedRow(*row) if row else None


def rows_of_range(
    connection: "Connection[Any]", after: int, until: int, sites: Sequence[str] | None
) -> Iterator[tuple[str, bytes]]:
    """Yield site and record of the rows after a number up to another, site by site, each in the order of the numbers.

    The record is a line of an article file, without its end.
    """
    with connection.transaction(), connection.cursor(name="publishing") as cursor:
        cursor.itersize = _ROWS_AT_ONCE
        cursor.execute(_RANGE, {"after": after, "until": until, "sites": sites})
        for site, record in cursor:
            yield site, record.encode()


def knows(connection: "Connection[Any]", row: NumberedRow) -> bool:
    """Whether the database has given a row its number, also if its article was forgotten since then.

    If not, it is another database, or one that was restored from an older backup. The sequence does not tell: that of a
    restored database may be ahead of its rows. Neither does the article: a run after the restoration may have stored
    the same one again, under the same number.
    """
    found = connection.execute(_AT, [row.number]).fetchone()
    if found is not None:
        now = NumberedRow(row.number, *found)
        return now == (row if row.stored_at else replace(row, stored_at=now.stored_at))
    return connection.execute(_IS_FORGOTTEN, [row.site, row.id]).fetchone() is not None
