"""Make the folder of a site from rows: state and files, as if its runs had made them. It appears complete."""

import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from itertools import chain, groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO

import msgspec

from ecnscrawl import safe_files
from ecnscrawl.exceptions import CannotStart
from ecnscrawl.frontier.sqlite import migrations
from ecnscrawl.frontier.sqlite.database import SqliteState
from ecnscrawl.storage.copying.contents import KINDS, STATE, Row
from ecnscrawl.storage.folder import ids_file, tombstones
from ecnscrawl.storage.folder.gone_file import GoneArticle
from ecnscrawl.storage.folder.lost_files import accept, lost_files
from ecnscrawl.storage.folder.published_records import of_file
from ecnscrawl.storage.folder.reports import day_file
from ecnscrawl.storage.run_ids import is_run_id, next_run_id, time_of
from ecnscrawl.storage.run_settings import Clock

_UNDER_WAY = ".copying"  #: in the data folder
_FOLDERS = ("articles", "published", "rejected", "gone", "reports")
#: The first file in `published/` of the records that are known, and in no file: a name before those of all runs.
_FIRST_UNWRITTEN = "19700101T000000Z-000000"
_PLACE = "UPDATE articles SET file = ?, offset = ? WHERE id = ? AND revision = ? AND alias_of IS NULL"
_PLACE_UNWRITTEN = """
UPDATE articles SET file = ? WHERE id IN (
    SELECT id FROM articles WHERE file IS NULL AND alias_of IS NULL AND content_hash IS NOT NULL LIMIT ?
)
"""
_ADD_FILE = "INSERT INTO files (name, committed, published) VALUES (?, ?, 1)"
_encoder = msgspec.json.Encoder()


