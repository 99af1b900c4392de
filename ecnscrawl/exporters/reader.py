"""The records of published files, each line held against the definition of the record."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import GenericAlias
from typing import Any, get_type_hints

import msgspec

from ecnscrawl.exceptions import EcnscrawlError
from ecnscrawl.items import Article, Image, Video
from ecnscrawl.storage.jsonl import reading


class NoRecord(EcnscrawlError):
    """A line of a published file is not what the schema says."""


def _strict(kind: type, **replaced: Any) -> type[msgspec.Struct]:
    """The same definition without defaults: a key that is missing must not pass as one that is unknown."""
    hints = get_type_hints(kind, include_extras=True) | replaced
    return msgspec.defstruct(kind.__name__, list(hints.items()), forbid_unknown_fields=True)


_decoder = msgspec.json.Decoder(
    _strict(Article, images=GenericAlias(list, (_strict(Image),)), videos=GenericAlias(list, (_strict(Video),)))
)


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a file, in its order; raises NoRecord with the line, DamagedFile, OSError."""
    with reading(path) as file:
        for number, line in enumerate(file, 1):
            try:
                record = msgspec.structs.asdict(_decoder.decode(line))
                for key in ("published_at", "updated_at", "fetched_at"):
                    if record[key]:
                        datetime.fromisoformat(record[key])  # the pattern lets a 13th month through
            except (msgspec.MsgspecError, ValueError) as error:
                raise NoRecord(f"{path}, line {number}: this is no record: {error}") from None
            yield record


def check(files: Sequence[Path]) -> set[str]:
    """Read all files through; gives the sections that they name, raises NoRecord at the first line that is none."""
    return {record["section"] for path in files for record in read(path) if record["section"]}
