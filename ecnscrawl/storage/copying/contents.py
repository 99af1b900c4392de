"""What is stored of a site, as rows that have the same form wherever they are from, and how two places are compared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Protocol

import msgspec

from ecnscrawl.exceptions import StorageFailed
from ecnscrawl.frontier.columns import ARTICLES, PENDING, SNAPSHOT, VALIDATORS
from ecnscrawl.frontier.postgres.changes import COMMITS

Row = tuple[Any, ...]

#: The columns of each kind of rows. Those of the state come first: what is known must not be less than what is stored.
KINDS: Mapping[str, tuple[str, ...]] = {
    "articles": ARTICLES.names,
    "pending": PENDING.names,
    "listings": (*VALIDATORS, *SNAPSHOT),
    "walks": ("listing", "first_run"),
    "facts": ("name", "value"),
    "forgotten": ("id",),
    "forgotten_content": ("content_hash", "id"),
    "records": ("run", "id", "revision", "content_hash", "record"),
    "rejected": ("run", "place", "id", "reasons", "record"),
    "gone": ("run", "id", "url", "first_gone_at", "last_gone_at", "back_at"),
    "reports": ("run", "is_idle", "report"),
    "latest_reports": ("run", "report"),
}
STATE = ("articles", "pending", "listings", "walks", "facts", "forgotten", "forgotten_content")
_SUM = 2**128


class Contents(Protocol):
    """A place in which a site is stored."""

    def rows(self, kind: str) -> Iterator[Row]:
        """Yield the rows of a kind, with the columns that KINDS names; those of a run follow each other."""


class ReportFacts(msgspec.Struct):
    """The parts of a report that are columns of their own in a database."""

    started_at: datetime
    finished_at: datetime
    status: str
    was_stopped: bool = False
    alarms: list["AlarmFacts"] = []


class AlarmFacts(msgspec.Struct):
    """An alarm of a report."""

    code: str
    message: str
    field: str | None = None


facts_of_report = msgspec.json.Decoder(ReportFacts).decode


def is_copied_fact(name: str) -> bool:
    """Whether a single value of the state means something elsewhere, and not only beside the files of its place."""
    return name not in ("gone_until", "archived", COMMITS) and not name.startswith("archived ")


@dataclass(frozen=True)
class Inventory:
    """How many rows of each kind there are, and a sum of their digests, for which their order makes no difference."""

    counts: Mapping[str, int]
    sums: Mapping[str, int]

    def check_equal(self, original: "Inventory") -> None:
        """Raise StorageFailed if there are other rows than in the original."""
        for kind, count in original.counts.items():
            if (self.counts[kind], self.sums[kind]) != (count, original.sums[kind]):
                raise StorageFailed(
                    f"the copy differs from the original: {self.counts[kind]:,} {kind.replace('_', ' ')} for {count:,};"
                    " nothing was kept of it"
                )


def take_inventory(contents: Contents) -> Inventory:
    """Read all rows, and return their inventory."""
    counts, sums = {}, {}
    for kind in KINDS:
        counts[kind] = sums[kind] = 0
        for row in contents.rows(kind):
            # A long run of a database becomes several files, so its name is none of a record's own.
            digest = blake2b(_encoder.encode(row[1:] if kind == "records" else row), digest_size=16).digest()
            counts[kind] += 1
            sums[kind] = (sums[kind] + int.from_bytes(digest)) % _SUM
    return Inventory(counts, sums)


_encoder = msgspec.json.Encoder()
