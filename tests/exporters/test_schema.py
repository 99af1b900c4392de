"""The definition of a record in other forms: JSON Schema, a view in DuckDB, a table in PostgreSQL."""

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped,unused-ignore]

from ecnscrawl.exporters.schema import duckdb_view, json_schema, postgres_table
from ecnscrawl.items import Article, to_line
from tests.docs.sparse import FULL, LISTS, WITHOUT, publish
from tests.exporters.library import BRIDGE, FERRY, HARVEST, Library
from tests.postgres import psql
from tests.saved_pages import ROOT, articles, record_of

KEYS = list(Article.__dataclass_fields__)
TIMES = ("published_at", "updated_at", "fetched_at")


def view_of(pattern: str) -> duckdb.DuckDBPyConnection:
    """A database with the view over these files."""
    database = duckdb.connect()
    database.execute(duckdb_view(pattern))
    return database


def count(database: duckdb.DuckDBPyConnection) -> int:
    row = database.execute("SELECT count(*) FROM articles").fetchone()
    assert row is not None
    return int(row[0])


def test_the_printed_json_schema_is_the_published_file() -> None:
    shipped = (ROOT / "ecnscrawl" / "article.schema.json").read_text(encoding="utf-8")
    assert json_schema() + "\n" == shipped
    Draft202012Validator.check_schema(json.loads(json_schema()))


@pytest.mark.parametrize("article", articles(), ids=str)
def test_the_record_of_every_saved_page_matches_the_json_schema(article: Any) -> None:
    Draft202012Validator(json.loads(json_schema())).validate(record_of(article))


@pytest.mark.parametrize("article", [FULL, BRIDGE, FERRY, HARVEST], ids=["full", "bridge", "ferry", "harvest"])
def test_a_record_with_a_missing_key_does_not_match_the_json_schema(article: Article) -> None:
    record = json.loads(to_line(article))
    validator = Draft202012Validator(json.loads(json_schema()))
    assert validator.is_valid(record)
    for key in KEYS:
        assert not validator.is_valid({name: value for name, value in record.items() if name != key})


def test_every_column_of_the_view_has_its_type(library: Library) -> None:
    described = view_of(f"{library.articles}/*.jsonl").execute("DESCRIBE articles").fetchall()
    types = {row[0]: row[1] for row in described}
    assert list(types) == KEYS
    assert {types.pop(key) for key in TIMES} == {"TIMESTAMP"}
    assert {types.pop(key) for key in ("schema_version", "revision")} == {"INTEGER"}
    assert {types.pop(key) for key in ("authors", "keywords")} == {"VARCHAR[]"}
    assert types.pop("images") == "STRUCT(url VARCHAR, caption VARCHAR, credit VARCHAR)[]"
    assert types.pop("videos") == "STRUCT(url VARCHAR, poster VARCHAR, caption VARCHAR)[]"
    assert set(types.values()) == {"VARCHAR"}


def test_the_view_finds_the_one_dateline_that_inference_does_not(tmp_path: Path) -> None:
    publish(tmp_path / "articles", compressed=False)
    datelines = "SELECT count(dateline) FROM"
    database = view_of(f"{tmp_path}/articles/*.jsonl")
    assert database.execute(f"{datelines} articles").fetchall() == [(1,)]
    assert database.execute(f"{datelines} '{tmp_path}/articles/*.jsonl'").fetchall() == [(0,)]  # why there is a view


def test_times_are_compared_as_times(library: Library) -> None:
    database = view_of(f"{library.articles}/*.jsonl")
    found = database.execute("SELECT published_at FROM articles WHERE published_at < TIMESTAMP '2026-11-20 16:00:00'")
    assert found.fetchall() == [(datetime.fromisoformat(FERRY.published_at.removesuffix("Z")),)]


@pytest.mark.parametrize("pattern", ["*.jsonl", "*.jsonl*", "20261123T*.jsonl"])
def test_the_view_takes_compressed_files_and_each_file_once(tmp_path: Path, pattern: str) -> None:
    folder = tmp_path / "articles"
    publish(folder, compressed=True)
    first_plain = next(file for file in sorted(folder.iterdir()) if file.suffix == ".jsonl")
    first_plain.with_name(f"{first_plain.name}.gz").write_bytes(gzip.compress(first_plain.read_bytes()))
    folder.joinpath(f".{first_plain.stem}.part").write_bytes(first_plain.read_bytes())
    folder.joinpath(f"{first_plain.name}.tmp").write_text("not ours", encoding="utf-8")
    assert count(view_of(f"{folder}/{pattern}")) == WITHOUT + 1


def test_the_view_takes_a_single_file_also_when_it_is_compressed_later(library: Library) -> None:
    file = library.publish("20261123T120000Z-000003.jsonl", [FERRY, BRIDGE])
    database = view_of(str(file))
    assert count(database) == 2
    file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes()))
    file.unlink()
    assert count(database) == 2


def test_files_of_another_ending_are_taken_as_they_are_named(library: Library) -> None:
    library.publish("a.ndjson", [FERRY])
    assert count(view_of(f"{library.articles}/*.ndjson")) == 1


def test_a_quotation_mark_in_a_folders_name_is_escaped(tmp_path: Path) -> None:
    publish(tmp_path / "it's" / "articles", compressed=False)
    assert count(view_of(f"{tmp_path}/it's/articles/*.jsonl")) == WITHOUT + 1


def test_a_view_over_no_file_is_an_error_and_not_empty(tmp_path: Path) -> None:
    with pytest.raises(duckdb.IOException, match="No files found"):
        view_of(f"{tmp_path}/*.jsonl")


def test_a_value_of_another_type_is_an_error_and_not_null(library: Library) -> None:
    line = json.loads(to_line(FERRY)) | {"published_at": "yesterday"}
    library.publish("20261123T120000Z-000003.jsonl", []).write_text(json.dumps(line) + "\n", encoding="utf-8")
    with pytest.raises(duckdb.Error):
        view_of(f"{library.articles}/*.jsonl").execute("FROM articles").fetchall()


@pytest.mark.system
def test_the_table_in_postgresql_has_every_key_with_its_type(postgres_server: dict[str, str]) -> None:
    psql(postgres_server, "CREATE DATABASE of_articles")
    news = postgres_server | {"PGDATABASE": "of_articles"}
    psql(news, postgres_table())
    described = psql(
        news,
        "SELECT column_name, data_type, is_nullable FROM information_schema.columns"
        " WHERE table_name = 'articles' ORDER BY ordinal_position",
    )
    again = psql(news, "SELECT indexdef FROM pg_indexes WHERE tablename = 'articles'")
    columns = [line.split("|") for line in described.splitlines()]
    assert [name for name, _, _ in columns] == KEYS
    assert {kind for name, kind, _ in columns if name in TIMES} == {"timestamp with time zone"}
    assert {name: kind for name, kind, _ in columns if name in LISTS} == {
        "authors": "ARRAY", "keywords": "ARRAY", "images": "jsonb", "videos": "jsonb",
    }  # fmt: skip
    optional = {"summary", "body", "updated_at", "source", "editor", "dateline", "section"}
    assert {name for name, _, nullable in columns if nullable == "YES"} == optional
    assert "UNIQUE" in again
    assert "(id, revision)" in again
