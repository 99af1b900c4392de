"""Decompress bodies, and raise an error for one that was cut off or damaged."""

import sys
from collections.abc import Callable, Iterable, Iterator

import brotli
from scrapy.exceptions import ResponseDataLossError
from zlib_ng import zlib_ng

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_CHUNK = 65_536  #: bytes decompressed at a time, so a decompression bomb exceeds the limit by no more than this
_GZIP, _ZLIB, _RAW = 31, 15, -15  # zlib's `wbits` for these formats
_GZIP_MAGIC = b"\x1f\x8b"


class BrokenBody(ResponseDataLossError):
    """A compressed body is incomplete or damaged."""


class BodyCutOff(BrokenBody):
    """The compressed stream ends too early."""

    def __init__(self) -> None:
        super().__init__("compressed response cut short")


class BodyDamaged(BrokenBody):
    """The body is not a valid compressed stream, or its checksum does not match."""

    def __init__(self) -> None:
        super().__init__("compressed response damaged")


class BodyTooLarge(ValueError):
    """The decompressed body exceeds the limit."""


def decompress(body: bytes, encodings: Iterable[str], limit: int = 0) -> tuple[bytes, list[str]]:
    """Undo the content codings of a body; return the body and the codings that were not undone.

    `encodings` are in the order of their application: `gzip`, `x-gzip`, `deflate`, `br`, `zstd`. They are undone from
    the last one on; an unknown one stops this. `limit` is in bytes; 0 means none.

    Raises BodyTooLarge beyond the limit; BodyCutOff if a stream does not reach its end, as in an empty body; and
    BodyDamaged if the data is not such a stream or does not match its checksum. gzip and zlib have a checksum, zstd may
    have one, br and raw deflate have none.

    >>> decompress(zlib_ng.compress(b"snow"), ["deflate"])
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
    except (zlib_ng.error, brotli.error, zstd.ZstdError):  # type: ignore[misc]  # a stub calls the first one no class
        raise BodyDamaged from None
    return b"".join(found)


def _gunzip(data: bytes) -> Iterator[bytes]:
    """Decompress all gzip members. Ignore data after the last one, as browsers do."""
    while True:
        stream = zlib_ng.decompressobj(_GZIP)
        yield from _zlib_chunks(stream, data)
        data = stream.unused_data
        if not data.startswith(_GZIP_MAGIC):
            return


def _inflate(data: bytes) -> Iterator[bytes]:
    """Decompress zlib, or the raw deflate that some servers send. A raw stream cannot start like a zlib header."""
    is_zlib = len(data) < 2 or (data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0)
    yield from _zlib_chunks(zlib_ng.decompressobj(_ZLIB if is_zlib else _RAW), data)


def _zlib_chunks(stream: "zlib_ng._Decompress", data: bytes) -> Iterator[bytes]:
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
    """Decompress all zstd frames, to the end of the body."""
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
