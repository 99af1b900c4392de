"""The table `articles`: one row for each stored article, and for each alias of one."""

from collections.abc import Iterator
from contextlib import closing

from msgspec.structs import replace

from ecnscrawl.frontier.columns import ARTICLES, article_row, article_values
from ecnscrawl.frontier.records import StoredArticle
from ecnscrawl.frontier.sqlite.known_ids import KnownIds

_SELECT = f"SELECT {ARTICLES.listed} FROM articles"
_ALIASES = f"{_SELECT} WHERE alias_of = ?"
_ORIGINAL = """
SELECT id FROM articles WHERE content_hash = :content_hash AND alias_of IS NULL
UNION ALL SELECT id FROM forgotten_content WHERE content_hash = :content_hash LIMIT 1
"""
_COLUMNS = (*ARTICLES.names, "file", "offset")
# For each article, so its values are passed in order: SQLite takes a quarter longer to bind them by name.
_STORE = f"INSERT OR REPLACE INTO articles ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_ASSIGNMENTS = ", ".join(f"{name} = :{name}" for name in ARTICLES.names if name != "id")
_UPDATE = f"UPDATE articles SET {_ASSIGNMENTS} WHERE id = :id"
_NO_LONGER_PENDING = "DELETE FROM pending WHERE id = ?"
# The index is named: SQLite would take the one that saves it the sorting, and read all articles.
_DUE = f"{_SELECT} INDEXED BY articles_by_next_check WHERE next_check <= :now ORDER BY published_at DESC"
_YOUNG = f"""
{_SELECT} INDEXED BY articles_by_time WHERE gone_at IS NULL AND published_at >= :youngest ORDER BY published_at DESC
"""
_MARK_GONE = """
UPDATE articles SET gone_at = coalesce(gone_at, :first), last_checked = :last, next_check = NULL
WHERE id = :id AND alias_of IS NULL AND last_checked <= :last
"""
_MARK_BACK = """
UPDATE articles SET gone_at = NULL, last_checked = :at, next_check = :next_check WHERE id = :id AND last_checked <= :at
"""


class ArticleTable(KnownIds):
    """Stored articles and their aliases; see `base.Articles`."""

    def article(self, id_: str) -> StoredArticle | None:
        return self.known(id_).article

    def original(self, content_hash: bytes) -> str | None:
        row = self._db.execute(_ORIGINAL, {"content_hash": content_hash}).fetchone()
        return row[0] if row else None

    def aliases(self, id_: str) -> list[StoredArticle]:
        return [ARTICLES.record(row) for row in self._db.execute(_ALIASES, (id_,))]

    def count(self) -> int:
        count: int = self._db.execute("SELECT count(*) FROM articles").fetchone()[0]
        return count

    def due(self, now: int, youngest: int | None = None) -> Iterator[StoredArticle]:
        with closing(self._db.cursor()) as cursor:
            if youngest is None:
                cursor.execute(_DUE, {"now": now})
            else:
                cursor.execute(_YOUNG, {"youngest": youngest})
            for row in cursor:
                yield ARTICLES.record(row)

    def store(self, known: StoredArticle, file: int | None = None, offset: int | None = None) -> None:
        self._db.execute(_STORE, (*article_values(known), file, offset))
        self._set(known.id, known)

    def update(self, known: StoredArticle) -> None:
        is_there = self._db.execute(_UPDATE, article_row(known)).rowcount > 0
        self._set(known.id, known if is_there else None)

    def _set(self, id_: str, known: StoredArticle | None) -> None:
        """Note what was written of an article, which is no longer pending."""
        before = self._known.get(id_)
        if before is None or before.pending is not None:
            self._db.execute(_NO_LONGER_PENDING, (id_,))
        if before is not None:
            before.article, before.pending = known, None

    def set_listing_if_unknown(self, id_: str, listing: str) -> None:
        known = self.article(id_)
        if known is not None and known.listing is None:
            self._db.execute("UPDATE articles SET listing = ? WHERE id = ?", (listing, id_))
            self._known[id_].article = replace(known, listing=listing)

    def mark_gone(self, id_: str, first: int, last: int) -> None:
        self._db.execute(_MARK_GONE, {"id": id_, "first": first, "last": last})
        self._known.pop(id_, None)

    def mark_back(self, id_: str, at: int, next_check: int | None) -> None:
        self._db.execute(_MARK_BACK, {"id": id_, "at": at, "next_check": next_check})
        self._known.pop(id_, None)
