"""A full-text index of a site's published files, kept beside them in `search.sqlite`.

It holds words and where each record's line stands, but no texts. It may be deleted: the next search makes it again.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ecnscrawl import safe_files
from ecnscrawl.exporters import reader
from ecnscrawl.exporters.search_query import COLUMNS, create_index_statement
from ecnscrawl.exporters.target import ExportFailed
from ecnscrawl.normalize.timestamps import to_text
from ecnscrawl.storage import jsonl

NAME = "search.sqlite"
_VERSION = 2  # an index of another version is made again
LOCK_TIMEOUT = 600  # seconds: another search may be indexing a million articles
_CACHE_KB = 65_536
_WORD_BUFFER = 33_554_432  # bytes of words that FTS5 collects before it writes them; its 1 MB makes indexing slow
_A_DAY = timedelta(days=1)
_SCHEMA = (
    "CREATE TABLE files (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, size INTEGER NOT NULL)",
    (
        "CREATE TABLE records (number INTEGER PRIMARY KEY, id TEXT NOT NULL, revision INTEGER NOT NULL,"
        " file INTEGER NOT NULL, offset INTEGER NOT NULL, published_at TEXT NOT NULL, section TEXT,"
        " is_newest INTEGER NOT NULL)"  # revision of its article, in all files that are indexed
    ),
    "CREATE INDEX records_by_version ON records (id, revision, file, is_newest)",
    "CREATE INDEX records_by_section ON records (section)",
    create_index_statement("text"),
    f"INSERT INTO text (text, rank) VALUES ('hashsize', {_WORD_BUFFER})",
    f"PRAGMA user_version = {_VERSION}",
)
_NEWEST_OF_SEARCHED = (
    "NOT EXISTS (SELECT 1 FROM records AS newer JOIN searched ON searched.number = newer.file"
    " WHERE newer.id = records.id AND newer.revision > records.revision)"
)


class SearchIndex:
    """An open index."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def update(self, files: Sequence[Path]) -> None:
        """Add the published files that are not in the index, each in one transaction.

        Raises InvalidRecord, DamagedFile or OSError for a file.
        """
        known = dict(self._database.execute("SELECT name, size FROM files").fetchall())
        if any(_is_another(path, known) for path in files):
            self._clear()
            known = {}
        for path in files:
            if _name(path) not in known:
                self._add(path)

    def sections(self) -> set[str]:
        """Return the sections that the records name."""
        rows = self._database.execute("SELECT DISTINCT section FROM records WHERE section IS NOT NULL")
        return {section for (section,) in rows}

    def find(
        self, query: str, files: Sequence[Path], since: datetime | None, until: datetime | None, *, all_revisions: bool
    ) -> dict[str, list[int]]:
        """Return where the lines of the matching records start: by name of the file, in order.

        Of each article counts the newest revision in these files, unless all are asked for. `since` and `until` leave
        out records more than a day away from them; the rest is left to the caller.
        """
        execute = self._database.execute
        names = {name: number for number, name in execute("SELECT number, name FROM files")}
        searched = {names[name]: name for path in files if (name := _name(path)) in names}
        execute("CREATE TEMP TABLE IF NOT EXISTS searched (number INTEGER PRIMARY KEY)")
        execute("DELETE FROM searched")
        self._database.executemany("INSERT INTO searched VALUES (?)", [(number,) for number in searched])
        conditions = ["text MATCH ?"]
        values = [query]
        if since or until:
            conditions.append("published_at BETWEEN ? AND ?")
            values += [to_text(since - _A_DAY) if since else "", to_text(until + _A_DAY) if until else "9"]
        if len(searched) < len(names):
            conditions.append("file IN (SELECT number FROM searched)")
        if not all_revisions:
            # Later revisions are in later files. So the newest of all files is the newest of those searched, unless
            # one of the later files is missing among these.
            later = [name for name in names if name >= min(searched.values(), default="")]
            conditions.append("is_newest" if len(later) == len(searched) else _NEWEST_OF_SEARCHED)
        rows = execute(
            "SELECT file, offset FROM text JOIN records ON records.number = text.rowid"
            f" WHERE {' AND '.join(conditions)}",
            values,
        )
        found: dict[str, list[int]] = {}
        for number, offset in rows:
            found.setdefault(searched[number], []).append(offset)
        return {name: sorted(found[name]) for name in sorted(found)}

    def _add(self, path: Path) -> None:
        execute = self._database.execute
        execute("BEGIN IMMEDIATE")
        try:
            if not execute("SELECT 1 FROM files WHERE name = ?", [_name(path)]).fetchone():  # not added since
                number = execute("INSERT INTO files (name, size) VALUES (?, 0)", [_name(path)]).lastrowid
                size = 0
                for offset, end, record in reader.read_lines(path):
                    self._add_record(number, offset, record)
                    size = end
                execute("UPDATE files SET size = ? WHERE number = ?", [size, number])
        except BaseException:
            self._database.rollback()
            raise
        self._database.commit()

    def _add_record(self, file: int | None, offset: int, record: dict[str, Any]) -> None:
        version = (record["id"], record["revision"])
        execute = self._database.execute
        execute("UPDATE records SET is_newest = 0 WHERE id = ? AND revision < ? AND is_newest", version)
        number = execute(
            "INSERT INTO records (id, revision, file, offset, published_at, section, is_newest)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, NOT EXISTS (SELECT 1 FROM records WHERE id = ?1 AND revision > ?2))",
            [*version, file, offset, record["published_at"], record["section"]],
        ).lastrowid
        captions = "\n".join(each.caption for each in (*record["images"], *record["videos"]) if each.caption)
        texts = (record["title"], record["summary"], record["body"], captions)
        execute(f"INSERT INTO text (rowid, {', '.join(COLUMNS)}) VALUES (?, ?, ?, ?, ?)", [number, *texts])

    def _clear(self) -> None:
        """Forget everything: a file is not the one that was indexed under its name."""
        self._database.execute("BEGIN IMMEDIATE")
        self._database.execute("INSERT INTO text (text) VALUES ('delete-all')")
        for table in ("records", "files"):
            self._database.execute(f"DELETE FROM {table}")
        self._database.commit()


