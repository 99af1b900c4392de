"""The gzip members and zstd frames of an archive file. Whether one is damaged is known only at its end."""

import os
import sys
import zlib
from collections.abc import Iterator
from typing import IO

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP, ZSTD = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"  #: what a gzip member and a zstd frame begin with
_MARK_BYTES = 4
_PIECE = 256 * 1024
_WBITS = 31  # gzip


class DamagedMember(ValueError):
    """A gzip member or zstd frame is damaged. Where the damage begins is not known, so nothing of it is read."""


def begins_member(file: IO[bytes], position: int) -> bool:
    """Whether a gzip member or zstd frame begins here. The file stays where it stands."""
    return os.pread(file.fileno(), _MARK_BYTES, position).startswith((GZIP, ZSTD))


def is_damaged(file: IO[bytes], position: int) -> bool:
    """Whether the gzip member or zstd frame that begins here has an error or a wrong checksum.

    One that is only cut off has neither. Anything else has no checksum, nor has a zstd frame with a dictionary one that
    is checked here. The file stays where it stands.
    """
    before = file.tell()
    try:
        for _ in _pieces(file, position):
            pass
    except DamagedMember:
        return True
    finally:
        file.seek(before)
    return False


def read_member(file: IO[bytes], position: int, most: int) -> bytes:
    """Return the first `most` bytes of a member's content. The file stands at its end then. Raises DamagedMember."""
    content = bytearray()
    for piece in _pieces(file, position):
        content += piece[: most - len(content)]
    return bytes(content)


def _pieces(file: IO[bytes], position: int) -> Iterator[bytes]:
    """Yield the content of a gzip member or zstd frame, and leave the file at its end. Raises DamagedMember."""
    file.seek(position)
    mark = file.read(_MARK_BYTES)
    file.seek(position)
    try:
        if mark.startswith(GZIP):
            yield from _gunzip(file)
        elif mark == ZSTD:
            yield from _unzstd(file)
    except (zlib.error, zstd.ZstdError) as error:
        raise DamagedMember(str(error)) from None


def _gunzip(file: IO[bytes]) -> Iterator[bytes]:
    stream = zlib.decompressobj(_WBITS)
    piece = file.read(_PIECE)
    while piece and not stream.eof:
        yield stream.decompress(piece, _PIECE)
        piece = stream.unconsumed_tail or (b"" if stream.eof else file.read(_PIECE))
    file.seek(-len(stream.unused_data), os.SEEK_CUR)


def _unzstd(file: IO[bytes]) -> Iterator[bytes]:
    stream = zstd.ZstdDecompressor()
    piece = file.read(_PIECE)
    if zstd.get_frame_info(piece).dictionary_id:
        return
    while piece and not stream.eof:
        yield stream.decompress(piece, _PIECE)
        while not (stream.eof or stream.needs_input):
            yield stream.decompress(b"", _PIECE)
        piece = b"" if stream.eof else file.read(_PIECE)
    if stream.eof:
        file.seek(-len(stream.unused_data), os.SEEK_CUR)
