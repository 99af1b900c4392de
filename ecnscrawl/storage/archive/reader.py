"""Read the responses of a WARC file of any origin: gzip, zstd or plain, whole or damaged, with bounded memory."""

import errno
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ecnscrawl.storage.archive.exchange import PURPOSE
from ecnscrawl.storage.archive.recovery import end_of_members

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

MAX_BLOCK = 32 * 1024 * 1024  #: bytes of a record that is read; a page may have ten million, decompressed
_GZIP = b"\x1f\x8b\x08"
#: What a record may begin with: gzip, zstd, or nothing before it.
_MARK = re.compile(rb"\x1f\x8b\x08|\x28\xb5\x2f\xfd|WARC/1\.")
_MARK_BYTES = 7
_PLAIN = re.compile(rb"WARC/1\.")
_LENGTH = re.compile(rb"^Content-Length:[ \t]*(\d+)[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
_HEAD = 64 * 1024  # bytes in which the head of a record ends
_BLANK_BYTES = 4  # between two records of an uncompressed file
_MAX_ATTEMPTS = 10_000  # a file that is made of such marks must end
_PIECE = 1024 * 1024
_OWN = re.compile(rb"^software: ecnscrawl/.*?^isPartOf: (\S+)\r$", re.MULTILINE | re.DOTALL)
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})\b")

OnProblem = Callable[[str, str], None]  #: called with what is wrong, for counting, and where


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedResponse:
    """A response as it is archived."""

    url: str
    at: datetime  #: aware
    file: str  #: name and size of the file, by which it is known again
    number: int  #: of its record in the file, from 0; a damaged one counts too
    place: str  #: file and record, for messages
    status: int = 0
    block: bytes = b""  #: HTTP head and body
    block_digest: str | None = None  #: as stated: `sha1:…`
    payload_digest: str | None = None
    is_truncated: bool = False  #: the archive says that it was cut off
    purpose: str | None = None  #: of our own archives: what it was requested for
    site: str | None = None  #: of our own archives: the name of the site
    rendered: bytes | None = None  #: HTML in UTF-8 that a browser made of it
    rendered_at: datetime | None = None  #: when


def read_responses(path: Path, on_problem: OnProblem) -> Iterator[ArchivedResponse]:
    """Yield the responses of a file in order. A rendered page comes with the response that it was made of.

    What cannot be read is passed to `on_problem`, and reading goes on after it. Raises OSError as `open_archive` does.
    """
    waiting: ArchivedResponse | None = None  # perhaps its rendered page follows
    for found in _Records(path, on_problem).responses():
        if waiting is not None and found.rendered is not None and found.url == waiting.url:
            waiting = replace(waiting, rendered=found.rendered, rendered_at=found.rendered_at)
            continue
        if waiting is not None:
            yield waiting
        waiting = None if found.rendered is not None and not found.block else found
    if waiting is not None:
        yield waiting


def open_archive(path: Path) -> IO[bytes]:
    """Open an archive file. Raises OSError if it cannot be opened, with the number ESPIPE for a pipe.

    `-` is standard input. An archive is not read from a pipe, because after damage the reader must go back.
    """
    is_pipe = path.is_fifo() or (str(path) == "-" and not path.exists())
    if not is_pipe:
        file = path.open("rb")
        if file.seekable():
            return file
        file.close()  # a terminal
    raise OSError(errno.ESPIPE, "an archive cannot be read from a pipe; save it to a file and name that", str(path))


def file_key(path: Path) -> str:
    """Return by what a file is known again, wherever it stands. Raises OSError."""
    return f"{path.name}:{path.stat().st_size}"


