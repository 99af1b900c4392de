"""The reports in a site's folder `reports/`: a file for each run, but one line in the day's file for an idle run.

`20261123.jsonl` has the idle runs whose ids begin with this day (UTC), in the order of the runs, a JSON document on
each line. Only the run that has the site's lock appends to it. A line without its end, as a power cut may leave it, is
not read, and the next idle run of that day removes it.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from ecnscrawl import safe_files
from ecnscrawl.storage.reports import MIN_KEPT, StoredReport
from ecnscrawl.storage.run_ids import begins_before, is_run_id, run_ids_of

_DAY_NAME = re.compile(r"(\d{8})\.jsonl")
_DAY_LENGTH = 8


class _Named(msgspec.Struct):
    """The part of a line that names its run."""

    run: str


_decoder = msgspec.json.Decoder(_Named)


@dataclass(frozen=True)
class FileReports:
    """The reports in the folder `reports/` of a site; see ReportStore. Methods raise OSError."""

    folder: Path

    def latest(self) -> bytes | None:
        return safe_files.read_file(self.folder / "latest.json")

    def newest_first(self) -> Iterator[StoredReport]:
        return newest_first(self.folder)

    def add(self, document: Mapping[str, Any], content: bytes, idle_line: bytes | None) -> None:
        """`latest.json` is replaced at the very end, by whoever has written the page too."""
        if idle_line is not None:
            append(self.folder, document["run"], idle_line)
        else:
            safe_files.write_whole(self.folder / f"{document['run']}.json", content)

    def remove_old(self, before: datetime) -> None:
        remove_old(self.folder, before)


def day_file(run_id: str) -> str:
    """Return the name of the file that has a run's report in a line if the run is idle.

    >>> day_file("20261123T073000Z-1a2b3c")
    '20261123.jsonl'
    """
    return f"{run_id[:_DAY_LENGTH]}.jsonl"


def newest_first(folder: Path) -> Iterator[StoredReport]:
    """Yield the reports of a folder, the newest run first. Skips links and files that cannot be read.

    Files with lines are read one by one, when their day is reached. Raises OSError if the folder cannot be read.
    """
    names = safe_files.file_names(folder)
    files: dict[str, list[StoredReport]] = {day: [] for name in names if (day := _day_of(name))}
    for run_id in run_ids_of(names, ".json"):
        files.setdefault(run_id[:_DAY_LENGTH], []).append(StoredReport(run_id, folder / f"{run_id}.json"))
    for day in sorted(files, reverse=True):
        reports = [*files[day], *_lines(folder / f"{day}.jsonl", day)]
        yield from sorted(reports, key=lambda report: report.run_id, reverse=True)


def _day_of(name: str) -> str | None:
    match = _DAY_NAME.fullmatch(name)
    return match[1] if match else None


def _lines(path: Path, day: str) -> Iterator[StoredReport]:
    """Yield the reports of a day's file that are whole and belong to this day."""
    try:
        content = safe_files.read_file(path)
    except OSError:
        return
    for line in content[: _whole_size(content)].splitlines():
        try:
            run_id = _decoder.decode(line).run
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            continue
        if is_run_id(run_id) and run_id.startswith(day):
            yield StoredReport(run_id, path, line)


def _whole_size(content: bytes) -> int:
    """Return how many bytes the whole lines have."""
    return content.rfind(b"\n") + 1


def append(folder: Path, run_id: str, document: bytes) -> None:
    """Append the report of an idle run to the file of its day, and return when it is on the disk.

    `document` has no line break. If it cannot be written as a whole, the file stays as it was. Raises OSError.
    """
    path = folder / day_file(run_id)
    with os.fdopen(safe_files.open_file(path, os.O_RDWR | os.O_CREAT), "r+b", buffering=0) as file:
        size = _whole_size(file.readall())
        unwritten = memoryview(document + b"\n")
        try:
            file.truncate(size)
            file.seek(size)
            while unwritten:
                unwritten = unwritten[file.write(unwritten) :]
            os.fsync(file.fileno())
        except OSError:
            file.truncate(size)
            raise
    safe_files.sync_folder(folder)


def remove_old(folder: Path, before: datetime) -> None:
    """Remove the reports of runs that began before this moment, but for the newest MIN_KEPT. Raises OSError.

    A file of a day is removed as a whole, when the day is over at this moment and none of its reports is kept.
    """
    names = safe_files.file_names(folder)
    old = [f"{run_id}.json" for run_id in run_ids_of(names, ".json") if begins_before(run_id, before)]
    today = f"{before.astimezone(UTC):%Y%m%d}"
    old += [name for name in names if (day := _day_of(name)) and day < today]
    if not old:
        return
    kept = {report.path.name for report in islice(newest_first(folder), MIN_KEPT) if report.path}
    for name in old:
        if name not in kept:
            safe_files.remove_file(folder / name)
