"""What is stored of the articles of a site, to compare it with what their archived pages give now."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from ecnscrawl.storage import jsonl

Key = tuple[str, str]  #: id and `fetched_at` of a record: the page that it was made of
Record = dict[str, Any]


class _Named(msgspec.Struct):
    """What a line must have to be a record that can be compared."""

    id: str
    revision: int
    fetched_at: str


class StoredRecords:
    """The newest revision that was made of each page. In memory it has about 300 bytes of each."""

    def __init__(self, articles: Path) -> None:
        """Read the article files of a site. Raises OSError, DamagedFile."""
        self._articles = articles
        self._digests: dict[Key, bytes] = {}
        #: What is wrong with a line, and where it is: it is not a record, or its revision is there already.
        self.problems: list[tuple[str, str]] = []
        versions: set[tuple[str, int]] = set()
        for _, key, record in self._read(lambda what, where: self.problems.append((what, where)), versions):
            self._digests[key] = digest_of(record)

    def __len__(self) -> int:
        return len(self._digests)

    def __contains__(self, key: Key) -> bool:
        return key in self._digests

    def is_equal(self, key: Key, record: Record) -> bool:
        """Whether the stored record is equal in every key but `revision`."""
        return self._digests[key] == digest_of(record)

    def newest(self) -> Iterator[tuple[str, Key, Record]]:
        """Yield of each page the newest revision, with the run that stored it, in the order of publishing."""
        for run, key, record in self._read():
            if self._digests[key] == digest_of(record):
                yield run, key, record

    def _read(
        self, on_problem: Callable[[str, str], None] = lambda *_: None, versions: set[tuple[str, int]] | None = None
    ) -> Iterator[tuple[str, Key, Record]]:
        for name in jsonl.published(self._articles):
            path = jsonl.path_of(self._articles, name)
            with jsonl.reading(path) as file:
                for number, line in enumerate(file, 1):
                    where = f"{path}, line {number}"
                    try:
                        record = msgspec.json.decode(line)
                        named = msgspec.convert(record, _Named)
                    except (ValueError, RecursionError) as error:
                        on_problem(f"not a record: {error}", where)
                        continue
                    if versions is not None:
                        if (named.id, named.revision) in versions:
                            on_problem(f"revision {named.revision} of {named.id} is there twice", where)
                        versions.add((named.id, named.revision))
                    yield name.removesuffix(".jsonl"), (named.id, named.fetched_at), record


def digest_of(record: Record) -> bytes:
    """Return a digest of a record without its `revision`, which no page states."""
    content = msgspec.json.encode({key: value for key, value in record.items() if key != "revision"}, order="sorted")
    return hashlib.blake2b(content, digest_size=16).digest()
