"""Whether a gzip member or zstd frame of an archive file is damaged, which is known only at its end."""

import os
import sys
import zlib
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
    """Several records have one checksum, and it is wrong: where the damage begins is not known, so none is read."""


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
        file.seek(position)
        mark = file.read(_MARK_BYTES)
        file.seek(position)
        if mark.startswith(GZIP):
            _gunzip(file)
        elif mark == ZSTD:
            _unzstd(file)
    except (zlib.error, zstd.ZstdError):
        return True
    finally:
        file.seek(before)
    return False


def _gunzip(file: IO[bytes]) -> None:
    stream = zlib.decompressobj(_WBITS)
    piece = file.read(_PIECE)
    while piece and not stream.eof:
        stream.decompress(piece, _PIECE)
        piece = stream.unconsumed_tail or file.read(_PIECE)


def _unzstd(file: IO[bytes]) -> None:
    stream = zstd.ZstdDecompressor()
    piece = file.read(_PIECE)
    if zstd.get_frame_info(piece).dictionary_id:
        return
    while piece and not stream.eof:
        stream.decompress(piece, _PIECE)
        while not (stream.eof or stream.needs_input):
            stream.decompress(b"", _PIECE)
        piece = file.read(_PIECE)
