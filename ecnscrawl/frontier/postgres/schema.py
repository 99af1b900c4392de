"""The tables of the schema `ecnscrawl` in a PostgreSQL database, and the steps that bring older ones there.

To change a table, append a step to STEPS. A step that is released is never changed again. Only `scrapy state init`
carries out steps: two workers of different versions would otherwise change the tables under each other.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ecnscrawl.exceptions import CannotStart
from ecnscrawl.hints import program

if TYPE_CHECKING:
    from psycopg import Connection

_LOCK = 0x65636E7363726C  # any number that is ours: two first `state init` would both create the tables
_NEW = """
CREATE SCHEMA IF NOT EXISTS ecnscrawl;
CREATE TABLE IF NOT EXISTS ecnscrawl.schema_version (version integer NOT NULL);
"""

#: Each brings the tables to the next version; the first one makes them.
STEPS: tuple[str, ...] = (
    """
CREATE TABLE ecnscrawl.sites (
    site text PRIMARY KEY,
    due_at timestamptz NOT NULL DEFAULT now(),
    owner text,
    epoch bigint NOT NULL DEFAULT 0,
    lease_until timestamptz,
    claimed_at timestamptz,  -- by its last owner
    left_at timestamptz,  -- when its last owner released it, or was found to have lost it
    every interval,  -- from the start of a run to that of the next one; none: no table of `watch` has the site
    last_start timestamptz,  -- of the last run that was done
    crawl_delay double precision NOT NULL DEFAULT 0  -- seconds, as its robots.txt had asked its last owner for
) WITH (fillfactor = 70);  -- room beside each row for its next version, as a lease changes it every some seconds
CREATE INDEX sites_by_due ON ecnscrawl.sites (due_at);
CREATE TABLE ecnscrawl.articles (
    site text NOT NULL, id text NOT NULL, url text NOT NULL, listing text, content_hash bytea,
    revision integer NOT NULL, alias_of text, published_at bigint, first_seen bigint NOT NULL,
    first_run integer NOT NULL, last_checked bigint NOT NULL, next_check bigint, parts text, gone_at bigint,
    published_precision text,
    PRIMARY KEY (site, id)
);
CREATE INDEX articles_by_hash ON ecnscrawl.articles (site, content_hash) WHERE alias_of IS NULL;
CREATE INDEX articles_by_original ON ecnscrawl.articles (site, alias_of) WHERE alias_of IS NOT NULL;
CREATE INDEX articles_by_next_check ON ecnscrawl.articles (site, next_check) WHERE next_check IS NOT NULL;
CREATE INDEX articles_by_time ON ecnscrawl.articles (site, published_at);
CREATE TABLE ecnscrawl.pending (
    site text NOT NULL, id text NOT NULL, url text NOT NULL, listing text, first_seen bigint NOT NULL,
    first_run integer NOT NULL, attempts integer NOT NULL, next_try bigint, reason text, published_at bigint,
    published_precision text,
    PRIMARY KEY (site, id)
);
CREATE INDEX pending_by_reason ON ecnscrawl.pending (site, md5(reason)) WHERE reason IS NOT NULL;
CREATE TABLE ecnscrawl.listings (
    site text NOT NULL, url text NOT NULL, etag text, last_modified text, digest bytea NOT NULL,
    last_read bigint NOT NULL, last_run integer NOT NULL, links integer NOT NULL, most_links integer NOT NULL,
    empty_page bytea, was_rendered boolean NOT NULL,
    PRIMARY KEY (site, url)
);
CREATE TABLE ecnscrawl.walks (
    site text NOT NULL, listing text NOT NULL, first_run integer NOT NULL, PRIMARY KEY (site, listing)
);
CREATE TABLE ecnscrawl.facts (
    site text NOT NULL, name text NOT NULL, value json NOT NULL, PRIMARY KEY (site, name)
);
CREATE TABLE ecnscrawl.forgotten (site text NOT NULL, id text NOT NULL, PRIMARY KEY (site, id));
CREATE TABLE ecnscrawl.forgotten_content (
    site text NOT NULL, content_hash bytea NOT NULL, id text NOT NULL, PRIMARY KEY (site, content_hash)
);
CREATE SEQUENCE ecnscrawl.publication;
CREATE TABLE ecnscrawl.records (
    site text NOT NULL, id text NOT NULL, revision integer NOT NULL, run text NOT NULL, content_hash bytea NOT NULL,
    record text NOT NULL,  -- the line of the article file, without its end
    number bigint,  -- of `publication`, given to committed rows only, in the order of publishing
    stored_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (site, id, revision)
);
CREATE UNIQUE INDEX records_by_number ON ecnscrawl.records (number);
CREATE INDEX records_without_number ON ecnscrawl.records (site, id, revision) WHERE number IS NULL;
CREATE TABLE ecnscrawl.rejected (
    site text NOT NULL, run text NOT NULL, place integer NOT NULL, id text NOT NULL, reasons text[] NOT NULL,
    record text NOT NULL, at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (site, run, place)
);
CREATE TABLE ecnscrawl.gone (
    site text NOT NULL, run text NOT NULL, id text NOT NULL, url text NOT NULL, first_gone_at timestamptz NOT NULL,
    last_gone_at timestamptz NOT NULL, back_at timestamptz,
    PRIMARY KEY (site, run, id)
);
CREATE TABLE ecnscrawl.reports (
    site text NOT NULL, run text NOT NULL, started_at timestamptz NOT NULL, finished_at timestamptz NOT NULL,
    status text NOT NULL, was_stopped boolean NOT NULL, is_idle boolean NOT NULL,
    report text NOT NULL,  -- of an idle run without what such a run cannot change
    PRIMARY KEY (site, run)
);
CREATE TABLE ecnscrawl.latest_reports (site text PRIMARY KEY, run text NOT NULL, report text NOT NULL);
CREATE TABLE ecnscrawl.alarms (
    site text NOT NULL, run text NOT NULL, place integer NOT NULL, code text NOT NULL, field text,
    message text NOT NULL,
    PRIMARY KEY (site, run, place)
);
CREATE TABLE ecnscrawl.pauses (host text PRIMARY KEY, until timestamptz NOT NULL);
""",
)

VERSION = len(STEPS)


def create(connection: "Connection[Any]", steps: Sequence[str] = STEPS) -> int:
    """Bring the tables to the newest version, in one transaction; return the version that was found, 0 for none.

    Raises CannotStart for a newer version, and errors of psycopg.
    """
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        connection.execute(_NEW)
        row = connection.execute("SELECT max(version) FROM ecnscrawl.schema_version").fetchone()
        found = (row[0] if row else None) or 0
        if found > len(steps):
            raise CannotStart(_newer(found, len(steps)))
        if not found:
            _check_is_new(connection)
        for step in steps[found:]:
            connection.execute(step.encode())
        if found < len(steps):
            connection.execute("DELETE FROM ecnscrawl.schema_version")
            connection.execute("INSERT INTO ecnscrawl.schema_version VALUES (%s)", [len(steps)])
    return found


def check(connection: "Connection[Any]", name: str = "the database", environment: str = "") -> None:
    """Raise CannotStart unless the tables are there in this version.

    The message says `name` for the database, and writes `environment` before the command that makes its tables: of a
    database that DATABASE_URL does not name.
    """
    row = connection.execute("SELECT to_regclass('ecnscrawl.schema_version') IS NOT NULL").fetchone()
    assert row is not None
    if not row[0]:
        raise CannotStart(f"{name} has no tables of ecnscrawl; run `{environment}{program()} state init` once")
    row = connection.execute("SELECT max(version) FROM ecnscrawl.schema_version").fetchone()
    found = (row[0] if row else None) or 0
    if found > VERSION:
        raise CannotStart(_newer(found, VERSION, name))
    if not found:
        _check_is_new(connection, name)
    if found < VERSION:
        raise CannotStart(
            f"{name}'s tables are of version {found}, this ecnscrawl needs {VERSION}; stop all workers, and run"
            f" `{environment}{program()} state init`"
        )


def _check_is_new(connection: "Connection[Any]", name: str = "the database") -> None:
    """Raise CannotStart if there are tables of no known version, as after a backup of some tables was restored."""
    if connection.execute("SELECT to_regclass('ecnscrawl.sites')").fetchone() != (None,):
        raise CannotStart(
            f"{name} has tables of ecnscrawl, but ecnscrawl.schema_version does not say of which version; restore a"
            " backup of the whole schema, or remove it with DROP SCHEMA ecnscrawl CASCADE to begin anew"
        )


def _newer(found: int, known: int, name: str = "the database") -> str:
    return f"{name}'s tables are of version {found}, which is newer than this ecnscrawl's {known}; upgrade it"
