"""Find where to read on in a WARC file after damage: which record is damaged, and where the next one begins."""

import re
from dataclasses import dataclass
from typing import IO

from ecnscrawl.storage.archive.checksums import GZIP, ZSTD
from ecnscrawl.storage.archive.iteration import end_of_plain, records
from ecnscrawl.storage.archive.recovery import end_of_members

_MARK_BYTES = 7
_PLAIN = re.compile(rb"WARC/1\.")
#: What a record may begin with: gzip, zstd, or nothing before it. All records of a file have the same form.
_FORMS = (re.compile(re.escape(GZIP)), re.compile(re.escape(ZSTD)), _PLAIN)
_ANY_FORM = re.compile(b"|".join(form.pattern for form in _FORMS))
_HEAD = 64 * 1024  # bytes in which something else than an empty line stands, if it does
_BLANK_BYTES = 4  # between two records of an uncompressed file
_MAX_ATTEMPTS = 10_000  # a file that is made of such marks must end
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Rest:
    """What follows the last record that was read, and cannot be read."""

    position: int  #: where it begins
    next_record: int | None  #: the place of the next record that can be read; None if there is none


def damaged_record(file: IO[bytes], position: int, *, was_read: bool) -> int:
    """Return where the record begins at which reading failed: the one at `position`, or if that was read the next."""
    file.seek(position)
    mark = file.read(_MARK_BYTES)
    if was_read and _PLAIN.match(mark):
        end = end_of_plain(file, position)
        blank = _blank_bytes(file, end)
        return end + blank if end > position and blank == _BLANK_BYTES else position  # else its length may be wrong
    if not was_read or not mark.startswith(GZIP):
        return position
    file.seek(position)
    end = end_of_members(file, most=1)
    file.seek(end)
    is_next_whole = end_of_members(file, most=1) > end and _begins_record(file, end)
    return position if is_next_whole else end


def rest_after(file: IO[bytes], position: int) -> Rest | None:
    """Return what follows the record at `position`, where FastWARC has found the end of the file; None if nothing.

    FastWARC takes a last record that was cut off for the end of the file. It does the same where damage makes the head
    of a gzip member longer than the rest of the file, although whole records follow, and where something else stands
    between two records of an uncompressed file.
    """
    file.seek(position)
    mark = file.read(_MARK_BYTES)
    is_gzip, is_plain = mark.startswith(GZIP), _PLAIN.match(mark)
    if not (is_gzip or is_plain):
        return None
    file.seek(position)
    end = end_of_members(file) if is_gzip else end_of_plain(file, position)
    file.seek(end)
    if not (file.read(1) if is_gzip else file.read(_HEAD).strip()) and end > position:
        return None
    start = next_record(file, end + 1)
    if is_plain and end > position:
        end += _blank_bytes(file, end)
    return Rest(end, start)


def _blank_bytes(file: IO[bytes], position: int) -> int:
    """Return the length of the empty lines that end a record, in bytes."""
    file.seek(position)
    head = file.read(_BLANK_BYTES)
    return len(head) - len(head.lstrip(b"\r\n"))


def next_record(file: IO[bytes], start: int) -> int | None:
    """Return where the next record begins, at `start` or after it; None if there is none."""
    kept, at, attempts = b"", start, 0
    file.seek(0)
    head = file.read(_MARK_BYTES)
    mark = next((form for form in _FORMS if form.match(head)), _ANY_FORM)
    file.seek(start)
    while piece := file.read(_PIECE):
        window = kept + piece
        for found in mark.finditer(window):
            begin = at - len(kept) + found.start()
            attempts += 1
            if _begins_record(file, begin):
                return begin
            if attempts == _MAX_ATTEMPTS:
                return None
        at += len(piece)
        kept = window[1 - _MARK_BYTES :]
        file.seek(at)
    return None


def _begins_record(file: IO[bytes], position: int) -> bool:
    """Whether a record begins here. The bytes of a page may look like the head of a gzip member."""
    file.seek(position)
    try:
        for _, record in records(file):
            return record.content_length >= 0
    except (OSError, ValueError):
        return False
    return False
