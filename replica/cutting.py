"""Faults that cut an answer off, in every way in which servers and proxies do; used like those in `faults`."""

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
    """Sends only the first share of the site's answer, with headers that suit the way in which it is cut off.

    `means` is a key of MEANS; 0 <= share < 1. An answer without a body, such as a 304, is sent unchanged.
    """

    means: str
    share: float = 0.5

    async def answer(self, exchange: Exchange) -> None:
        """Send the first share; close the connection if that is how the answer ends."""
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
    """Cut the compressed stream off. The length is that of the part, so only the stream itself shows it."""

    def cut(body: bytes, share: float) -> Sent:
        sent = _part(compress(body), share)
        return HTTP_1_1, [("Content-Encoding", coding), _length(len(sent))], sent, False

    return cut


def _raw_deflate(body: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(body) + stream.flush()


def _wrong_checksum(body: bytes, share: float) -> Sent:
    """Compress a part as a complete stream, with the checksum of the whole."""
    sent = gzip.compress(_part(body, share))[:-8] + gzip.compress(body)[-8:]
    return HTTP_1_1, [("Content-Encoding", "gzip"), _length(len(sent))], sent, False


def _too_early(body: bytes, share: float) -> Sent:
    """State the length of the whole."""
    return HTTP_1_1, [_length(len(body))], _part(body, share), True


def _short_length(body: bytes, share: float) -> Sent:
    """State the length of the part, so that nothing shows that it is not the whole."""
    sent = _part(body, share)
    return HTTP_1_1, [_length(len(sent))], sent, False


def _http_1_0(body: bytes, share: float) -> Sent:
    """End the body by closing the connection, without a length."""
    return HTTP_1_0, [], _part(body, share), True


def _close(body: bytes, share: float) -> Sent:
    """Do the same in HTTP/1.1."""
    return HTTP_1_1, [("Connection", "close")], _part(body, share), True


def _chunked(body: bytes, share: float) -> Sent:
    """End the chunks regularly, like a proxy that did not get more itself."""
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
