"""The tables of the state: as a new state has them, and the steps that bring an older state there.

To change a table, change SCHEMA and append a step to STEPS. A step that is released is never changed again. The tests
hold the two against each other, and open a state of every version.
"""

import sqlite3
from collections.abc import Sequence

#: The tables of a new state. A column that a step adds stands last in its table, as `ALTER TABLE` puts it there.
SCHEMA = """
CREATE TABLE articles (
    id TEXT PRIMARY KEY, url TEXT NOT NULL, listing TEXT, content_hash BLOB, revision INTEGER NOT NULL,
    alias_of TEXT, published_at INTEGER, first_seen INTEGER NOT NULL, first_run INTEGER NOT NULL,
    last_checked INTEGER NOT NULL, next_check INTEGER, parts TEXT, gone_at INTEGER, file INTEGER, offset INTEGER,
    published_precision TEXT
) WITHOUT ROWID;
CREATE INDEX articles_by_hash ON articles (content_hash) WHERE alias_of IS NULL;
CREATE INDEX articles_by_original ON articles (alias_of) WHERE alias_of IS NOT NULL;
CREATE INDEX articles_by_next_check ON articles (next_check) WHERE next_check IS NOT NULL;
CREATE INDEX articles_by_time ON articles (published_at);
CREATE INDEX articles_by_file ON articles (file, offset);
CREATE TABLE pending (
    id TEXT PRIMARY KEY, url TEXT NOT NULL, listing TEXT, first_seen INTEGER NOT NULL, first_run INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, next_try INTEGER, reason TEXT, published_at INTEGER,
    published_precision TEXT
) WITHOUT ROWID;
CREATE TABLE listings (
    url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, digest BLOB, last_read INTEGER NOT NULL,
    last_run INTEGER NOT NULL, links INTEGER NOT NULL, most_links INTEGER NOT NULL,
    empty_page BLOB, was_rendered INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE walks (listing TEXT PRIMARY KEY, first_run INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE files (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, committed INTEGER NOT NULL,
    published INTEGER NOT NULL);
CREATE TABLE facts (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
CREATE TABLE forgotten (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE forgotten_content (content_hash BLOB PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
"""

#: The first one brings version 1 to version 2, the next one version 2 to version 3, and so on: SQL, without triggers.
STEPS: tuple[str, ...] = (
    """ALTER TABLE listings ADD COLUMN empty_page BLOB;
    ALTER TABLE listings ADD COLUMN was_rendered INTEGER NOT NULL DEFAULT 0""",
    """ALTER TABLE articles ADD COLUMN published_precision TEXT;
    ALTER TABLE pending ADD COLUMN published_precision TEXT""",
    """CREATE TABLE forgotten (id TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE forgotten_content (content_hash BLOB PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID""",
)

VERSION = 1 + len(STEPS)


def create(db: sqlite3.Connection) -> None:
    """Make the tables of a new state, in the transaction that is open."""
    _execute(db, SCHEMA)
    db.execute(f"PRAGMA user_version={VERSION}")


def migrate(db: sqlite3.Connection, version: int, steps: Sequence[str] = STEPS) -> None:
    """Bring a state of this version to the newest one; each step is one transaction, committed when this returns.

    Raises `sqlite3.Error` where a step fails: the state is then of the version before that step.
    """
    for number, step in enumerate(steps[version - 1 :], version + 1):
        db.execute("BEGIN IMMEDIATE")
        try:
            _execute(db, step)
            db.execute(f"PRAGMA user_version={number}")
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise


def _execute(db: sqlite3.Connection, script: str) -> None:
    # Not by `executescript`, which commits first.
    for statement in script.split(";"):
        db.execute(statement)
