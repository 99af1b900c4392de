"""Read the responses of a WARC file of any origin: gzip, zstd or plain, whole or damaged, with bounded memory."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from ecnscrawl.storage.archive.checksums import DamagedMember, begins_member, is_damaged
from ecnscrawl.storage.archive.exchange import END, PART, PURPOSE
from ecnscrawl.storage.archive.fields import date_of, field_of
from ecnscrawl.storage.archive.iteration import MAX_BLOCK, records
from ecnscrawl.storage.archive.opening import as_utf_8, file_key, open_archive
from ecnscrawl.storage.archive.resync import damaged_record, next_record, rest_after

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

_OWN = re.compile(rb"^software: ecnscrawl/.*?^isPartOf: (\S+)\r$", re.MULTILINE | re.DOTALL)
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})\b")

OnProblem = Callable[[str, str], None]  #: called with what is wrong, for counting, and where


class ArchivedResponse(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A response as it is archived. It is a Struct because each goes to a worker process."""

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
    part: str | None = None  #: of a further page in our own archives: its number and the article's address
    has_no_end: bool = False  #: of our own archives: it shows no end, and was taken because the site has no end mark
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


class _Records:
    """The records of one file."""

    def __init__(self, path: Path, on_problem: OnProblem) -> None:
        self._path, self._shown = path, as_utf_8(str(path))
        self._on_problem = on_problem
        self._number = -1
        self._position = 0  # of the record that was read last, or of the member that it stands in
        self._checked: int | None = None  # the position of a member of several records that is not damaged
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
                held: ArchivedResponse | None = None  # until its checksum is known
                problem: Exception | None = None
                try:
                    for position, record in records(file):
                        self._enter(file, position)
                        if held is not None:
                            yield held
                        held = None
                        self._number, self._is_counted = self._number + 1, True
                        self._is_in_record = True
                        held = self._response(record)
                        self._is_in_record = False
                except (OSError, ValueError) as error:
                    problem = error
                if held is not None and (self._position == self._checked or not is_damaged(file, self._position)):
                    yield held
                start = self._resume(file) if problem is None else self._after(problem, file)

    def _enter(self, file: IO[bytes], position: int) -> None:
        """Note where a record begins. Raises DamagedMember if it stands in a damaged member together with others."""
        if not self._is_counted or not begins_member(file, self._position) or begins_member(file, position):
            self._position = position  # in the file, also where reading began at `start`
        elif self._position != self._checked:
            if is_damaged(file, self._position):
                raise DamagedMember("wrong checksum of a member with several records; none was read")
            self._checked = self._position

    def _after(self, problem: Exception, file: IO[bytes]) -> int | None:
        """Name what is damaged, and return where to read on; None if nothing follows."""
        damaged = damaged_record(file, self._position, was_read=self._is_counted and not self._is_in_record)
        self._is_in_record = False
        start = next_record(file, damaged + 1)
        is_archive = self._number >= 0 or start is not None or is_damaged(file, 0)
        self._report(f"damaged ({problem})" if is_archive else "not a WARC file", damaged)
        self._count(damaged)
        return start

    def _report(self, what: str, position: int) -> None:
        self._on_problem(what, f"{self._shown}, at byte {position}")

    def _count(self, damaged: int) -> None:
        """Count a damaged record, so that the numbers of those after it stay true."""
        if damaged != self._position or not self._is_counted:
            self._number += 1

    def _resume(self, file: IO[bytes]) -> int | None:
        """Return where to read on after the end that FastWARC found; None at the end of the file."""
        rest = None if self._is_cut else rest_after(file, self._position)
        if rest is None:
            return None
        self._report("cut off" if rest.next_record is None else "damaged", rest.position)
        self._count(rest.position)
        return rest.next_record

    def _response(self, record: "WarcRecord") -> ArchivedResponse | None:
        kind = field_of(record, "WARC-Type")
        if kind not in ("response", "conversion", "warcinfo"):
            return None
        url = field_of(record, "WARC-Target-URI").strip("<>")
        place = f"{self._shown}, record {self._number} at byte {self._position}{f', {url}' if url else ''}"
        block = self._block(record, place)
        if block is None:
            return None
        if kind == "warcinfo":
            own = _OWN.search(block)
            self._site = own[1].decode("utf-8", "replace") if own else None
            return None
        at = record.record_date or date_of(field_of(record, "WARC-Date"))
        if at is None or not url:
            self._on_problem("without date or address", place)
            return None
        if kind == "response" and field_of(record, "WARC-Segment-Number"):
            self._on_problem("one of several segments, which are not joined", place)
            return None
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        made = _rendered_page if kind == "conversion" else _response
        return made(record, block, url=url, at=at, file=self._file, number=self._number, place=place, site=self._site)

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


def _rendered_page(record: "WarcRecord", block: bytes, *, at: datetime, **own: Any) -> ArchivedResponse | None:
    is_html = (record.headers.get("Content-Type") or "").startswith("text/html")
    return ArchivedResponse(at=at, rendered=block, rendered_at=at, **own) if is_html else None


def _response(record: "WarcRecord", block: bytes, **own: Any) -> ArchivedResponse | None:
    if (status := _STATUS.match(block)) is None:  # of another protocol, such as dns:
        return None
    return ArchivedResponse(
        status=int(status[1]),
        block=block,
        block_digest=record.headers.get("WARC-Block-Digest"),
        payload_digest=record.headers.get("WARC-Payload-Digest"),
        is_truncated=record.headers.get("WARC-Truncated") is not None,
        purpose=record.headers.get(PURPOSE),
        part=record.headers.get(PART),
        has_no_end=record.headers.get(END) is not None,
        **own,
    )
