"""The database file of a full-text index: its tables, and how it is opened or made again."""

import sqlite3
from pathlib import Path

from ecnscrawl import safe_files
from ecnscrawl.exporters.derived_database import remove_unusable
from ecnscrawl.exporters.search_query import create_index_statement

NAME = "search.sqlite"
_VERSION = 4  # an index of another version is made again
LOCK_TIMEOUT = 600  # seconds: another search may be indexing a million articles
_CACHE_KB = 65_536
_WORD_BUFFER = 33_554_432  # bytes of words that FTS5 collects before it writes them; its 1 MB makes indexing slow
OFFSET_BITS = 40  # a record's place is the number of its file, then its offset there, which is below a terabyte
_SCHEMA = (
    "CREATE TABLE files (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, size INTEGER NOT NULL)",
    (
        "CREATE TABLE records (place INTEGER PRIMARY KEY, id TEXT NOT NULL, revision INTEGER NOT NULL,"
        " published_at TEXT NOT NULL, section TEXT,"
        " is_newest INTEGER NOT NULL)"  # revision of its article, in all files that are indexed
    ),
    "CREATE INDEX records_by_version ON records (id, revision, is_newest)",
    "CREATE INDEX superseded_records ON records (id, revision) WHERE NOT is_newest",
    "CREATE INDEX records_by_time ON records (published_at)",
    "CREATE INDEX records_by_section ON records (section)",
    create_index_statement("text"),
    f"INSERT INTO text (text, rank) VALUES ('hashsize', {_WORD_BUFFER})",
    f"PRAGMA user_version = {_VERSION}",
)


def open_file(path: Path) -> sqlite3.Connection:
    """Return a connection to the index, created if it is missing, damaged or of another version.

    Raises UnsafeFileError or sqlite3.Error.
    """
    remove_unusable(path, _VERSION, LOCK_TIMEOUT)
    with safe_files.sqlite_file(path):
        database = sqlite3.connect(path, timeout=LOCK_TIMEOUT, isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")  # so that one can search while another indexes
    database.execute("PRAGMA synchronous = NORMAL")
    database.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
    database.execute("BEGIN IMMEDIATE")
    if not database.execute("SELECT 1 FROM sqlite_master").fetchone():
        for statement in _SCHEMA:
            database.execute(statement)
    database.commit()
    return database
