"""The table `pending`: links that were seen and are not stored."""

from ecnscrawl.frontier.columns import PENDING
from ecnscrawl.frontier.records import PendingArticle, other_address_reason
from ecnscrawl.frontier.sqlite.known_ids import KnownIds
from ecnscrawl.frontier.sqlite.table import insert

_SELECT = f"SELECT {PENDING.listed} FROM pending"
_NOT_GIVEN_UP = f"{_SELECT} WHERE next_try IS NOT NULL ORDER BY first_seen DESC"
_OTHER_ADDRESSES = f"{_SELECT} WHERE reason = ?"
_MARK = insert("pending", PENDING.names)
_FORGET_GIVEN_UP = """
DELETE FROM pending WHERE id IN
    (SELECT id FROM pending WHERE next_try IS NULL ORDER BY first_seen DESC, id LIMIT -1 OFFSET ?)
"""


class PendingTable(KnownIds):
    """Pending articles; see `frontier/base.PendingArticles`."""

    def pending(self, id_: str) -> PendingArticle | None:
        return self.known(id_).pending

    def all_pending(self) -> list[PendingArticle]:
        return [PENDING.record(row) for row in self._db.execute(_NOT_GIVEN_UP)]

    def mark_pending(self, pending: PendingArticle) -> None:
        self._db.execute(_MARK, PENDING.row(pending))
        if before := self._known.get(pending.id):
            before.pending = pending

    def other_addresses(self, url: str) -> list[PendingArticle]:
        return [PENDING.record(row) for row in self._db.execute(_OTHER_ADDRESSES, (other_address_reason(url),))]

    def forget_given_up(self, most: int) -> None:
        self._db.execute(_FORGET_GIVEN_UP, (most,))
        self._known.clear()

    def first_run(self, id_: str) -> int | None:
        known = self.known(id_)
        if seen := known.article or known.pending:
            return seen.first_run
        return 0 if known.is_forgotten else None
