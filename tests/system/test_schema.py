"""`scrapy schema`, as a user runs it."""

import json
from pathlib import Path

import duckdb
import pytest

from tests.docs.sparse import WITHOUT, publish
from tests.system.crawling import ROOT, Crawl

pytestmark = pytest.mark.system


@pytest.fixture
def user(tmp_path: Path) -> Crawl:
    return Crawl(tmp_path / "data [1]", {})


def test_the_json_form_is_printed(user: Crawl) -> None:
    ended = user.scrapy("schema", "--as", "json")
    assert (ended.status, ended.err) == (0, "")
    assert json.loads(ended.out) == json.loads((ROOT / "ecnscrawl" / "article.schema.json").read_bytes())


def test_the_view_is_over_the_articles_of_the_data_folder(user: Crawl) -> None:
    publish(user.folder / "articles", compressed=False)
    ended = user.scrapy("schema", "--as", "duckdb")
    assert (ended.status, ended.err) == (0, "")
    database = duckdb.connect()
    database.execute(ended.out)
    assert database.execute("SELECT count(*), count(dateline) FROM articles").fetchall() == [(WITHOUT + 1, 1)]


def test_the_table_is_printed(user: Crawl) -> None:
    ended = user.scrapy("schema", "--as", "postgres")
    assert (ended.status, ended.err) == (0, "")
    assert "CREATE TABLE articles (" in ended.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--as is missing; write --as json or --as duckdb or --as postgres"),
        (("--as", "duckb"), "--as 'duckb' (did you mean 'duckdb'?); write --as json or --as duckdb or --as postgres"),
        (("json",), "unexpected argument 'json'; write `scrapy schema --as FORM`"),
        (
            ("--as", "json", "--files", "x"),
            "--files names the files of a view, as in --as duckdb --files 'articles/*.jsonl'",
        ),
        (
            ("--as", "duckdb", "--files", ""),
            "--files names the files of a view, as in --as duckdb --files 'articles/*.jsonl'",
        ),
    ],
)
def test_wrong_usage_is_refused_in_one_line(user: Crawl, arguments: tuple[str, ...], said: str) -> None:
    ended = user.scrapy("schema", *arguments)
    assert (ended.status, ended.out, ended.err) == (2, "", f"ecnscrawl: error: {said}\n")
