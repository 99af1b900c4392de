"""The statements that read a site's rows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import msgspec

from ecnscrawl.frontier.columns import Columns
from ecnscrawl.frontier.records import (
    CacheValidators,
    ListingSnapshot,
    PendingArticle,
    StoredArticle,
    other_address_reason,
)

if TYPE_CHECKING:
    from psycopg import Connection

_parts_decoder = msgspec.json.Decoder(tuple[CacheValidators, ...])
ARTICLES = Columns(StoredArticle, read={"parts": lambda text: _parts_decoder.decode(text) if text else ()})
PENDING = Columns(PendingArticle)
VALIDATORS = ("url", "etag", "last_modified")
SNAPSHOT = tuple(field.name for field in fields(ListingSnapshot) if field.name != "validators")
_ARTICLES = f"SELECT {ARTICLES.listed} FROM ecnscrawl.articles WHERE site = %s"
_PENDING = f"SELECT {PENDING.listed} FROM ecnscrawl.pending WHERE site = %s"
_LISTING = f"SELECT {', '.join((*VALIDATORS, *SNAPSHOT))} FROM ecnscrawl.listings WHERE site = %s AND url = %s"


class Reads:
    """The rows of one site as the database has them, in which what a run has just changed is missing."""

    def __init__(self, connection: "Connection[Any]", site: str) -> None:
        """The connection must be in autocommit mode, so that each statement sees what is committed by then."""
        self._connection, self._site = connection, site

    def _rows(self, statement: str, *values: object) -> Sequence[tuple[Any, ...]]:
        return self._connection.execute(statement.encode(), [self._site, *values]).fetchall()

    def _one(self, statement: str, *values: object) -> Any:
        rows = self._rows(statement, *values)
        return rows[0][0] if rows else None

    def articles(self, ids: Sequence[str]) -> list[StoredArticle]:
        """Return the stored articles of these ids."""
        return [ARTICLES.record(row) for row in self._rows(f"{_ARTICLES} AND id = ANY(%s)", ids)]

    def pending(self, ids: Sequence[str]) -> list[PendingArticle]:
        """Return the pending articles of these ids."""
        return [PENDING.record(row) for row in self._rows(f"{_PENDING} AND id = ANY(%s)", ids)]

    def forgotten(self, ids: Sequence[str]) -> list[str]:
        """Return those of these ids that were forgotten."""
        return [
            id_ for (id_,) in self._rows("SELECT id FROM ecnscrawl.forgotten WHERE site = %s AND id = ANY(%s)", ids)
        ]

    def with_content(self, content_hash: bytes) -> list[str]:
        """Return the ids under which this content is stored, without aliases."""
        statement = "SELECT id FROM ecnscrawl.articles WHERE site = %s AND content_hash = %s AND alias_of IS NULL"
        return [id_ for (id_,) in self._rows(f"{statement} ORDER BY id", content_hash)]

    def forgotten_with_content(self, content_hash: bytes) -> str | None:
        """Return the id of the forgotten article that had this content."""
        statement = "SELECT id FROM ecnscrawl.forgotten_content WHERE site = %s AND content_hash = %s"
        found: str | None = self._one(statement, content_hash)
        return found

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

    def fact(self, name: str) -> str | int | None:
        """Return a single value."""
        found: str | int | None = self._one("SELECT value FROM ecnscrawl.facts WHERE site = %s AND name = %s", name)
        return found
