"""The records of a gzip-compressed WARC file one by one, as bytes that can be copied to another file."""

import os
import stat
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ecnscrawl import safe_files
from ecnscrawl.storage.jsonl import DamagedFile
from ecnscrawl.storage.line_removal import hidden_copy

_PIECE = 256 * 1024
_GZIP = 31
MAX_CONTENT = 64 * 1024 * 1024  #: bytes of a record that are looked at


@dataclass(frozen=True, slots=True)
class Member:
    """A record."""

    raw: bytes  #: its gzip member
    headers: dict[str, str]  #: the WARC headers, by name in lower case
    block: bytes  #: what follows them; the first MAX_CONTENT bytes

    @property
    def url(self) -> str:
        """The address that it is about; an empty text for a record without one."""
        return self.headers.get("warc-target-uri", "").strip("<>")


def members(path: Path) -> Iterator[Member]:
    """Yield the records of a file. Raises OSError, DamagedFile."""
    with os.fdopen(safe_files.open_file(path, os.O_RDONLY), "rb") as file:
        piece = file.read(_PIECE)
        while piece:
            raw, content, stream = bytearray(), bytearray(), zlib.decompressobj(_GZIP)
            while not stream.eof:
                if not piece:
                    raise DamagedFile(f"{path} is cut off; remove it, or put a whole copy in its place")
                try:
                    found = stream.decompress(piece)
                except zlib.error as error:
                    raise DamagedFile(f"{path} is damaged ({error}); remove it, or put a whole copy there") from None
                if len(content) < MAX_CONTENT:
                    content += found
                raw += piece[: len(piece) - len(stream.unused_data)]
                piece = stream.unused_data or file.read(_PIECE)
            yield _member(bytes(raw), bytes(content))


def _member(raw: bytes, content: bytes) -> Member:
    head, _, block = content.partition(b"\r\n\r\n")
    lines = (line.decode("utf-8", "replace").partition(":") for line in head.split(b"\r\n")[1:])
    headers = {name.strip().lower(): value.strip() for name, _, value in lines}
    length = headers.get("content-length", "")
    return Member(raw, headers, block[: int(length)] if length.isdigit() else block)


def remove_members(path: Path, is_removed: Callable[[Member], bool]) -> int:
    """Remove records from a file, and return how many; a file in which no response is left is removed.

    Its readers see the old file or the new one. Another name of the file (a hard link) keeps the old content. Raises
    OSError, DamagedFile.
    """
    number = sum(1 for each in members(path) if is_removed(each))
    if not number:
        return 0
    new, has_response = hidden_copy(path), False
    with os.fdopen(safe_files.create_file(new), "wb") as file:
        os.fchmod(file.fileno(), stat.S_IMODE(path.lstat().st_mode))
        for each in members(path):
            if not is_removed(each):
                file.write(each.raw)
                has_response |= each.headers.get("warc-type") not in ("warcinfo", "request")
        file.flush()
        os.fsync(file.fileno())
    if has_response:
        safe_files.rename_file(new, path.name)
    else:
        safe_files.remove_file(path)
        safe_files.remove_file(new)
    safe_files.sync_folder(path.parent)
    return number
