"""Make many published records known at once, as a rebuilt state needs it."""

from collections.abc import Iterable
from itertools import islice
from operator import attrgetter

import msgspec

from ecnscrawl.frontier.records import RecordToIndex
from ecnscrawl.frontier.sqlite.table import Table

_BATCH = 50_000  #: records; some 30 MB
_INDEX = """
INSERT INTO articles (id, url, content_hash, revision, published_at, published_precision, last_checked, next_check,
    file, offset, listing, first_seen, first_run)
VALUES (:id, :url, :content_hash, :revision, :published_at, :published_precision, :fetched_at, :next_check,
    :file, :offset,
    (SELECT listing FROM pending WHERE id = :id),
    coalesce((SELECT first_seen FROM pending WHERE id = :id), :fetched_at),
    coalesce((SELECT first_run FROM pending WHERE id = :id), :first_run))
ON CONFLICT (id) DO UPDATE SET url = excluded.url, content_hash = excluded.content_hash, revision = excluded.revision,
    alias_of = NULL, published_at = excluded.published_at, published_precision = excluded.published_precision,
    last_checked = excluded.last_checked, next_check = excluded.next_check, parts = NULL, gone_at = NULL,
    file = excluded.file, offset = excluded.offset
WHERE articles.alias_of IS NOT NULL OR articles.revision < excluded.revision
"""
_NO_LONGER_PENDING = """
DELETE FROM pending WHERE id = :id
    AND EXISTS (SELECT 1 FROM articles WHERE id = :id AND file = :file AND revision = :revision)
"""


class BulkIndexing(Table):
    """The part of `base.Articles` that indexes records."""

    def index(self, records: Iterable[RecordToIndex]) -> None:
        # A million on an empty state takes a third of the time without indexes to keep, in the order of the ids.
        rest = iter(records)
        dropped = None
        while batch := sorted(islice(rest, _BATCH), key=attrgetter("id", "revision")):
            if dropped is None:
                dropped = self._drop_indexes() if len(batch) == _BATCH and self._is_empty() else []
            self._db.executemany(_INDEX, map(msgspec.structs.asdict, batch))
            self._db.executemany(_NO_LONGER_PENDING, map(msgspec.structs.asdict, batch))
            self.forget_read()  # not before: whoever yields the records may ask for some
        for statement in dropped or ():
            self._db.execute(statement)

    def _is_empty(self) -> bool:
        return self._db.execute("SELECT id FROM articles LIMIT 1").fetchone() is None

    def _drop_indexes(self) -> list[str]:
        """Drop the indexes of the table; return the statements that make them again."""
        found = self._db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'articles' AND sql IS NOT NULL"
        ).fetchall()
        for name, _ in found:
            self._db.execute(f"DROP INDEX {name}")
        return [statement for _, statement in found]
