"""A database with sites that workers claim, for tests: time passes as they say."""

from typing import Any

import psycopg

from ecnscrawl.frontier.postgres import schema
from ecnscrawl.frontier.postgres.due_sites import DueSites
from ecnscrawl.frontier.postgres.held_claims import HeldClaims
from ecnscrawl.frontier.sharing import Claim, WatchedSite
from tests.postgres import conninfo

LEASE = 60.0
SITES = ("courier.example", "gazette.example", "herald.example")


class SitesDatabase:
    """An empty database, and the clock of its workers. Its own clock cannot be set, so its times are moved back."""

    def __init__(self, server: dict[str, str]) -> None:
        self.conninfo = conninfo(server)
        self.now = 5000.0
        self._opened: list[psycopg.Connection[Any]] = []
        self._claims: list[HeldClaims] = []
        self.admin = self.connect()
        self.admin.execute("DROP SCHEMA IF EXISTS ecnscrawl CASCADE")
        schema.create(self.admin)

    def connect(self) -> psycopg.Connection[Any]:
        """A connection, closed after the test."""
        self._opened.append(psycopg.connect(self.conninfo, autocommit=True))
        return self._opened[-1]

    def worker(self) -> HeldClaims:
        """The claims of a new worker, whose thread sleeps in tests that take less than a quarter of the lease."""
        self._claims.append(HeldClaims(self.connect, LEASE, lambda: self.now))
        return self._claims[-1]

    def pass_time(self, seconds: float) -> None:
        """Let so much time pass, for the workers and for the database."""
        self.now += seconds
        columns = ("due_at", "lease_until", "claimed_at", "left_at", "last_start")
        moved = ", ".join(f"{each} = {each} - %(seconds)s * interval '1 second'" for each in columns)
        self.admin.execute(f"UPDATE ecnscrawl.sites SET {moved}".encode(), {"seconds": seconds})

    def row(self, site: str, *columns: str) -> tuple[Any, ...]:
        """These columns of a site's row."""
        found: tuple[Any, ...] | None = self.admin.execute(
            f"SELECT {', '.join(columns)} FROM ecnscrawl.sites WHERE site = %s".encode(), [site]
        ).fetchone()
        assert found is not None
        return found

    def close(self) -> None:
        """Close everything."""
        for claims in self._claims:
            claims.close()
        for connection in self._opened:
            connection.close()


def held(claim: Claim | None) -> Claim:
    """A claim that must have succeeded."""
    assert claim is not None
    return claim


def due(worker: HeldClaims, *sites: str, every: float = 3600) -> DueSites:
    """The table of a worker."""
    return DueSites(worker, [WatchedSite(site, every, "here") for site in sites])
