"""Parquet, CSV, JSON Lines, JSON and SQLite, each read back by its usual reader."""

import csv
import gzip
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet
import pytest

from ecnscrawl.items import Article
from tests.exporters.library import BRIDGE, EVERYTHING, FORMULA, NEWEST, NOTHING, SCRIPT, Library, Record, as_record

KEYS = [field.name for field in fields(Article)]
TIMES = ("published_at", "updated_at", "fetched_at")
LISTS = ("authors", "keywords", "images", "videos")


def read_parquet(path: Path) -> list[Record]:
    result = duckdb.read_parquet(str(path))
    return [_with_texts(dict(zip(result.columns, row, strict=True))) for row in result.fetchall()]


def read_parquet_with_pyarrow(path: Path) -> list[Record]:
    return [_with_texts(record) for record in pyarrow.parquet.read_table(path).to_pylist()]


def _with_texts(record: Record) -> Record:
    """A record whose times are datetimes in UTC, as it was."""
    times = {key: record[key] for key in TIMES if record[key]}
    assert all(time.utcoffset() == timedelta(0) for time in times.values())
    return record | {key: time.strftime("%Y-%m-%dT%H:%M:%SZ") for key, time in times.items()}


def read_csv(path: Path) -> list[Record]:
    with path.open(encoding="utf-8", newline="") as file:
        return [_typed(row) for row in csv.DictReader(file)]


def _typed(row: dict[str, str]) -> Record:
    record: Record = {key: json.loads(value) if key in LISTS else value or None for key, value in row.items()}
    return record | {"schema_version": int(row["schema_version"]), "revision": int(row["revision"])}


def read_jsonl(path: Path) -> list[Record]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def read_json(path: Path) -> list[Record]:
    records: list[Record] = json.loads(path.read_bytes())
    return records


def read_compressed(path: Path) -> list[Record]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def read_sqlite(path: Path) -> list[Record]:
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        rows = [dict(row) for row in database.execute("SELECT * FROM articles ORDER BY rowid")]
    return [row | {key: json.loads(row[key]) for key in LISTS} for row in rows]


READERS: dict[str, Callable[[Path], list[Record]]] = {
    "a.parquet": read_parquet,
    "b.parquet": read_parquet_with_pyarrow,
    "a.csv": read_csv,
    "a.jsonl": read_jsonl,
    "a.jsonl.gz": read_compressed,
    "a.json": read_json,
    "a.sqlite": read_sqlite,
}
every_table = pytest.mark.parametrize(("name", "read"), READERS.items(), ids=list(READERS))


def without_apostrophes(record: Record) -> Record:
    """A record of a formula-safe CSV as it was."""
    return {key: value[1:] if str(value).startswith("'") else value for key, value in record.items()}


@every_table
def test_an_export_contains_the_stored_values(
    library: Library, name: str, read: Callable[[Path], list[Record]]
) -> None:
    records = read(library.export(name))
    if name.endswith(".csv"):
        records = [without_apostrophes(record) for record in records]
    assert records == [as_record(article) for article in NEWEST]


@every_table
def test_all_revisions_are_exported_on_request(
    library: Library, name: str, read: Callable[[Path], list[Record]]
) -> None:
    records = read(library.export(name, all_revisions=True))
    assert [(record["id"], record["revision"]) for record in records] == [(one.id, one.revision) for one in EVERYTHING]


@every_table
def test_columns_are_the_keys_of_the_record_in_its_order(
    library: Library, name: str, read: Callable[[Path], list[Record]]
) -> None:
    assert list(read(library.export(name))[0]) == KEYS


@every_table
def test_an_export_without_a_match_is_a_valid_empty_file(
    library: Library, name: str, read: Callable[[Path], list[Record]]
) -> None:
    assert read(library.export(name, **NOTHING)) == []


@pytest.mark.parametrize("selection", [{}, NOTHING], ids=["records", "empty"])
def test_parquet_has_lists_and_structs(library: Library, selection: dict[str, Any]) -> None:
    path = library.export("a.parquet", **selection)
    columns = duckdb.read_parquet(str(path))
    types = {name: str(kind) for name, kind in zip(columns.columns, columns.types, strict=True)}
    assert list(types) == KEYS
    assert {types[key] for key in TIMES} == {"TIMESTAMP WITH TIME ZONE"}
    assert types["authors"] == "VARCHAR[]"
    assert types["images"] == "STRUCT(url VARCHAR, caption VARCHAR, credit VARCHAR)[]"
    assert types["videos"] == "STRUCT(url VARCHAR, poster VARCHAR, caption VARCHAR)[]"


def test_an_empty_csv_is_its_header(library: Library) -> None:
    assert library.export("a.csv", **NOTHING).read_text(encoding="utf-8") == ",".join(KEYS) + "\n"


def test_equal_records_make_equal_compressed_files(library: Library) -> None:
    first = library.export("a.csv.gz").read_bytes()
    assert gzip.decompress(first) == library.export("a.csv").read_bytes()
    assert library.export("b.csv.gz").read_bytes() == first


def test_jsonl_has_the_very_lines_that_are_stored(library: Library) -> None:
    stored = b"".join(file.read_bytes() for file in sorted(library.articles.iterdir()))
    assert library.export("a.jsonl", all_revisions=True).read_bytes() == stored


def test_a_cell_that_would_be_a_formula_begins_with_an_apostrophe(library: Library) -> None:
    corrected, harvest = (read_csv(library.export("a.csv", all_revisions=True))[at] for at in (3, 2))
    assert harvest["title"] == f"'{FORMULA}"
    assert (harvest["source"], harvest["editor"], harvest["dateline"]) == ("'+Plus", "'-Minus", "'@At")
    assert corrected["title"] == "A harvest"


@pytest.mark.parametrize("start", ["\t", "\r", "="])
def test_every_start_that_owasp_names_is_made_safe(empty_library: Library, start: str) -> None:
    line = json.dumps(as_record(BRIDGE) | {"title": f"{start}1"})
    empty_library.publish("20261121T120000Z-000001.jsonl", []).write_text(f"{line}\n", encoding="utf-8")
    assert read_csv(empty_library.export("a.csv"))[0]["title"] == f"'{start}1"


def test_without_formula_safety_csv_has_the_titles_unchanged(library: Library) -> None:
    job = library.job("a.csv", all_revisions=True)
    job.formula_safe = False
    job.run()
    assert read_csv(library.folder / "a.csv") == [as_record(article) for article in EVERYTHING]


def test_markup_in_a_title_is_exported_as_text(library: Library) -> None:
    assert read_csv(library.export("a.csv"))[1]["title"] == SCRIPT


def test_sqlite_finds_an_image_by_its_caption(library: Library) -> None:
    with closing(sqlite3.connect(library.export("a.sqlite"))) as database:
        found = database.execute(
            "SELECT articles.id FROM articles, json_each(images) WHERE json_extract(value, '$.caption') LIKE '%half%'"
        )
        assert found.fetchall() == [(BRIDGE.id,)]