def _name(path: Path) -> str:
    """Return the name of a published file; compressed, it is still the same file."""
    return path.name.removesuffix(".gz")


def _is_another(path: Path, known: dict[str, int]) -> bool:
    size = known.get(path.name)  # the size of a compressed file is known only by reading it
    return size is not None and path.stat().st_size != size


def copy_lines(found: dict[str, list[int]], files: Sequence[Path], folder: Path) -> list[Path]:
    """Copy the lines at these offsets to files of the same names in a new folder; return the files."""
    folder.mkdir()
    paths = {_name(path): path for path in files}
    copies = []
    for name, offsets in found.items():
        copies.append(folder / name)
        with jsonl.reading(paths[name]) as lines, copies[-1].open("wb") as copy:
            for offset in offsets:
                lines.seek(offset)
                copy.write(lines.readline())
    return copies


@contextmanager
def open_index(folder: Path, spare: Path) -> Iterator[SearchIndex]:
    """Yield the index in a site's folder, created if it is missing, damaged or of another version.

    Where that folder cannot be written, as by a user who may only read it, yields a new one in the folder `spare`.
    Raises ExportFailed, also for errors of the index inside the block.
    """
    path = (folder if os.access(folder, os.W_OK) else spare) / NAME
    try:
        with closing(_open(path)) as database:
            yield SearchIndex(database)
    except safe_files.UnsafeFileError as error:
        raise ExportFailed(f"{error.filename}: {error.strerror}") from None
    except sqlite3.Error as error:
        raise ExportFailed(f"{path} cannot be used ({error})") from None


def _open(path: Path) -> sqlite3.Connection:
    if not _is_usable(path):
        for ending in ("", "-wal", "-shm"):
            safe_files.remove_file(path.with_name(path.name + ending), depth=1)
    with safe_files.sqlite_file(path):
        database = _connect(path)
        database.execute("PRAGMA journal_mode = WAL")  # so that one can search while another indexes
    database.execute("PRAGMA synchronous = NORMAL")
    database.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
    database.execute("BEGIN IMMEDIATE")
    if not database.execute("SELECT 1 FROM sqlite_master").fetchone():
        for statement in _SCHEMA:
            database.execute(statement)
    database.commit()
    return database


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=LOCK_TIMEOUT, isolation_level=None)


def _is_usable(path: Path) -> bool:
    """Whether the file is an index of this version, or empty."""
    with safe_files.sqlite_file(path):
        database = _connect(path)
    try:
        version = database.execute("PRAGMA user_version").fetchone()[0]
        return version == _VERSION or not database.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        raise  # the disk is at fault or another process has locked it; the file may be fine
    except sqlite3.DatabaseError:
        return False
    finally:
        database.close()
