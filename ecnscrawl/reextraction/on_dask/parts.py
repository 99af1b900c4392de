"""A part is a file with what was read of one archive; `job` takes it as it takes what its own processes read.

It is msgpack in compressed frames, and no pickle: who can write to the folder must not be able to run code here.
"""

import os
import secrets
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from struct import Struct
from typing import IO

import msgspec
from msgspec.structs import replace

from ecnscrawl import safe_files
from ecnscrawl.reextraction.messages import decode_read, encode_read
from ecnscrawl.reextraction.open_article import may_be_read_again
from ecnscrawl.reextraction.page import PageRead, PageToRead
from ecnscrawl.storage.jsonl import DamagedFile

NEW = ".new"  #: how the name of a part ends that is not complete
_LENGTH = Struct("!I")  # before each frame; 0 after the last one
_PAGES, _BYTES = 64, 1024 * 1024  # of a frame, at most: its pages, and their bytes
_LEVEL = 1  # of zlib: writing a part must take less time than reading its pages


class Problem(msgspec.Struct, array_like=True, tag="problem"):
    """What could not be read of the archive itself."""

    what: str
    where: str


class _Page(msgspec.Struct, array_like=True, tag="page"):
    asked: PageToRead
    read: bytes


Result = tuple[PageToRead, PageRead]
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[_Page | Problem]).decode


def write_part(path: Path, results: Iterable[Result | Problem]) -> None:
    """Write a part. It gets its name when it is complete and on the disk. Raises OSError."""
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}{NEW}")  # another worker may be writing the same part
    try:
        with os.fdopen(safe_files.create_file(new, depth=1), "wb") as file:
            for frame in _frames(results):
                file.write(_LENGTH.pack(len(frame)) + frame)
            file.write(_LENGTH.pack(0))
            file.flush()
            os.fsync(file.fileno())
        safe_files.rename_file(new, path.name, depth=1)
        safe_files.sync_folder(path.parent, depth=1)
    except BaseException:
        with suppress(OSError):
            safe_files.remove_file(new, depth=1)
        raise


def read_part(path: Path) -> Iterator[Result | Problem]:
    """Yield what was written. Raises OSError, DamagedFile."""
    with os.fdopen(safe_files.open_file(path, os.O_RDONLY, depth=1), "rb") as file:
        try:
            while frame := _next_frame(file):
                for each in _decode(zlib.decompress(frame)):
                    yield each if isinstance(each, Problem) else (each.asked, decode_read(each.read))
        except (zlib.error, msgspec.MsgspecError, EOFError) as error:
            raise DamagedFile(f"{path} is damaged ({error}); remove it, and run the same command again") from None


def _frames(results: Iterable[Result | Problem]) -> Iterator[bytes]:
    batch: list[_Page | Problem] = []
    size = 0
    for each in results:
        batch.append(each if isinstance(each, Problem) else _page_of(each))
        size += 0 if isinstance(each, Problem) else len(each[0].response.block)
        if len(batch) >= _PAGES or size >= _BYTES:
            yield zlib.compress(_encode(batch), _LEVEL)
            batch, size = [], 0
    if batch:
        yield zlib.compress(_encode(batch), _LEVEL)


def _next_frame(file: IO[bytes]) -> bytes:
    """Return the next frame; an empty one at the end."""
    head = file.read(_LENGTH.size)
    frame = file.read(_LENGTH.unpack(head)[0]) if len(head) == _LENGTH.size else b""
    if len(head) < _LENGTH.size or len(frame) < _LENGTH.unpack(head)[0]:
        raise EOFError("it is cut off")
    return frame


def _page_of(result: Result) -> _Page:
    asked, read = result
    if not may_be_read_again(asked, read):
        asked = replace(asked, response=replace(asked.response, block=b"", rendered=None))
    return _Page(asked, encode_read(read))
