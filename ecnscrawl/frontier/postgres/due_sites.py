"""Claim the sites of a worker's table, those that are due first. The table is a temporary one of the connection.

Each worker has a table of its own, so two workers may share some sites, and a table may be replaced on one machine
after the other.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ecnscrawl.frontier.postgres.claims import FREE, RETURNING, SET
from ecnscrawl.frontier.postgres.held_claims import HeldClaims
from ecnscrawl.frontier.sharing import Claim, WatchedSite

if TYPE_CHECKING:
    from psycopg import Connection

_MAKE = """
CREATE TEMPORARY TABLE IF NOT EXISTS watched (
    site text PRIMARY KEY, every interval NOT NULL, kind text NOT NULL
)
"""
_COPY = "COPY pg_temp.watched (site, every, kind) FROM STDIN"
_ADD = """
INSERT INTO ecnscrawl.sites (site, every)
SELECT site, every FROM pg_temp.watched ORDER BY site ON CONFLICT DO NOTHING
"""
_CHANGED = """
SELECT s.site, w.every FROM ecnscrawl.sites AS s JOIN pg_temp.watched AS w USING (site)
WHERE s.every IS DISTINCT FROM w.every
"""
#: Passes by what a commit or another worker holds, and is repeated until nothing is left.
_CHANGE = f"""
WITH changed AS ({_CHANGED} FOR NO KEY UPDATE OF s SKIP LOCKED)
UPDATE ecnscrawl.sites SET every = changed.every, due_at = coalesce(last_start + changed.every, due_at)
FROM changed WHERE sites.site = changed.site
"""
_IS_CHANGED = f"SELECT NOT EXISTS ({_CHANGED})"
#: `most` is the longest slack of all sites, for the index; each site has its own.
_IS_DUE = """
s.due_at <= coalesce(%(at)s::timestamptz, now()) + %(most)s AND s.site <> ALL(%(without)s)
AND EXISTS (
    SELECT 1 FROM pg_temp.watched AS w
    WHERE w.site = s.site AND w.kind = ANY(%(kinds)s)
        AND s.due_at <= coalesce(%(at)s::timestamptz, now()) + w.every * %(slack)s
)
"""
_CLAIM = f"""
{SET} WHERE site = (
    SELECT s.site FROM ecnscrawl.sites AS s WHERE {FREE} AND {_IS_DUE}
    ORDER BY s.due_at FOR UPDATE SKIP LOCKED LIMIT 1
) {RETURNING}
"""
_ANY_LEFT = f"SELECT EXISTS (SELECT 1 FROM ecnscrawl.sites AS s WHERE {_IS_DUE})"


class DueSites:
    """The sites of a worker's table in a database; see SharedSites."""

    def __init__(
        self, claims: HeldClaims, sites: Iterable[WatchedSite], name: str = "the database", retry_seconds: float = 0
    ) -> None:
        """`name` is that of the database, for messages."""
        self._claims, self.name = claims, name
        self.retry_seconds = retry_seconds
        self._take(sites)

    def replace(self, sites: Iterable[WatchedSite]) -> None:
        self._take(sites)
        self._claims.connection.use(self._fill)

    def _take(self, sites: Iterable[WatchedSite]) -> None:
        self._sites = list(sites)
        self._kinds = list({each.kind for each in self._sites})
        self._longest = max((each.every for each in self._sites), default=0.0)
        self._filled: Connection[Any] | None = None  # the connection whose temporary table has the sites
        self._has_every = False  # whether the rows of all sites have their `every`

    def now(self) -> datetime:

        def ask(connection: "Connection[Any]") -> datetime:
            self._fill(connection)
            row = connection.execute("SELECT clock_timestamp()").fetchone()
            assert row is not None
            found: datetime = row[0]
            return found

        return self._claims.connection.use(ask)

    def claim(
        self, kinds: Collection[str], at: datetime | None = None, slack: float = 0, without: Collection[str] = ()
    ) -> Claim | None:

        def attempt(connection: "Connection[Any]") -> Claim | None:
            self._fill(connection)
            values = self._values(kinds, at, slack, without)
            own = {"owner": self._claims.name, "lease": self._claims.seconds}
            row = connection.execute(_CLAIM.encode(), values | own).fetchone()
            return Claim(*row) if row else None

        return self._claims.begin(attempt)

    def is_any_left(self, at: datetime, slack: float) -> bool:

        def ask(connection: "Connection[Any]") -> bool:
            self._fill(connection)
            row = connection.execute(_ANY_LEFT.encode(), self._values(self._kinds, at, slack)).fetchone()
            assert row is not None
            return bool(row[0])

        return self._claims.connection.use(ask)

    def release(self, claim: Claim, *, is_done: bool) -> None:
        try:
            self._claims.release(claim, is_done=is_done)
        finally:
            self._claims.stop_renewing(claim)  # else it would keep the site for ever

    def transfer(self, claim: Claim) -> str:
        return self._claims.transfer(claim)

    def _values(
        self, kinds: Collection[str], at: datetime | None, slack: float, without: Collection[str] = ()
    ) -> dict[str, Any]:
        most = timedelta(seconds=slack * self._longest)
        return {"at": at, "kinds": list(kinds), "slack": slack, "most": most, "without": list(without)}

    def _fill(self, connection: "Connection[Any]") -> None:
        """Fill the temporary table, if the connection is a new one, and make the sites known."""
        if self._filled is not connection:
            with connection.transaction(), connection.cursor() as cursor:
                cursor.execute(_MAKE)
                cursor.execute("TRUNCATE pg_temp.watched")
                with cursor.copy(_COPY) as copy:
                    for each in self._sites:
                        copy.write_row((each.site, f"{each.every} seconds", each.kind))
                cursor.execute("ANALYZE pg_temp.watched")
                cursor.execute(_ADD)
            self._filled = connection
        if not self._has_every:
            connection.execute(_CHANGE.encode())
            row = connection.execute(_IS_CHANGED.encode()).fetchone()
            self._has_every = row is not None and bool(row[0])
