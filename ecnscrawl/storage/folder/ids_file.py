"""Files of `published/`: which version of which article each file of records holds.

A lost state is rebuilt from these files. The files of records cannot serve for that: they belong to their readers, who
move and delete them.

A line of JSON for each record, in their order: `[id, revision, content_hash, url, published_at, fetched_at,
published_precision]`. The last line, `{"records": 12, "crc32": "1a2b3c4d"}`, has the number of the lines before it and
the CRC-32 of their bytes: a file that does not end so is cut off or damaged.
"""

import os
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from ecnscrawl import safe_files
from ecnscrawl.frontier.records import PublishedRecord
from ecnscrawl.storage.folder.record_file import RecordFile
from ecnscrawl.storage.run_ids import is_run_id, run_ids_of

_END_BYTES = 100  #: more than the last line has
_MAX_SINGLE_SYNCS = 100  #: files that are synced one by one; for more, one sync of the whole system is faster


class _End(msgspec.Struct):
    records: int
    crc32: str


@dataclass
class _Lines:
    """Makes the lines of a file, and its last line, which counts them."""

    records: int = 0
    crc: int = 0

    def line(self, record: PublishedRecord) -> bytes:
        line = _encoder.encode(record) + b"\n"
        self.records += 1
        self.crc = zlib.crc32(line, self.crc)
        return line

    def end(self) -> bytes:
        return _encoder.encode(_End(self.records, f"{self.crc:08x}")) + b"\n"


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(PublishedRecord)
_end_decoder = msgspec.json.Decoder(_End)


class IdsFile:
    """The file that belongs to the file of records that a run is writing."""

    def __init__(self, folder: Path, name: str) -> None:
        """Create the file; `name` is that of the file of records. Raises OSError."""
        self._file = RecordFile(folder, ids_name(name))
        self._lines, self._committed_lines = _Lines(), _Lines()

    def append(self, record: PublishedRecord) -> None:
        """Append the line of a record."""
        self._file.append(self._lines.line(record))

    def write(self) -> None:
        """Write to the disk without a sync: the file must be safe only when it is published."""
        self._file.write()

    def commit(self) -> None:
        """Note that the state knows all appended lines."""
        self._file.commit()
        self._committed_lines = replace(self._lines)

    def cut(self) -> None:
        """Remove the lines that the state does not know, after a failure."""
        self._file.cut()
        self._lines = replace(self._committed_lines)

    def publish(self) -> None:
        """Append the last line, sync the file, and rename it to the name that readers see."""
        self._file.append(self._lines.end())
        self._file.sync()
        self._file.publish()

    def discard(self) -> None:
        self._file.discard()


def write(folder: Path, name: str, records: Iterable[PublishedRecord]) -> int:
    """Write a whole file, in the place of an earlier one, and return the number of its records. Raises OSError."""
    (number,) = write_all(folder, [(name, records)])
    return number


def write_all(folder: Path, files: Iterable[tuple[str, Iterable[PublishedRecord]]]) -> list[int]:
    """Write several files, each for the file of records of that name; return how many records each has."""
    numbers: dict[str, int] = {}
    for name, records in files:
        lines = _Lines()
        new = _new_of(folder, name)
        with os.fdopen(safe_files.create_file(new), "wb") as file:
            for record in records:
                file.write(lines.line(record))
            file.write(lines.end())
            file.flush()
            if len(numbers) < _MAX_SINGLE_SYNCS:
                os.fsync(file.fileno())
        numbers[name] = lines.records
    if len(numbers) > _MAX_SINGLE_SYNCS:
        os.sync()
    for name in numbers:
        safe_files.rename_file(_new_of(folder, name), ids_name(name))
    if numbers:
        safe_files.sync_folder(folder)
    return list(numbers.values())


def read(folder: Path, name: str) -> tuple[list[PublishedRecord], bool]:
    """Return what is kept of a file of records, and whether that is all.

    Of a damaged file it returns what stands before the damage. Raises OSError.
    """
    content = safe_files.read_file(folder / ids_name(name))
    end = content.rfind(b"\n", 0, -1) + 1
    body, records = content[:end], []
    try:
        said = _end_decoder.decode(content[end:])
        is_whole = content.endswith(b"\n") and said.crc32 == f"{zlib.crc32(body):08x}"
    except msgspec.MsgspecError:
        said, is_whole, body = None, False, content
    for line in body.splitlines(keepends=True):
        try:
            record = _decoder.decode(line)
            bytes.fromhex(record.content_hash)
        except (msgspec.MsgspecError, ValueError):
            is_whole = False
            break
        records.append(record)
    return records, is_whole and said is not None and said.records == len(records)


def count(folder: Path, name: str) -> int:
    """Return how many records a file of records has, by the last line of its ids; 0 if it is damaged.

    Raises OSError.
    """
    with os.fdopen(safe_files.open_file(folder / ids_name(name), os.O_RDONLY), "rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - _END_BYTES))
        last = file.read().splitlines()[-1:]
    try:
        return _end_decoder.decode(last[0]).records if last else 0
    except msgspec.MsgspecError:
        return 0


def names(folder: Path) -> list[str]:
    """Return the names of the files of records that have such a file, in the order of publishing. Raises OSError."""
    return [f"{run_id}.jsonl" for run_id in run_ids_of(safe_files.file_names(folder), ".ids")]


def remove(folder: Path, name: str) -> None:
    """Remove the file for this file of records, if there is one."""
    safe_files.remove_file(folder / ids_name(name))


def remove_left_over(folder: Path) -> None:
    """Remove what a killed run did not publish: it was made again from the files of records."""
    for name in safe_files.file_names(folder):
        if name.startswith(".") and name.endswith((".ids.part", ".ids.new")) and is_run_id(name[1:].partition(".")[0]):
            safe_files.remove_file(folder / name)


def ids_name(name: str) -> str:
    """Return the name in `published/` for a file of records."""
    return f"{name.removesuffix('.jsonl')}.ids"


def _new_of(folder: Path, name: str) -> Path:
    return folder / f".{ids_name(name)}.new"
