"""A full-text index of a site's published files, kept beside them in `search.sqlite`.

It holds words and where each record's line stands, but no texts. It may be deleted: the next search makes it again.
"""

import json
import os
import sqlite3
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from ecnscrawl import safe_files
from ecnscrawl.exporters import reader
from ecnscrawl.exporters.search_file import NAME, OFFSET_BITS, open_file
from ecnscrawl.exporters.search_query import COLUMNS, spaced
from ecnscrawl.exporters.target import ExportFailed
from ecnscrawl.normalize.timestamps import to_text
from ecnscrawl.storage import jsonl

_A_DAY = timedelta(days=1)
_decode_places = msgspec.json.Decoder(list[int]).decode
_HAS_NEWER_IN_FILES = (
    "EXISTS (SELECT 1 FROM records AS newer WHERE newer.id = records.id AND newer.revision > records.revision"
    f" AND newer.place >> {OFFSET_BITS} IN (SELECT value FROM json_each(?)))"
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
        names = dict(self._database.execute("SELECT number, name FROM files").fetchall())
        chosen = {_name(path) for path in files}
        searched = {number: name for number, name in names.items() if name in chosen}
        found = self._places("SELECT rowid AS place FROM text WHERE text MATCH ?", query)
        if since or until:
            first, last = to_text(since - _A_DAY) if since else "", to_text(until + _A_DAY) if until else "9"
            in_time = self._places("SELECT place FROM records WHERE published_at BETWEEN ? AND ?", first, last)
            found = [*set(found).intersection(in_time)]
        superseded = set() if all_revisions else self._superseded(names, searched)
        return _by_file(sorted(found), searched, superseded)

    def _superseded(self, names: dict[int, str], searched: dict[int, str]) -> set[int]:
        """Return the places of the records that have a newer revision in the searched files."""
        old = "SELECT place FROM records WHERE NOT is_newest"
        # Later revisions are in later files. So the newest of all files is the newest of those searched, unless one
        # of the later files is missing among these.
        later = [name for name in names.values() if name >= min(searched.values(), default="")]
        if len(later) == len(searched):
            return set(self._places(old))
        return set(self._places(f"{old} AND {_HAS_NEWER_IN_FILES}", json.dumps([*searched])))

    def _places(self, select: str, *values: str) -> list[int]:
        """Return the places that a query selects. One JSON text is five times as fast as a row for each place."""
        rows = self._database.execute(f"SELECT json_group_array(place) FROM ({select})", values)
        return _decode_places(rows.fetchone()[0])

    def _add(self, path: Path) -> None:
        execute = self._database.execute
        execute("BEGIN IMMEDIATE")
        try:
            if not execute("SELECT 1 FROM files WHERE name = ?", [_name(path)]).fetchone():  # not added since
                number = execute("INSERT INTO files (name, size) VALUES (?, 0)", [_name(path)]).lastrowid or 0
                size = 0
                for offset, end, record in reader.read_lines(path):
                    self._add_record((number << OFFSET_BITS) + offset, record)
                    size = end
                execute("UPDATE files SET size = ? WHERE number = ?", [size, number])
        except BaseException:
            self._database.rollback()
            raise
        self._database.commit()

    def _add_record(self, place: int, record: dict[str, Any]) -> None:
        version = (record["id"], record["revision"])
        execute = self._database.execute
        # By the key: an UPDATE that could change several rows makes FTS5 write its collected words to the disk first.
        older = execute("SELECT place FROM records WHERE id = ? AND revision < ? AND is_newest", version).fetchall()
        for key in older:
            execute("UPDATE records SET is_newest = 0 WHERE place = ?", key)
        execute(
            "INSERT INTO records (id, revision, place, published_at, section, is_newest)"
            " VALUES (?1, ?2, ?3, ?4, ?5, NOT EXISTS (SELECT 1 FROM records WHERE id = ?1 AND revision > ?2))",
            [*version, place, record["published_at"], record["section"]],
        )
        captions = "\n".join(each.caption for each in (*record["images"], *record["videos"]) if each.caption)
        texts = [spaced(text or "") for text in (record["title"], record["summary"], record["body"], captions)]
        execute(f"INSERT INTO text (rowid, {', '.join(COLUMNS)}) VALUES (?, ?, ?, ?, ?)", [place, *texts])

    def _clear(self) -> None:
        """Forget everything: a file is not the one that was indexed under its name."""
        self._database.execute("BEGIN IMMEDIATE")
        self._database.execute("INSERT INTO text (text) VALUES ('delete-all')")
        for table in ("records", "files"):
            self._database.execute(f"DELETE FROM {table}")
        self._database.commit()


def _by_file(places: list[int], files: dict[int, str], left_out: set[int]) -> dict[str, list[int]]:
    """Return the offsets of sorted places by name of the file, in order; some places, and other files, are left out."""
    found = {}
    for number, name in sorted(files.items(), key=lambda file: file[1]):
        start = number << OFFSET_BITS
        end = start + (1 << OFFSET_BITS)
        inside = places[bisect_left(places, start) : bisect_left(places, end)]
        if offsets := [place - start for place in inside if place not in left_out]:
            found[name] = offsets
    return found


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
        with closing(open_file(path)) as database:
            yield SearchIndex(database)
    except safe_files.UnsafeFileError as error:
        raise ExportFailed(f"{error.filename}: {error.strerror}") from None
    except sqlite3.Error as error:
        raise ExportFailed(f"{path} cannot be used ({error})") from None
