"""The statements that read a site's rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ecnscrawl.frontier.columns import ARTICLES, PENDING, SNAPSHOT, VALIDATORS
from ecnscrawl.frontier.records import (
    CacheValidators,
    ListingSnapshot,
    PendingArticle,
    StoredArticle,
    other_address_reason,
)

_ARTICLES = f"SELECT {ARTICLES.listed} FROM ecnscrawl.articles WHERE site = %s"
_PENDING = f"SELECT {PENDING.listed} FROM ecnscrawl.pending WHERE site = %s"
_ALL_OF = f"""
SELECT asked.id, {", ".join(f"articles.{name}" for name in ARTICLES.names)},
    {", ".join(f"pending.{name}" for name in PENDING.names)}, forgotten.id IS NOT NULL
FROM unnest(%(ids)s::text[]) AS asked (id)
LEFT JOIN ecnscrawl.articles ON articles.site = %(site)s AND articles.id = asked.id
LEFT JOIN ecnscrawl.pending ON pending.site = %(site)s AND pending.id = asked.id
LEFT JOIN ecnscrawl.forgotten ON forgotten.site = %(site)s AND forgotten.id = asked.id
"""
_LISTING = f"SELECT {', '.join((*VALIDATORS, *SNAPSHOT))} FROM ecnscrawl.listings WHERE site = %s AND url = %s"


_STORED = len(ARTICLES.names)
_WITH_CONTENT = """
SELECT id, false FROM ecnscrawl.articles
WHERE site = %(site)s AND content_hash = %(content_hash)s AND alias_of IS NULL
UNION ALL SELECT id, true FROM ecnscrawl.forgotten_content WHERE site = %(site)s AND content_hash = %(content_hash)s
"""


class RowReader(Protocol):
    """Where the rows are read."""

    def rows(self, statement: str, values: Sequence[Any] | Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """Return the rows that a statement gives, as they are committed by now. Raises errors of psycopg."""


@dataclass(frozen=True, slots=True)
class IdState:
    """The rows of one id: the stored article, the pending one, and whether it was forgotten."""

    article: StoredArticle | None = None
    pending: PendingArticle | None = None
    is_forgotten: bool = False


_UNKNOWN = IdState()


class Reads:
    """The rows of one site as the database has them, in which what a run has just changed is missing."""

    def __init__(self, reader: RowReader, site: str) -> None:
        self._reader, self._site = reader, site

    def _rows(self, statement: str, *values: object) -> Sequence[tuple[Any, ...]]:
        return self._reader.rows(statement, [self._site, *values])

    def _one(self, statement: str, *values: object) -> Any:
        rows = self._rows(statement, *values)
        return rows[0][0] if rows else None

    def articles(self, ids: Sequence[str]) -> list[StoredArticle]:
        """Return the stored articles of these ids."""
        return [ARTICLES.record(row) for row in self._rows(f"{_ARTICLES} AND id = ANY(%s)", ids)]

    def all_of(self, ids: Sequence[str]) -> dict[str, IdState]:
        """Return what the database has of each of these ids, in one statement."""
        found = {}
        for id_, *row, is_forgotten in self._reader.rows(_ALL_OF, {"site": self._site, "ids": ids}):
            stored, pending = row[:_STORED], row[_STORED:]
            known = IdState(
                ARTICLES.record(stored) if stored[0] is not None else None,
                PENDING.record(pending) if pending[0] is not None else None,
                is_forgotten,
            )
            found[id_] = known if known != _UNKNOWN else _UNKNOWN  # of most links of a first run, so one will do
        return found

    def with_content(self, content_hash: bytes) -> tuple[list[str], str | None]:
        """Return the ids under which this content is stored, without aliases, and the forgotten one that had it."""
        rows = self._reader.rows(_WITH_CONTENT, {"site": self._site, "content_hash": content_hash})
        stored = sorted(id_ for id_, is_forgotten in rows if not is_forgotten)
        return stored, next((id_ for id_, is_forgotten in rows if is_forgotten), None)

    def aliases(self, id_: str) -> list[StoredArticle]:
        """Return the aliases of an article."""
        return [ARTICLES.record(row) for row in self._rows(f"{_ARTICLES} AND alias_of = %s", id_)]

    def count(self) -> int:
        """Return how many articles are stored, aliases included."""
        return int(self._one("SELECT count(*) FROM ecnscrawl.articles WHERE site = %s"))

    def due(self, now: int) -> Iterable[StoredArticle]:
        """Return the articles whose next check is due."""
        return map(ARTICLES.record, self._rows(f"{_ARTICLES} AND next_check <= %s", now))

    def young(self, youngest: int) -> Iterable[StoredArticle]:
        """Return the articles that were published since then and are not gone."""
        return map(ARTICLES.record, self._rows(f"{_ARTICLES} AND gone_at IS NULL AND published_at >= %s", youngest))

    def all_pending(self, *, given_up: bool) -> Iterator[PendingArticle]:
        """Yield the pending articles, either those that are given up or the others."""
        for row in self._rows(f"{_PENDING} AND (next_try IS NULL) = %s", given_up):
            yield PENDING.record(row)

    def other_addresses(self, url: str) -> list[PendingArticle]:
        """Return the links that are given up because their pages name this URL as their own address."""
        reason = other_address_reason(url)
        statement = f"{_PENDING} AND md5(reason) = md5(%s) AND reason = %s"  # an index takes no URL of 8 KB
        return [PENDING.record(row) for row in self._rows(statement, reason, reason)]

    def listing(self, url: str) -> ListingSnapshot | None:
        """Return what is known of a listing page."""
        rows = self._rows(_LISTING, url)
        if not rows:
            return None
        row = rows[0]
        return ListingSnapshot(CacheValidators(*row[: len(VALIDATORS)]), *row[len(VALIDATORS) :])

    def walks(self) -> dict[str, int]:
        """Return the listings that are paged through, each with the number of the run that began it."""
        return dict(self._rows("SELECT listing, first_run FROM ecnscrawl.walks WHERE site = %s"))

    def facts(self) -> dict[str, str | int]:
        """Return all single values."""
        return dict(self._rows("SELECT name, value FROM ecnscrawl.facts WHERE site = %s"))

    def fact(self, name: str) -> str | int | None:
        """Return a single value."""
        found: str | int | None = self._one("SELECT value FROM ecnscrawl.facts WHERE site = %s AND name = %s", name)
        return found
