"""A job that reads the published files at any time, and checks the contract each time."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

Record = dict[str, Any]


@dataclass
class Reader:
    """Reads a folder of published files again and again, and remembers what it has read."""

    articles: Path
    seen: dict[str, bytes] = field(default_factory=dict)  #: content of each file, by name, in the order of publishing

    def look(self) -> None:
        """Read what is new. Fails if a name sorts before an earlier one, a file has changed, or a line is incomplete."""
        files = {path.name: path.read_bytes() for path in sorted(self.articles.glob("*.jsonl"))}
        for name, content in files.items():
            if name in self.seen:
                assert content == self.seen[name], f"{name} was touched after it had been published"
            else:
                assert name > max(self.seen, default=""), f"{name} was published after {max(self.seen)}"
        self.seen |= files
        assert all(content.endswith(b"\n") for content in self.seen.values()), "a line is torn, or a file is empty"
        assert self.versions == sorted(set(self.versions), key=self.versions.index), "a version is published twice"

    @property
    def records(self) -> list[Record]:
        """All that was read, in the order of reading; fails where a line is no JSON object."""
        lines = [line for name in sorted(self.seen) for line in self.seen[name].split(b"\n")[:-1]]
        records = [json.loads(line) for line in lines]
        assert all(isinstance(record, dict) for record in records)
        return records

    @property
    def versions(self) -> list[tuple[str, int]]:
        """Id and revision of each record, in the order of reading."""
        return [(record["id"], record["revision"]) for record in self.records]

    @property
    def history(self) -> dict[str, list[Record]]:
        """The versions of each article, in the order of reading."""
        found: dict[str, list[Record]] = {}
        for record in self.records:
            found.setdefault(record["id"], []).append(record)
        return found

    @property
    def unpublished(self) -> list[Path]:
        """Files of records that no reader sees."""
        return list(self.articles.glob(".*.part"))

    def durable_ids(self) -> Iterator[str]:
        """Ids whose record is whole on the disk, published or not yet."""
        yield from (record["id"] for record in self.records)
        for part in self.unpublished:
            yield from (json.loads(line)["id"] for line in part.read_bytes().split(b"\n")[:-1])


def assert_is_truth(reader: Reader, truth: dict[str, Record], copies: dict[str, str]) -> None:
    """Every article of the site was read, each with the revisions 1, 2, … in order and the last one as it stands.

    `copies` maps the id of an exact copy to the id that it copies: of the two one is to be there.
    """
    history = reader.history
    assert set(history) <= set(truth)
    missing = set(truth) - set(history)
    lost = missing - set(copies) - set(copies.values())
    assert not lost, f"{len(lost)} articles are lost: {sorted(lost)}"
    for copy, original in copies.items():
        assert len({copy, original} & missing) == 1, f"of {original} and its copy {copy} not exactly one is there"
    for id_, records in history.items():
        revisions = [record["revision"] for record in records]
        assert revisions == list(range(1, len(records) + 1)), f"{id_} has the revisions {revisions}"
        assert all(one["content_hash"] != two["content_hash"] for one, two in pairwise(records))
        last = {key: value for key, value in records[-1].items() if key not in ("fetched_at", "content_hash")}
        expected = truth[id_] | {"revision": len(records)}
        differing = {key: (last[key], expected[key]) for key in expected if last[key] != expected[key]}
        assert not differing, f"{id_} is not as the site has it: {differing}"
