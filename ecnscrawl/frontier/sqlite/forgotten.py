"""The tables `forgotten` (ids that must not be stored again) and `forgotten_content` (the hashes of their contents)."""

from collections.abc import Iterable

from ecnscrawl.frontier.sqlite.known_ids import KnownIds
from ecnscrawl.frontier.sqlite.table import insert

_FORGET = insert("forgotten", ["id"])
_FORGET_CONTENT = insert("forgotten_content", ["content_hash", "id"])


class ForgottenTable(KnownIds):
    """Forgotten articles; see `base.ForgottenArticles`."""

    def forget(self, id_: str, content_hashes: Iterable[bytes]) -> None:
        for table in ("articles", "pending"):
            self._db.execute(f"DELETE FROM {table} WHERE id = ?", (id_,))
        self._db.execute(_FORGET, {"id": id_})
        self._db.executemany(_FORGET_CONTENT, [{"content_hash": each, "id": id_} for each in content_hashes])
        self._known.pop(id_, None)

    def is_forgotten(self, id_: str) -> bool:
        return self.known(id_).is_forgotten