class NewFolder:
    """A folder that nobody takes for a site until it becomes one. Methods raise OSError and `sqlite3.Error`."""

    def __init__(self, folder: Path, file_records: int, clock: Clock) -> None:
        """`folder` is to be the site's; an article file gets up to `file_records` records."""
        self.folder = folder.parent / _UNDER_WAY / folder.name
        self._target = folder
        self._file_records, self._clock = file_records, clock
        self._unwritten: list[str] = []  #: names of files whose records are known, and not there

    def make(self) -> None:
        """Make the folder with an empty state. Raises CannotStart if the target has anything already."""
        if self._target.is_symlink() or (self._target.exists() and any(self._target.iterdir())):
            raise CannotStart(f"{self._target} is there already; copy to a data folder without the site")
        self.remove()
        self._target.parent.mkdir(parents=True, exist_ok=True)
        safe_files.make_folder(self.folder.parent, depth=1)
        safe_files.make_folder(self.folder)
        for name in _FOLDERS:
            safe_files.make_folder(self.folder / name)
        with closing(self._state()) as db:
            migrations.create(db)

    def remove(self) -> None:
        """Remove what a copy that was killed has left."""
        if self.folder.is_dir():
            shutil.rmtree(self.folder)
            self._remove_parent()

    def _remove_parent(self) -> None:
        with suppress(OSError):  # another site is being copied
            self.folder.parent.rmdir()

    def publish(self) -> None:
        """Let the folder be the site's. It is on the disk when this returns."""
        os.sync()  # thousands of files, of which each would need a sync of its own
        self.folder.rename(self._target)
        self._remove_parent()
        safe_files.sync_folder(self._target.parent, depth=1)

    def _state(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.folder / "state.sqlite", isolation_level=None)
        db.execute("PRAGMA synchronous=OFF")  # until `publish`
        return db

    def write(self, kind: str, rows: Iterable[Row]) -> None:
        """Write all rows of a kind, in the order of KINDS; those of a run follow each other."""
        if kind in STATE:
            with closing(self._state()) as db:
                db.execute("BEGIN")
                places = ", ".join("?" * len(KINDS[kind]))
                db.executemany(f"INSERT INTO {kind} ({', '.join(KINDS[kind])}) VALUES ({places})", rows)
                db.execute("COMMIT")
        else:
            getattr(self, f"_write_{kind}")(_with_run_ids(rows))

    def _write_records(self, rows: Iterable[Row]) -> None:
        with closing(self._state()) as db:
            db.execute("BEGIN")
            names = [
                self._write_article_file(db, name, part)
                for run, group in groupby(rows, key=itemgetter(0))
                for name, part in _files(run, group, self._file_records)
            ]
            self._place_unwritten(db)
            db.execute("COMMIT")
        articles, published = self.folder / "articles", self.folder / "published"
        ids_file.write_all(published, ((name, of_file(articles / name)) for name in names))

    def _place_unwritten(self, db: sqlite3.Connection) -> None:
        """Name a file for the records that are known, and were moved away from where they were."""
        run_id = _FIRST_UNWRITTEN
        while True:
            number = db.execute(_ADD_FILE, (f"{run_id}.jsonl", 0)).lastrowid
            if not db.execute(_PLACE_UNWRITTEN, (number, self._file_records)).rowcount:
                db.execute("DELETE FROM files WHERE number = ?", (number,))
                return
            self._unwritten.append(f"{run_id}.jsonl")
            run_id = next_run_id(time_of(run_id), run_id, 0)

    def _write_article_file(self, db: sqlite3.Connection, name: str, rows: Iterable[Row]) -> str:
        number, offset = db.execute(_ADD_FILE, (name, 0)).lastrowid, 0
        with self._new_file("articles", name) as file:
            for _, id_, revision, _, record in rows:
                db.execute(_PLACE, (number, offset, id_, revision))
                offset += file.write(record.encode() + b"\n")
        db.execute("UPDATE files SET committed = ? WHERE number = ?", (offset, number))
        return name

    def _write_rejected(self, rows: Iterable[Row]) -> None:
        for run, group in groupby(rows, key=itemgetter(0)):
            with self._new_file("rejected", f"{run}.jsonl") as file:
                for _, _, _, reasons, record in group:
                    file.write(_encoder.encode({"reasons": reasons, "record": msgspec.Raw(record.encode())}) + b"\n")

    def _write_gone(self, rows: Iterable[Row]) -> None:
        name = None
        for run, group in groupby(rows, key=itemgetter(0)):
            name = f"{run}.jsonl"
            with self._new_file("gone", name) as file:
                for _, *values in group:
                    file.write(_encoder.encode(GoneArticle(*values)) + b"\n")
        if name is not None:  # the state knows what these files say
            with closing(self._state()) as db:
                db.execute("INSERT INTO facts VALUES ('gone_until', ?)", (name,))

    def _write_reports(self, rows: Iterable[Row]) -> None:
        for day, group in groupby(rows, key=lambda row: day_file(row[0])):
            idle_lines = []
            for run, is_idle, report in group:
                if is_idle:
                    idle_lines.append(report.encode() + b"\n")
                else:
                    with self._new_file("reports", f"{run}.json") as file:
                        file.write(report.encode())
            if idle_lines:
                with self._new_file("reports", day) as file:
                    file.writelines(idle_lines)

    def _write_latest_reports(self, rows: Iterable[Row]) -> None:
        for _, report in rows:
            with self._new_file("reports", "latest.json") as file:
                file.write(report.encode())

    def _new_file(self, kind: str, name: str) -> BinaryIO:
        return os.fdopen(safe_files.create_file(self.folder / kind / name), "wb")

    def settle(self) -> None:
        """Write what a lost state would be rebuilt from, beside the article files. To be called after all rows."""
        published = self.folder / "published"
        state = SqliteState(self.folder / "state.sqlite")
        try:
            ids_file.write_all(published, ((name, state.records_of(name)) for name in self._unwritten))
        finally:
            state.close()
        with closing(self._state()) as db:
            forgotten: dict[str, list[str]] = {id_: [] for (id_,) in db.execute("SELECT id FROM forgotten")}
            for content_hash, id_ in db.execute("SELECT content_hash, id FROM forgotten_content"):
                forgotten.setdefault(id_, []).append(content_hash.hex())
        if forgotten:
            tombstones.add(published, forgotten, self._clock())
        if lost := lost_files(self.folder):  # the readers of another place have moved them away
            accept(self.folder, lost)


def _with_run_ids(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows. Raises CannotStart for a run whose name must not become that of a file, such as `../x`."""
    for row in rows:
        if not is_run_id(row[0]):
            raise CannotStart(f"the database has a run {row[0]!r}, which is no id of a run")
        yield row


def _files(run: str, rows: Iterator[Row], most: int) -> Iterator[tuple[str, Iterable[Row]]]:
    """Yield the names of article files and their rows: of a long run several, as it makes itself."""
    name = run
    while (row := next(rows, None)) is not None:
        yield f"{name}.jsonl", chain([row], islice(rows, most - 1))
        name = next_run_id(time_of(name), name, 0)
