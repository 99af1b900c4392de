"""Faults that cut an answer off, by every means by which servers and proxies do; the seam is that of `faults`."""

import gzip
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import brotli

from replica.faults import Exchange

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Head = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Cut:
    """The site's own answer, of which only the first share comes; of the headers all but those that go with the means.

    `means` is a key of MEANS; 0 <= share < 1. An answer without a body, as a 304, comes as it is.
    """

    means: str
    share: float = 0.5

    async def answer(self, exchange: Exchange) -> None:
        """Send what is left of it; the connection is closed where that ends it."""
        answer = exchange.answer
        if not answer.body:
            exchange.send(answer)
            return
        exchange.request.status = answer.status
        first, *lines = answer.head.decode("latin-1").rstrip("\r\n").split("\r\n")
        fields = [line for line in lines if not line.lower().startswith("content-length:")]
        version, added, body, closes = MEANS[self.means](answer.body, self.share)
        first = f"{version}{first[8:]}"
        head = "\r\n".join([first, *fields, *(f"{name}: {value}" for name, value in added)]) + "\r\n\r\n"
        exchange.send_bytes(head.encode("latin-1") + body)
        if closes:
            exchange.close()


Sent = tuple[str, Head, bytes, bool]  #: HTTP version, header fields, body, whether the connection is closed after it
HTTP_1_0, HTTP_1_1 = "HTTP/1.0", "HTTP/1.1"


def _part(body: bytes, share: float) -> bytes:
    return body[: int(len(body) * share)]


def _length(size: int) -> tuple[str, str]:
    return "Content-Length", str(size)


def _compressed(coding: str, compress: Callable[[bytes], bytes]) -> Callable[[bytes, float], Sent]:
    """The compressed stream breaks off, the length is that of what comes: only the stream itself shows it."""

    def cut(body: bytes, share: float) -> Sent:
        sent = _part(compress(body), share)
        return HTTP_1_1, [("Content-Encoding", coding), _length(len(sent))], sent, False

    return cut


def _raw_deflate(body: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(body) + stream.flush()


def _wrong_checksum(body: bytes, share: float) -> Sent:
    """The stream reaches its end, but it is that of a part, and the checksum that of the whole."""
    sent = gzip.compress(_part(body, share))[:-8] + gzip.compress(body)[-8:]
    return HTTP_1_1, [("Content-Encoding", "gzip"), _length(len(sent))], sent, False


def _too_early(body: bytes, share: float) -> Sent:
    """The length is that of the whole."""
    return HTTP_1_1, [_length(len(body))], _part(body, share), True


def _short_length(body: bytes, share: float) -> Sent:
    """The length is that of the part, and nothing else of the whole comes."""
    sent = _part(body, share)
    return HTTP_1_1, [_length(len(sent))], sent, False


def _http_1_0(body: bytes, share: float) -> Sent:
    """The end of the connection is the end of the body."""
    return HTTP_1_0, [], _part(body, share), True


def _close(body: bytes, share: float) -> Sent:
    """The same in HTTP/1.1."""
    return HTTP_1_1, [("Connection", "close")], _part(body, share), True


def _chunked(body: bytes, share: float) -> Sent:
    """A proxy that had no more of it itself ends the chunks in good order."""
    part = _part(body, share)
    chunks = f"{len(part):x}\r\n".encode() + part + b"\r\n" if part else b""
    return HTTP_1_1, [("Transfer-Encoding", "chunked")], chunks + b"0\r\n\r\n", False


MEANS: dict[str, Callable[[bytes, float], Sent]] = {
    "gzip": _compressed("gzip", gzip.compress),
    "zlib": _compressed("deflate", zlib.compress),
    "raw deflate": _compressed("deflate", _raw_deflate),
    "br": _compressed("br", brotli.compress),
    "zstd": _compressed("zstd", zstd.compress),
    "checksum": _wrong_checksum,
    "too early": _too_early,
    "short length": _short_length,
    "HTTP/1.0": _http_1_0,
    "close": _close,
    "chunked": _chunked,
}
SEEN_BY_HTTP = ("gzip", "zlib", "raw deflate", "br", "zstd", "checksum", "too early")  #: what a client can tell
