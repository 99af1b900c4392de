"""Read the records of published files, and validate each line against the definition of the record."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import GenericAlias
from typing import Any, get_type_hints

import msgspec

from ecnscrawl.exceptions import EcnscrawlError
from ecnscrawl.items import Article, Image, Video
from ecnscrawl.storage.jsonl import reading


class InvalidRecord(EcnscrawlError):
    """A line of a published file does not match the schema."""


def _strict(kind: type, **replaced: Any) -> type[msgspec.Struct]:
    """Return the definition without defaults, so that a missing key is an error and not a null."""
    hints = get_type_hints(kind, include_extras=True) | replaced
    return msgspec.defstruct(kind.__name__, list(hints.items()), forbid_unknown_fields=True)


_decoder = msgspec.json.Decoder(
    _strict(Article, images=GenericAlias(list, (_strict(Image),)), videos=GenericAlias(list, (_strict(Video),)))
)


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a file in order. Raises InvalidRecord, which names the line, DamagedFile, OSError."""
    return (record for _, _, record in read_lines(path))


def read_lines(path: Path) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Yield where each line starts and ends in the decompressed file, in bytes, and its record. Raises as `read`."""
    end = 0
    with reading(path) as file:
        for number, line in enumerate(file, 1):
            try:
                record = msgspec.structs.asdict(_decoder.decode(line))
                for key in ("published_at", "updated_at", "fetched_at"):
                    if record[key]:
                        datetime.fromisoformat(record[key])  # the schema's pattern allows a 13th month
            except (msgspec.MsgspecError, ValueError) as error:
                raise InvalidRecord(f"{path}, line {number}: not a record: {error}") from None
            start, end = end, end + len(line)
            yield start, end, record


def check(files: Sequence[Path]) -> set[str]:
    """Read all files to the end; return the sections of their records. Raises as `read` does."""
    return {record["section"] for path in files for record in read(path) if record["section"]}