class _Records:
    """The records of one file."""

    def __init__(self, path: Path, on_problem: OnProblem) -> None:
        self._path = path
        self._on_problem = on_problem
        self._number = -1
        self._position = 0  # of the record that was read last
        self._is_counted = False  # whether `number` is that of the record at `position`
        self._is_in_record = False
        self._site: str | None = None
        self._is_cut = False

    def responses(self) -> Iterator[ArchivedResponse]:
        with open_archive(self._path) as file:
            self._file = file_key(self._path)
            if not file.read(1):
                self._report("empty", 0)
                return
            start: int | None = 0
            while start is not None:
                file.seek(start)
                self._position, self._is_counted = start, False
                try:
                    for record in _records(file):
                        self._number, self._is_counted = self._number + 1, True
                        self._position = record.stream_pos  # in the file, also where reading began at `start`
                        self._is_in_record = True
                        found = self._response(record)
                        self._is_in_record = False
                        if found:
                            yield found
                except (OSError, ValueError, UnicodeDecodeError) as error:
                    damaged = self._damaged(file)
                    start = _next_record(file, damaged + 1)
                    is_archive = self._number >= 0 or start is not None
                    self._report(f"damaged ({error})" if is_archive else "not a WARC file", damaged)
                    self._count(damaged)
                else:
                    start = self._resume(file)

    def _report(self, what: str, position: int) -> None:
        self._on_problem(what, f"{self._path}, at byte {position}")

    def _damaged(self, file: IO[bytes]) -> int:
        """Return where the record begins at which reading failed: the one that was read last, or the next one."""
        file.seek(self._position)
        if self._is_in_record or not self._is_counted or not file.read(_MARK_BYTES).startswith(_GZIP):
            return self._position
        file.seek(self._position)
        end = end_of_members(file, most=1)
        file.seek(end)
        is_next_whole = end_of_members(file, most=1) > end and _begins_record(file, end)
        return self._position if is_next_whole else end

    def _count(self, damaged: int) -> None:
        """Count a damaged record, so that the numbers of those after it stay true."""
        if damaged != self._position or not self._is_counted:
            self._number += 1

    def _resume(self, file: IO[bytes]) -> int | None:
        """Return where to read on after the end that FastWARC found; None at the end of the file.

        FastWARC takes a last record that was cut off for the end of the file. It does the same where damage makes the
        head of a gzip member longer than the rest of the file, although whole records follow, and where something else
        stands between two records of an uncompressed file.
        """
        file.seek(self._position)
        mark = file.read(_MARK_BYTES)
        is_gzip, is_plain = mark.startswith(_GZIP), _PLAIN.match(mark)
        if self._is_cut or not (is_gzip or is_plain):
            return None
        file.seek(self._position)
        end = end_of_members(file) if is_gzip else _end_of_plain(file, self._position)
        file.seek(end)
        if not (file.read(1) if is_gzip else file.read(_HEAD).strip()) and end > self._position:
            return None
        start = _next_record(file, end + 1)
        if is_plain and end > self._position:
            end += _blank_bytes(file, end)
        self._report("cut off" if start is None else "damaged", end)
        self._count(end)
        return start

    def _response(self, record: "WarcRecord") -> ArchivedResponse | None:
        kind = record.headers.get("WARC-Type") or ""
        if kind not in ("response", "conversion", "warcinfo"):
            return None
        url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
        place = f"{self._path}, record {self._number} at byte {self._position}{f', {url}' if url else ''}"
        block = self._block(record, place)
        if block is not None and kind == "warcinfo":
            own = _OWN.search(block)
            self._site = own[1].decode("utf-8", "replace") if own else None
        elif block is not None and record.record_date is not None and url:
            return self._made(record, kind, url, place, block)
        elif block is not None:
            self._on_problem("without date or address", place)
        return None

    def _block(self, record: "WarcRecord", place: str) -> bytes | None:
        """Return the content of a record; None if it is too large or cut off."""
        if record.content_length > MAX_BLOCK:
            self._on_problem("too large", f"{place}: {record.content_length} bytes")
            return None
        block = record.reader.read()
        if len(block) < record.content_length:
            self._on_problem("cut off", place)
            self._is_cut = True
            return None
        return block

    def _made(self, record: "WarcRecord", kind: str, url: str, place: str, block: bytes) -> ArchivedResponse | None:
        at = record.record_date if record.record_date.tzinfo else record.record_date.replace(tzinfo=UTC)
        own: dict[str, Any] = {"file": self._file, "number": self._number, "place": place, "site": self._site}
        if kind == "conversion":
            is_html = (record.headers.get("Content-Type") or "").startswith("text/html")
            return ArchivedResponse(url=url, at=at, rendered=block, rendered_at=at, **own) if is_html else None
        if (status := _STATUS.match(block)) is None:  # of another protocol, such as dns:
            return None
        return ArchivedResponse(
            url=url,
            at=at,
            status=int(status[1]),
            block=block,
            block_digest=record.headers.get("WARC-Block-Digest"),
            payload_digest=record.headers.get("WARC-Payload-Digest"),
            is_truncated=record.headers.get("WARC-Truncated") is not None,
            purpose=record.headers.get(PURPOSE),
            **own,
        )


def _records(file: IO[bytes]) -> "Iterator[WarcRecord]":
    from fastwarc.warc import ArchiveIterator  # noqa: PLC0415 - an extra

    return iter(ArchiveIterator(file, parse_http=False))


def _end_of_plain(file: IO[bytes], position: int) -> int:
    """Return where the record at `position` of an uncompressed file ends; `position` if the file ends before."""
    file.seek(position)
    head, end_of_head, _ = file.read(_HEAD).partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    if not end_of_head or length is None:
        return position
    end = position + len(head) + len(end_of_head) + int(length[1])
    return end if end <= os.fstat(file.fileno()).st_size else position


def _blank_bytes(file: IO[bytes], position: int) -> int:
    """Return the length of the empty lines that end a record, in bytes."""
    file.seek(position)
    head = file.read(_BLANK_BYTES)
    return len(head) - len(head.lstrip(b"\r\n"))


def _next_record(file: IO[bytes], start: int) -> int | None:
    """Return where the next record begins, at `start` or after it; None if there is none."""
    kept, at, attempts = b"", start, 0
    file.seek(start)
    while piece := file.read(_PIECE):
        window = kept + piece
        for found in _MARK.finditer(window):
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
        for record in _records(file):
            return record.content_length >= 0
    except (OSError, ValueError):
        return False
    return False
