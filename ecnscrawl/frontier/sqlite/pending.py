"""The table `pending`: links that were seen and are not stored."""

from ecnscrawl.frontier.columns import PENDING
from ecnscrawl.frontier.records import PendingArticle, other_address_reason
from ecnscrawl.frontier.sqlite.table import Table, insert

_SELECT = f"SELECT {PENDING.listed} FROM pending"
_BY_ID = f"{_SELECT} WHERE id = ?"
_NOT_GIVEN_UP = f"{_SELECT} WHERE next_try IS NOT NULL ORDER BY first_seen DESC"
_OTHER_ADDRESSES = f"{_SELECT} WHERE reason = ?"
_MARK = insert("pending", PENDING.names)
_FORGET_GIVEN_UP = """
DELETE FROM pending WHERE id IN
    (SELECT id FROM pending WHERE next_try IS NULL ORDER BY first_seen DESC, id LIMIT -1 OFFSET ?)
"""
_FIRST_RUN = """
SELECT first_run FROM articles WHERE id = :id
UNION ALL SELECT first_run FROM pending WHERE id = :id
UNION ALL SELECT 0 FROM forgotten WHERE id = :id LIMIT 1
"""


class PendingTable(Table):
    """Pending articles; see `frontier/base.PendingArticles`."""

    def pending(self, id_: str) -> PendingArticle | None:
        row = self._db.execute(_BY_ID, (id_,)).fetchone()
        return PENDING.record(row) if row else None

    def all_pending(self) -> list[PendingArticle]:
        return [PENDING.record(row) for row in self._db.execute(_NOT_GIVEN_UP)]

    def mark_pending(self, pending: PendingArticle) -> None:
        self._db.execute(_MARK, PENDING.row(pending))

    def other_addresses(self, url: str) -> list[PendingArticle]:
        return [PENDING.record(row) for row in self._db.execute(_OTHER_ADDRESSES, (other_address_reason(url),))]

    def forget_given_up(self, most: int) -> None:
        self._db.execute(_FORGET_GIVEN_UP, (most,))

    def first_run(self, id_: str) -> int | None:
        row = self._db.execute(_FIRST_RUN, {"id": id_}).fetchone()
        return row[0] if row else None
