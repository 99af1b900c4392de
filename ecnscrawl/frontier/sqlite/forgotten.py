"""The tables `forgotten` (ids that must not be stored again) and `forgotten_content` (the hashes of their contents)."""

from collections.abc import Iterable

from ecnscrawl.frontier.sqlite.table import Table, insert

_FORGET = insert("forgotten", ["id"])
_FORGET_CONTENT = insert("forgotten_content", ["content_hash", "id"])


class ForgottenTable(Table):
    """Forgotten articles; see `base.ForgottenArticles`."""

    def forget(self, id_: str, content_hashes: Iterable[bytes]) -> None:
        for table in ("articles", "pending"):
            self._db.execute(f"DELETE FROM {table} WHERE id = ?", (id_,))
        self._db.execute(_FORGET, {"id": id_})
        self._db.executemany(_FORGET_CONTENT, [{"content_hash": each, "id": id_} for each in content_hashes])

    def is_forgotten(self, id_: str) -> bool:
        return self._db.execute("SELECT 1 FROM forgotten WHERE id = ?", (id_,)).fetchone() is not None
