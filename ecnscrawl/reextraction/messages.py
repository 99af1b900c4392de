"""What a worker process is sent and sends back, as bytes: msgpack, which takes a quarter of the time of pickle."""

from operator import attrgetter
from typing import Any

import msgspec
from msgspec.structs import replace

from ecnscrawl.items import Article, Image, Video
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.reading.article_page import ArticleRecord
from ecnscrawl.reextraction.page import PageRead, PageToRead, read_page

_KEYS = tuple(Article.__dataclass_fields__)
_values = attrgetter(*_KEYS)


class _Record(msgspec.Struct, array_like=True):
    """A record as plain values: the types of `Article` would refuse one that is not valid, which is counted later."""

    article: tuple[Any, ...]  #: by the keys' order
    extractors: dict[str, str]
    ref: ArticleRef
    why_no_article: str | None
    invalid: list[str] | None


class _Message(msgspec.Struct, array_like=True):
    read: PageRead  #: without the record
    record: _Record | None


encode_page = msgspec.msgpack.Encoder().encode
decode_page = msgspec.msgpack.Decoder(PageToRead).decode
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Message).decode


def read_encoded(page: bytes) -> bytes:
    """Read a response, as `read_page` does."""
    return encode_read(read_page(decode_page(page)))


def encode_read(read: PageRead) -> bytes:
    """Return what was read as bytes."""
    record = read.record
    if record is None:
        return _encode(_Message(read, None))
    invalid = None if record.invalid is None else list(record.invalid)
    written = _Record(_values(record.article), dict(record.extractors), record.ref, record.why_no_article, invalid)
    return _encode(_Message(replace(read, record=None), written))


def decode_read(content: bytes) -> PageRead:
    """Return what `encode_read` was given. Raises `msgspec.MsgspecError`."""
    message = _decode(content)
    written = message.record
    if written is None:
        return message.read
    article = Article(*written.article)
    article.images = [Image(**each) for each in article.images]  # type: ignore[arg-type]  # dictionaries until now
    article.videos = [Video(**each) for each in article.videos]  # type: ignore[arg-type]
    record = ArticleRecord(article, written.extractors, written.ref, written.why_no_article, written.invalid)
    return replace(message.read, record=record)
