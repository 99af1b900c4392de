"""The HTTP head and the body of an archived response, and whether its digests are right."""

import hashlib
import re
from base64 import b32encode
from dataclasses import dataclass, field

from scrapy.exceptions import ResponseDataLossError

from ecnscrawl.network.compression import BodyTooLarge, decompress
from ecnscrawl.pages.charsets import charset_in
from ecnscrawl.storage.archive.reader import ArchivedResponse

_END_OF_HEAD = re.compile(rb"\n\r?\n")  # RFC 9112 lets a reader accept lines that end in LF alone
_FOLD = re.compile(rb"\r?\n[ \t]+")  # a header that goes on in the next line: obsolete in RFC 9112, and one space
MAX_BODY = 10_000_000  #: bytes, decompressed: DOWNLOAD_MAXSIZE
_MAGIC = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}
#: The digits of RFC 4648 to those that `int` knows; 0, 1, 8 and 9 are none.
_BASE_32 = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ2345670189", "0123456789abcdefghijklmnopqrstuv----")
_ALGORITHMS = {"md5", "sha1", "sha256", "sha512"}


class Unreadable(Exception):
    """A record cannot be read. The message says why, without variable parts."""


@dataclass(frozen=True, slots=True)
class HttpMessage:
    """The headers and the body of a response, without transfer and content codings."""

    body: bytes
    headers: dict[str, list[str]] = field(default_factory=dict)  #: by name in lower case

    @property
    def charset(self) -> str | None:
        """The charset that Content-Type names."""
        return charset_in(self.header("content-type")) if "content-type" in self.headers else None

    @property
    def media_type(self) -> str:
        """The type in Content-Type, in lower case."""
        return self.header("content-type").partition(";")[0].strip().lower()

    def header(self, name: str) -> str:
        """Return the first header of this name; an empty text if there is none."""
        return self.headers.get(name, [""])[0]


def message_of(response: ArchivedResponse) -> HttpMessage:
    """Return the HTTP message of an archived response. Raises Unreadable."""
    if response.is_truncated:
        raise Unreadable("cut off by who archived it")
    headers, sent = split_head(response.block)
    body = _without_chunks(sent) if "chunked" in headers.get("transfer-encoding", [""])[-1].lower() else sent
    if not _is_right(response, sent, body):
        raise Unreadable("wrong digest")
    return HttpMessage(_decompressed(body, headers.get("content-encoding", [])), headers)


def split_head(block: bytes) -> tuple[dict[str, list[str]], bytes]:
    """Return the headers of an HTTP response by name in lower case, and its body as it was sent."""
    end = _END_OF_HEAD.search(block)
    head, sent = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    headers: dict[str, list[str]] = {}
    for line in _FOLD.sub(b" ", head).split(b"\n")[1:]:
        name, _, value = line.decode("latin-1").partition(":")
        headers.setdefault(name.strip().lower(), []).append(value.strip())
    return headers, sent


def _is_right(response: ArchivedResponse, sent: bytes, body: bytes) -> bool:
    """Whether the stated digests are right. Of a payload, archives disagree on whether chunks belong to it."""
    if response.block_digest is not None and not _has(response.block, response.block_digest):
        return False
    stated = response.payload_digest
    return stated is None or _has(sent, stated) or (body != sent and _has(body, stated))


def _has(content: bytes, stated: str) -> bool:
    algorithm, _, value = stated.partition(":")
    name = algorithm.strip().lower().replace("-", "")
    if name not in _ALGORITHMS:
        return True  # nothing can be said
    digest = hashlib.new(name, content, usedforsecurity=False)
    value = value.strip().upper()
    if value == digest.hexdigest().upper():
        return True
    if 5 * len(value) == 8 * digest.digest_size:  # without padding, as that of SHA-1 in most archives
        return _number_in_base_32(value) == int.from_bytes(digest.digest())
    return value == b32encode(digest.digest()).decode()


def _number_in_base_32(value: str) -> int | None:
    """Return the number that RFC 4648 writes so; `b32decode` takes some times as long.

    >>> _number_in_base_32("BB"), _number_in_base_32("B1")
    (33, None)
    """
    try:
        return int(value.translate(_BASE_32), 32) if value.isascii() and value.isalnum() else None
    except ValueError:
        return None


def _without_chunks(sent: bytes) -> bytes:
    """Undo the transfer coding; a body that is not in chunks, as in many archives, is returned as it is."""
    pieces: list[bytes] = []
    at = 0
    while True:
        end = sent.find(b"\r\n", at)
        size = sent[at:end].partition(b";")[0].strip() if end >= 0 else b""
        try:
            length = int(size, 16)
        except ValueError:
            return sent
        if length == 0:
            return b"".join(pieces)
        pieces.append(sent[end + 2 : end + 2 + length])
        at = end + 2 + length
        if sent[at : at + 2] != b"\r\n":
            return sent
        at += 2


def _decompressed(body: bytes, stated: list[str]) -> bytes:
    encodings = [name for each in ",".join(stated).lower().split(",") if (name := each.strip())]
    magic = _MAGIC.get(encodings[-1]) if encodings else None
    if not encodings or (magic and not body.startswith(magic)):  # many archives keep the header of a decompressed body
        return _limited(body)
    try:
        return decompress(body, encodings, MAX_BODY)[0]
    except BodyTooLarge:
        raise Unreadable("too large when decompressed") from None
    except ResponseDataLossError as error:
        raise Unreadable(str(error)) from None


def _limited(body: bytes) -> bytes:
    if len(body) > MAX_BODY:
        raise Unreadable("too large")
    return body
