"""Iterate over the records of an archive file, also over those whose Content-Length FastWARC does not read."""

import os
import re
from collections.abc import Iterator
from io import BytesIO
from typing import IO, TYPE_CHECKING

from ecnscrawl.storage.archive.checksums import begins_member, read_member

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

MAX_BLOCK = 32 * 1024 * 1024  #: bytes of a record that is read; a page may have ten million, decompressed
_HEAD = 64 * 1024  # bytes in which the head of a record ends
_END_OF_HEAD = b"\r\n\r\n"
#: Names of fields have no case, and a field may go on in the next line: WARC 1.1, section 4.
_LENGTH = re.compile(rb"^Content-Length:(?:[ \t]|\r\n[ \t])*(\d+)[ \t]*(?=\r?$)", re.MULTILINE | re.IGNORECASE)


def records(file: IO[bytes]) -> "Iterator[tuple[int, WarcRecord]]":
    """Yield the records from where a file stands, each with its place. Raises OSError and ValueError.

    FastWARC finds a Content-Length only if it is spelled so, in one line. It takes another record for one without
    content, and its content for the next record.
    """
    from fastwarc.warc import ArchiveIterator  # noqa: PLC0415 - an extra

    start: int | None = file.tell()
    while start is not None:
        file.seek(start)
        start = None
        for record in ArchiveIterator(file, parse_http=False):
            position = record.stream_pos
            if not _is_misread(record):
                yield position, record
                continue
            content, start = _record_at(file, position)
            mended = ArchiveIterator(BytesIO(_LENGTH.sub(rb"Content-Length: \1", content, count=1)), parse_http=False)
            yield from ((position, each) for each in mended)
            break


def end_of_plain(file: IO[bytes], position: int) -> int:
    """Return where the record at `position` of an uncompressed file ends; `position` if the file ends before."""
    file.seek(position)
    head, end_of_head, _ = file.read(_HEAD).partition(_END_OF_HEAD)
    length = _LENGTH.search(head)
    if not end_of_head or length is None:
        return position
    end = position + len(head) + len(end_of_head) + int(length[1])
    return end if end <= os.fstat(file.fileno()).st_size else position


def _is_misread(record: "WarcRecord") -> bool:
    if record.content_length:
        return False
    stated = (record.headers.get("Content-Length") or "").strip()
    return stated.isdigit() and int(stated) > 0


def _record_at(file: IO[bytes], position: int) -> tuple[bytes, int | None]:
    """Return the beginning of a record, up to what is read of one, and where the next record begins, if one does."""
    if not begins_member(file, position):
        end = end_of_plain(file, position)
        file.seek(position)
        if end <= position:
            return file.read(_HEAD + MAX_BLOCK), None
        return file.read(min(end - position, _HEAD + MAX_BLOCK)), end
    content = read_member(file, position, _HEAD + MAX_BLOCK)
    head, _, rest = content.partition(_END_OF_HEAD)
    length = _LENGTH.search(head)
    if length is None or rest[int(length[1]) :].strip():
        raise ValueError("Content-Length is spelled otherwise in a member of several records")
    return content, file.tell()
