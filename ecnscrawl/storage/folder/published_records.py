"""What `published/` keeps of an article, of a line of a file of records, and of a whole such file."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from ecnscrawl.frontier.records import PublishedRecord
from ecnscrawl.items import Article
from ecnscrawl.storage import jsonl


class NotARecord(ValueError):
    """A line is not a record."""


class _Line(PublishedRecord, frozen=True, array_like=False):
    """The same fields, read from a line of a file of records, which has other keys too."""


_line_decoder = msgspec.json.Decoder(_Line)


def of_article(article: Article) -> PublishedRecord:
    """Return what is kept of an article."""
    return PublishedRecord(
        article.id,
        article.revision,
        article.content_hash,
        article.url,
        datetime.fromisoformat(article.published_at),
        datetime.fromisoformat(article.fetched_at),
        article.published_precision,
    )


def of_line(line: bytes) -> PublishedRecord:
    """Return what is kept of a line of a file of records. Raises NotARecord."""
    try:
        found = _line_decoder.decode(line)
        bytes.fromhex(found.content_hash)
    except (msgspec.MsgspecError, ValueError) as error:
        raise NotARecord(str(error)) from None
    return PublishedRecord(*(getattr(found, key) for key in PublishedRecord.__struct_fields__))


def of_file(path: Path) -> Iterator[PublishedRecord]:
    """Yield what is kept of a file of records, up to the first line that is not a record.

    Raises OSError, DamagedFile.
    """
    for _, line in jsonl.lines(path):
        try:
            yield of_line(line)
        except NotARecord:
            return
