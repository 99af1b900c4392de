"""Compressed bodies: decompressed to their end and checked, so that one that was cut off or damaged is not read."""

import sys
import zlib
from collections.abc import Callable, Iterable, Iterator

import brotli
from scrapy.exceptions import ResponseDataLossError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_CHUNK = 65_536  # bytes decompressed at a time: what a bomb may take beyond the limit
_GZIP, _ZLIB, _RAW = 31, 15, -15  # what zlib calls these forms
_GZIP_MAGIC = b"\x1f\x8b"


class BrokenBody(ResponseDataLossError):
    """A compressed body that is not whole."""


class BodyCutOff(BrokenBody):
    """The compressed stream breaks off."""

    def __init__(self) -> None:
        super().__init__("compressed response cut short")


class BodyDamaged(BrokenBody):
    """The compressed stream is none, or its checksum does not match."""

    def __init__(self) -> None:
        super().__init__("compressed response damaged")


class BodyTooLarge(ValueError):
    """More comes out than may."""


def decompress(body: bytes, encodings: Iterable[str], limit: int = 0) -> tuple[bytes, list[str]]:
    """A body without its content codings (`gzip`, `deflate`, `br`, `zstd`, in the order of applying), and those left.

    The first one from the end that is unknown, and all before it, are left. With a `limit` in bytes, other than 0,
    raises BodyTooLarge beyond it. Raises BodyCutOff where a stream does not reach its end (an empty body has none), and
    BodyDamaged where it is no such stream or fails its checksum: gzip and zlib have one, zstd may, br and raw deflate
    have none.

    >>> decompress(zlib.compress(b"snow"), ["deflate"])
    (b'snow', [])
    """
    left = list(encodings)
    while left and (reader := _READERS.get(left[-1])):
        left.pop()
        body = _collect(reader(body), limit)
    return body, left


def _collect(chunks: Iterator[bytes], limit: int) -> bytes:
    found, size = [], 0
    try:
        for chunk in chunks:
            size += len(chunk)
            if limit and size > limit:
                raise BodyTooLarge(size)
            found.append(chunk)
    except (zlib.error, brotli.error, zstd.ZstdError):
        raise BodyDamaged from None
    return b"".join(found)


def _gunzip(data: bytes) -> Iterator[bytes]:
    """All members; what follows the last one and is none is left aside, as browsers do."""
    while True:
        stream = zlib.decompressobj(_GZIP)
        yield from _zlib_chunks(stream, data)
        data = stream.unused_data
        if not data.startswith(_GZIP_MAGIC):
            return


def _inflate(data: bytes) -> Iterator[bytes]:
    """zlib as the standard says, or the raw stream that some servers send: no raw one begins like zlib's head."""
    is_zlib = len(data) < 2 or (data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0)
    yield from _zlib_chunks(zlib.decompressobj(_ZLIB if is_zlib else _RAW), data)


def _zlib_chunks(stream: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
    while not stream.eof:
        chunk = stream.decompress(data, _CHUNK)
        data = stream.unconsumed_tail
        if not (chunk or data or stream.eof):
            raise BodyCutOff
        yield chunk


def _unbrotli(data: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    while not stream.is_finished():
        chunk = stream.process(data, output_buffer_limit=_CHUNK)
        data = b""
        if not chunk and not stream.is_finished():
            raise BodyCutOff
        yield chunk


def _unzstd(data: bytes) -> Iterator[bytes]:
    """All frames, to the end of the body."""
    while True:
        stream = zstd.ZstdDecompressor()
        while not stream.eof:
            chunk = stream.decompress(data, _CHUNK)
            data = b""
            if not chunk and not stream.eof and stream.needs_input:
                raise BodyCutOff
            yield chunk
        data = stream.unused_data
        if not data:
            return


_READERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
