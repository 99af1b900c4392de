"""What the state has of the ids that a crawl asks for: read for all links of a listing together, and kept in memory."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

import msgspec

from ecnscrawl.frontier.columns import ARTICLES, PENDING
from ecnscrawl.frontier.records import PendingArticle, StoredArticle
from ecnscrawl.frontier.sqlite.table import Table

MAX_KNOWN = 2_000  #: ids that are kept; with their URLs some 2 MB

_COLUMNS = [
    f"{table}.{name}" for table, columns in (("articles", ARTICLES), ("pending", PENDING)) for name in columns.names
]
# All ids are one parameter, so that the statement is prepared once.
_READ = f"""
SELECT asked.value, forgotten.id IS NOT NULL, {", ".join(_COLUMNS)} FROM json_each(?) AS asked
LEFT JOIN articles ON articles.id = asked.value
LEFT JOIN pending ON pending.id = asked.value
LEFT JOIN forgotten ON forgotten.id = asked.value
"""


@dataclass(slots=True)
class KnownId:
    """What the three tables have of an id."""

    article: StoredArticle | None = None
    pending: PendingArticle | None = None
    is_forgotten: bool = False


class KnownIds(Table):
    """The rows that were asked for last. Whoever changes a row changes it here too, or has it read again."""

    def __init__(self, db: sqlite3.Connection) -> None:
        super().__init__(db)
        self._known: dict[str, KnownId] = {}

    def prefetch(self, ids: Iterable[str]) -> None:
        """Read the first MAX_KNOWN of these ids together; see `base.Articles`."""
        first = list(islice(dict.fromkeys(ids), MAX_KNOWN))
        missing = [id_ for id_ in first if id_ not in self._known]
        if len(self._known) + len(missing) > MAX_KNOWN:
            self._known.clear()
            missing = first
        for id_, is_forgotten, *row in self._db.execute(_READ, (msgspec.json.encode(missing).decode(),)):
            article, pending = row[: len(ARTICLES.names)], row[len(ARTICLES.names) :]
            self._known[id_] = KnownId(
                ARTICLES.record(article) if article[0] is not None else None,
                PENDING.record(pending) if pending[0] is not None else None,
                bool(is_forgotten),
            )

    def known(self, id_: str) -> KnownId:
        """Return what the state has of an id."""
        if id_ not in self._known:
            self.prefetch([id_])
        return self._known[id_]

    def forget_read(self) -> None:
        self._known.clear()
        super().forget_read()
