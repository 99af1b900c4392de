"""The table `facts`: single values by their names."""

from ecnscrawl.frontier.sqlite.table import Table, insert

_SET = insert("facts", ["name", "value"])


class MetaTable(Table):
    """Single values; see `base.Meta`."""

    def get_meta(self, name: str) -> str | int | None:
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_meta(self, name: str, value: str | int) -> None:
        self._db.execute(_SET, {"name": name, "value": value})
