"""Export records as tables: Parquet, CSV, JSON Lines, JSON and SQLite, with the record's keys as columns."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from ecnscrawl.exporters.columns import COLUMNS, TIMES
from ecnscrawl.exporters.duckdb import Records

_ROW_GROUP = 10_000  #: rows, about 30 MB: DuckDB keeps a group in memory until it is complete
_FORMULA_STARTS = "'=', '+', '-', '@', chr(9), chr(13)"  # OWASP, CSV Injection


def write_parquet(records: Records, target: Path) -> int:
    """Write Parquet, with times as UTC timestamps, and lists and structs as nested columns."""
    return records.copy(parquet_columns(), target, f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROW_GROUP}")


def parquet_columns() -> str:
    """Return SQL expressions of the columns in Parquet."""
    return ", ".join(f"{name}::TIMESTAMPTZ AS {name}" if name in TIMES else name for name in COLUMNS)


def write_jsonl(records: Records, target: Path) -> int:
    """Write JSON Lines, each record as it is stored."""
    return records.copy(", ".join(COLUMNS), target, "FORMAT json")


def write_json(records: Records, target: Path) -> int:
    """Write one JSON array of the records."""
    return records.copy(", ".join(COLUMNS), target, "FORMAT json, ARRAY true")


def write_csv(records: Records, target: Path, *, formula_safe: bool) -> int:
    """Write CSV by RFC 4180 with a header; null becomes an empty cell, a list becomes JSON text.

    `formula_safe` puts an apostrophe before a cell that a spreadsheet would take for a formula.
    """
    return records.copy(csv_columns(formula_safe=formula_safe), target, "FORMAT csv, HEADER true")


def csv_columns(*, formula_safe: bool) -> str:
    """Return SQL expressions of the columns in CSV."""
    return ", ".join(_cell(name, kind, formula_safe=formula_safe) for name, kind in COLUMNS.items())


def _cell(name: str, kind: str, *, formula_safe: bool) -> str:
    if kind.endswith("[]"):
        return f"to_json({name})::VARCHAR AS {name}"
    if formula_safe and kind == "VARCHAR":
        return f"CASE WHEN left({name}, 1) IN ({_FORMULA_STARTS}) THEN '''' || {name} ELSE {name} END AS {name}"
    return name


def write_sqlite(records: Records, target: Path) -> int:
    """Write a SQLite database with one table, `articles`. Lists become JSON text, which SQLite's json_each reads."""
    columns = ", ".join(f"{name} {'INTEGER' if kind == 'INTEGER' else 'TEXT'}" for name, kind in COLUMNS.items())
    with closing(sqlite3.connect(target)) as database:
        database.execute("PRAGMA journal_mode = OFF")  # nobody sees the file before it is complete
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
    """Return a value for a SQLite column: a list becomes JSON text."""
    return msgspec.json.encode(value).decode() if isinstance(value, list) else value
