"""Exchanges for tests, and the records of an archive file as FastWARC reads them."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
from fastwarc.warc import ArchiveIterator

from ecnscrawl.storage.archive.exchange import Exchange
from tests.samples import MORNING

URL = "https://www.ecns.cn/world/2026-11-23/detail-ihtest1.shtml"
EXCHANGE = Exchange(
    url=URL,
    at=MORNING,
    body=b"<html>\r\n\r\n\x00\xff</html>",
    request_headers=((b"User-Agent", b"ecnscrawl/0.1.0"),),
    headers=((b"Content-Type", b"text/html"), (b"Vary", b"Accept"), (b"Vary", b"Cookie")),
)


def exchange(**changes: Any) -> Exchange:
    """An exchange that differs in these fields."""
    return msgspec.structs.replace(EXCHANGE, **changes)


@dataclass(frozen=True)
class Found:
    """A record of an archive file."""

    type: str
    headers: dict[str, str]
    block: bytes
    has_right_digest: bool

    @property
    def url(self) -> str:
        return self.headers.get("WARC-Target-URI", "")

    @property
    def body(self) -> bytes:
        """What follows the HTTP head."""
        return self.block.partition(b"\r\n\r\n")[2]


def records(content: bytes | Path) -> list[Found]:
    """Every record of an archive file, without a look into HTTP."""
    stream = BytesIO(content if isinstance(content, bytes) else content.read_bytes())
    found = []
    for record in ArchiveIterator(stream, parse_http=False):
        headers = dict(record.headers.to_tuples())
        is_right = "WARC-Block-Digest" not in headers or record.verify_block_digest(consume=False)
        found.append(Found(headers["WARC-Type"], headers, record.reader.read(), is_right))
    return found


def responses(content: bytes | Path) -> list[Found]:
    """The responses alone."""
    return [record for record in records(content) if record.type == "response"]
