"""Exports as tables: Parquet, CSV, JSON Lines and SQLite, with the record's keys as columns, in its order."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from ecnscrawl.exporters.columns import COLUMNS
from ecnscrawl.exporters.duckdb import Records

_ROW_GROUP = 10_000  # rows, some 30 MB: a group is held in memory until it is whole
_FORMULA_STARTS = "'=', '+', '-', '@', chr(9), chr(13)"  # OWASP, CSV Injection


def write_parquet(records: Records, target: Path) -> int:
    """Lists and structs stay what they are."""
    return records.copy(", ".join(COLUMNS), target, f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROW_GROUP}")


def write_jsonl(records: Records, target: Path) -> int:
    """The records as they are stored."""
    return records.copy(", ".join(COLUMNS), target, "FORMAT json")


def write_csv(records: Records, target: Path, *, formula_safe: bool) -> int:
    """RFC 4180 with a header, an empty cell for null, lists as JSON text.

    `formula_safe` puts an apostrophe before a cell that a spreadsheet would take for a formula.
    """
    expressions = ", ".join(_cell(name, kind, formula_safe=formula_safe) for name, kind in COLUMNS.items())
    return records.copy(expressions, target, "FORMAT csv, HEADER true")


def _cell(name: str, kind: str, *, formula_safe: bool) -> str:
    if kind.endswith("[]"):
        return f"to_json({name})::VARCHAR AS {name}"
    if formula_safe and kind == "VARCHAR":
        return f"CASE WHEN left({name}, 1) IN ({_FORMULA_STARTS}) THEN '''' || {name} ELSE {name} END AS {name}"
    return name


def write_sqlite(records: Records, target: Path) -> int:
    """One table `articles`, lists as JSON text, which SQLite's json_each reads."""
    columns = ", ".join(f"{name} {'INTEGER' if kind == 'INTEGER' else 'TEXT'}" for name, kind in COLUMNS.items())
    with closing(sqlite3.connect(target)) as database:
        database.execute("PRAGMA journal_mode = OFF")  # nobody sees the file before it is whole
        database.execute("PRAGMA synchronous = OFF")
        database.execute(f"CREATE TABLE articles ({columns}, PRIMARY KEY (id, revision))")
        cursor = database.executemany(
            f"INSERT INTO articles VALUES ({', '.join('?' * len(COLUMNS))})",
            (tuple(as_cell(value) for value in record.values()) for record in records.rows()),
        )
        database.execute("CREATE INDEX articles_published_at ON articles (published_at)")
        database.commit()
        return max(cursor.rowcount, 0)


def as_cell(value: Any) -> Any:
    """A value as SQLite has it: a list as JSON text."""
    return msgspec.json.encode(value).decode() if isinstance(value, list) else value
