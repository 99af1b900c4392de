"""The rows of a site in its folder: its state and its files, as a run leaves them."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import msgspec

from ecnscrawl import safe_files
from ecnscrawl.frontier.columns import storable
from ecnscrawl.storage import jsonl
from ecnscrawl.storage.copying.contents import KINDS, STATE, Row, facts_of_report, is_copied_fact
from ecnscrawl.storage.folder import gone_file
from ecnscrawl.storage.folder.published_records import of_line
from ecnscrawl.storage.folder.reports import FileReports
from ecnscrawl.storage.jsonl import DamagedFile


class _Rejected(msgspec.Struct):
    reasons: list[str]
    record: msgspec.Raw


class _Id(msgspec.Struct):
    id: str


class _Run(msgspec.Struct):
    run: str


_rejected = msgspec.json.Decoder(_Rejected)
_id = msgspec.json.Decoder(_Id)
_run = msgspec.json.Decoder(_Run)
T = TypeVar("T")


class FolderContents:
    """A site's state and files, while no run changes them; see Contents. Methods raise OSError and `sqlite3.Error`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.warnings: dict[str, None] = {}  #: of files that cannot be read to their ends, each once

    def rows(self, kind: str) -> Iterator[Row]:
        found = self._of_state(kind) if kind in STATE else getattr(self, f"_{kind}")()
        for row in found:
            yield tuple(storable(value) if isinstance(value, str) else value for value in row)

    def _of_state(self, table: str) -> Iterator[Row]:
        path = quote(str(self._folder / "state.sqlite"))
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            for row in db.execute(f"SELECT {', '.join(KINDS[table])} FROM {table}"):
                if table == "listings":
                    yield *row[:-1], bool(row[-1])  # was_rendered, a number in SQLite
                elif table != "facts" or is_copied_fact(row[0]):
                    yield row

    def _records(self) -> Iterator[Row]:
        """Yield the records, but for those of forgotten articles, as a reader may have put back an old file."""
        forgotten = {id_ for (id_,) in self._of_state("forgotten")}
        for run, (line, record) in self._parsed("articles", lambda line: (line, of_line(line))):
            if record.id in forgotten:
                continue
            content_hash = bytes.fromhex(record.content_hash)
            yield run, record.id, record.revision, content_hash, line.decode().removesuffix("\n")

    def _rejected(self) -> Iterator[Row]:
        runs: Counter[str] = Counter()
        for run, (id_, rejected) in self._parsed("rejected", _read_rejected):
            yield run, runs[run], id_, rejected.reasons, bytes(rejected.record).decode()
            runs[run] += 1

    def _gone(self) -> Iterator[Row]:
        folder = self._folder / "gone"
        for name in jsonl.published(folder):
            try:
                found = gone_file.read(folder, name)
            except DamagedFile as error:
                self.warnings[str(error)] = None
                continue
            for each in found:
                run = name.removesuffix(".jsonl")
                yield run, each.id, each.url, each.first_gone_at, each.last_gone_at, each.back_at

    def _parsed(self, kind: str, parse: Callable[[bytes], T]) -> Iterator[tuple[str, T]]:
        """Yield each line of the published files parsed, with the name of its file; up to one that is damaged."""
        for name in jsonl.published(self._folder / kind):
            path = jsonl.path_of(self._folder / kind, name)
            try:
                for number, (_, line) in enumerate(jsonl.lines(path), 1):
                    try:
                        parsed = parse(line)
                    except (ValueError, RecursionError):
                        self.warnings[f"{path}, line {number}: not a record; what follows is left out too"] = None
                        break
                    yield name.removesuffix(".jsonl"), parsed
            except DamagedFile as error:
                self.warnings[str(error)] = None

    def _reports(self) -> Iterator[Row]:
        for stored in FileReports(self._folder / "reports").newest_first():
            content = stored.read()
            if self._is_report(content, stored.run_id):
                yield stored.run_id, stored.line is not None, content.decode()

    def _latest_reports(self) -> Iterator[Row]:
        path = self._folder / "reports" / "latest.json"
        if path.name in safe_files.file_names(path.parent):
            content = safe_files.read_file(path)
            if self._is_report(content, path.name):
                yield _run.decode(content).run, content.decode()

    def _is_report(self, content: bytes, name: str) -> bool:
        try:
            facts_of_report(content)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            self.warnings[f"{self._folder / 'reports'}: {name} is not a report; it is left out"] = None
            return False
        return True


def _read_rejected(line: bytes) -> tuple[str, _Rejected]:
    """Return a line of a file of rejected records, with the id of the record."""
    rejected = _rejected.decode(line)
    return _id.decode(bytes(rejected.record)).id, rejected
