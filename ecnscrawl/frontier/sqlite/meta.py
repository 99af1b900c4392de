"""The table `facts`: single values by their names."""

import sqlite3

from ecnscrawl.frontier.sqlite.table import Table, insert

_SET = insert("facts", ["name", "value"])


class MetaTable(Table):
    """Single values; see `base.Meta`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        super().__init__(db)
        self._facts: dict[str, str | int | None] = {}  #: that were asked for or set; two are asked for with each page

    def get_meta(self, name: str) -> str | int | None:
        if name not in self._facts:
            row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
            self._facts[name] = row[0] if row else None
        return self._facts[name]

    def set_meta(self, name: str, value: str | int) -> None:
        self._db.execute(_SET, {"name": name, "value": value})
        self._facts[name] = value

    def forget_read(self) -> None:
        self._facts.clear()
        super().forget_read()
