"""What is stored of the articles of a site, to compare it with what their archived pages give now."""

import hashlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import msgspec

from ecnscrawl.storage import jsonl

Key = tuple[str, str]  #: id and `fetched_at` of a record: the page that it was made of
Record = dict[str, Any]


class StoredRecords:
    """The newest revision that was made of each page. In memory it has about 200 bytes of each."""

    def __init__(self, articles: Path) -> None:
        """Read the article files of a site. Raises OSError, DamagedFile."""
        self._articles = articles
        self._digests: dict[Key, bytes] = {key: digest_of(record) for key, record in self._read()}

    def __len__(self) -> int:
        return len(self._digests)

    def __contains__(self, key: Key) -> bool:
        return key in self._digests

    def is_equal(self, key: Key, record: Record) -> bool:
        """Whether the stored record is equal in every key but `revision`."""
        return self._digests[key] == digest_of(record)

    def find(self, keys: Collection[Key]) -> Iterator[tuple[Key, Record]]:
        """Yield the stored records of these pages, of each the newest revision, in the order of publishing."""
        return (
            (key, record) for key, record in self._read() if key in keys and self._digests[key] == digest_of(record)
        )

    def _read(self) -> Iterator[tuple[Key, Record]]:
        for name in jsonl.published(self._articles):
            for _, line in jsonl.lines(jsonl.path_of(self._articles, name)):
                try:
                    record = msgspec.json.decode(line)
                    yield (record["id"], record["fetched_at"]), record
                except (msgspec.MsgspecError, KeyError, TypeError):
                    continue  # not a record; `scrapy export` names it


def digest_of(record: Record) -> bytes:
    """Return a digest of a record without its `revision`, which no page states."""
    content = msgspec.json.encode({key: value for key, value in record.items() if key != "revision"}, order="sorted")
    return hashlib.blake2b(content, digest_size=16).digest()
