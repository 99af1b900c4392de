"""Every documented way to read the files reads all values, also of keys that are mostly null."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.docs.checkout import Checkout
from tests.docs.markdown import ROOT, blocks
from tests.docs.peers import peer
from tests.docs.sparse import FULL, LISTS, NULLABLE, WITHOUT, publish
from tests.needs import need
from tests.postgres import postgres, psql

pytestmark = pytest.mark.system

READING = ROOT / "docs" / "reading.md"
SECTIONS = re.findall(r"^## (.*)$", READING.read_text(encoding="utf-8"), re.MULTILINE)
#: How what a recipe calls `articles` is printed as it was read, a record a line.
PRINTED = {
    "DuckDB": "[dict(zip(articles.columns, row)) for row in articles.fetchall()]",
    "Polars": "articles.to_dicts()",
    "pandas": "articles.astype(object).where(articles.notna(), None).to_dict('records')",
    "pyarrow": "articles.to_pylist()",
}
EPILOGUE = """
import json

def plain(value):
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if hasattr(value, "strftime") else str(value)

for record in {records}:
    print(json.dumps(record, default=plain))
"""


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "compressed"])
def compressed(request: pytest.FixtureRequest) -> bool:
    is_compressed: bool = request.param
    return is_compressed


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, compressed: bool) -> Path:
    """Of the checkout."""
    return tmp_path_factory.mktemp("compressed" if compressed else "plain")


@pytest.fixture(scope="module")
def records(folder: Path, compressed: bool) -> list[dict[str, Any]]:
    """The values in the files of the checkout."""
    return publish(folder / "data" / "ecns" / "articles", compressed=compressed)


@pytest.fixture(scope="module")
def reader(folder: Path, records: list[dict[str, Any]]) -> Checkout:
    """A checkout in which the schemas are printed as the document says."""
    assert len(records) == WITHOUT + 1
    checkout = Checkout.make(folder, {})
    (schemas,) = (
        block for block in blocks(READING, "sh") if block.text.startswith(".venv/bin/scrapy schema --as json")
    )
    ended = checkout.shell(schemas.text)
    assert (ended.returncode, ended.stderr) == (0, "")
    return checkout


def read(reader: Checkout, section: str, **environment: str) -> list[dict[str, Any]]:
    """The values that a recipe reads, in the order of the files."""
    (recipe,) = blocks(READING, "python", section)
    script = recipe.text + EPILOGUE.format(records=PRINTED[section])
    reader.root.joinpath("example.py").write_text(script, encoding="utf-8")
    ended = reader.shell(".venv/bin/python -W error::FutureWarning example.py", **environment)
    assert ended.returncode == 0, ended.stderr
    found = [json.loads(line) for line in ended.stdout.splitlines()]
    return sorted(found, key=lambda record: int(record["id"].partition("ihtest")[2] or record["id"].partition(":")[2]))


def test_no_recipe_is_left_untried() -> None:
    assert {*PRINTED, "jq", "SQLite", "PostgreSQL"} == set(SECTIONS)


def test_the_records_have_every_key_that_may_be_null(records: list[dict[str, Any]]) -> None:
    *sparse, full = records
    nothing = [{key for key, value in record.items() if value in (None, [])} for record in sparse]
    assert nothing == [{*NULLABLE, *LISTS}] * WITHOUT
    assert [key for key, value in full.items() if value in (None, [])] == []


@pytest.mark.parametrize("section", PRINTED)
def test_a_recipe_reads_every_value(reader: Checkout, records: list[dict[str, Any]], section: str) -> None:
    assert read(reader, section) == records


def test_the_recipe_for_duckdb_reads_every_value_in_duckdb_1(reader: Checkout, records: list[dict[str, Any]]) -> None:
    path = str(peer("duckdb<2"))
    ended = reader.shell(".venv/bin/python -c 'import duckdb; print(duckdb.__version__)'", PYTHONPATH=path)
    assert ended.stdout.startswith("1."), ended.stdout + ended.stderr
    assert read(reader, "DuckDB", PYTHONPATH=path) == records


def asked_for(command: str, key: str) -> str:
    """A recipe that shows the datelines, for another key."""
    assert "dateline" in command
    return command.replace("dateline", key)


@pytest.mark.parametrize("key", NULLABLE)
def test_the_recipe_for_jq_finds_the_one_value(reader: Checkout, key: str) -> None:
    need("jq")
    (recipe,) = blocks(READING, "sh", "jq")
    ended = reader.shell(asked_for(recipe.text, key))
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == {"id": FULL.id, "revision": 1, key: getattr(FULL, key)}


def test_the_recipe_for_sqlite_finds_the_one_value(reader: Checkout, records: list[dict[str, Any]]) -> None:
    need("sqlite3")
    (recipe,) = blocks(READING, "sh", "SQLite")
    ended = reader.shell(recipe.text)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout.splitlines()[-1]) == [{"id": FULL.id, "revision": 1, "dateline": FULL.dateline}]
    *_, query = recipe.text.splitlines()
    for key in NULLABLE:
        (found,) = json.loads(reader.shell(asked_for(query, key)).stdout)
        assert found[key] == records[-1][key]
    for key in LISTS:
        (found,) = json.loads(reader.shell(asked_for(query, key).replace("IS NOT NULL", "!= '[]'")).stdout)
        assert json.loads(found[key]) == records[-1][key]


def test_the_recipe_for_postgresql_reads_every_value(reader: Checkout, records: list[dict[str, Any]]) -> None:
    table, load = blocks(READING, "sh", "PostgreSQL")
    with postgres() as server:
        psql(server, "CREATE DATABASE news")
        for command in (table.text, load.text, load.text):  # the second time nothing is new
            ended = reader.shell(command, **server)
            assert (ended.returncode, ended.stderr) == (0, "")
        news = server | {"PGDATABASE": "news"}
        lines = psql(news, "SELECT row_to_json(articles) FROM articles").splitlines()
        types = psql(news, "SELECT DISTINCT pg_typeof(published_at), pg_typeof(authors) FROM articles")
    loaded = {record["id"]: record for record in map(json.loads, lines)}
    assert loaded.keys() == {record["id"] for record in records}
    assert types.strip() == "timestamp with time zone|text[]"
    for record in records:
        found = loaded[record["id"]]
        for key in ("published_at", "updated_at", "fetched_at"):
            found[key] = found[key] and found[key].replace("+00:00", "Z")
        assert list(found.items()) == list(record.items())
