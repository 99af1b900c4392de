"""Loading: what rows come of a record, that nothing comes twice, and what a target may be."""

import gzip
import json
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.exporters.loading.address import parse_address
from ecnscrawl.exporters.loading.database import LoadFailed
from ecnscrawl.exporters.loading.job import Loaded, Loader, NothingToRead
from ecnscrawl.items import to_line
from tests.exporters.library import BRIDGE, EVERYTHING, FERRY, HARVEST, HARVEST_CORRECTED, NEWEST, Library
from tests.samples import MORNING, article

Rows = list[tuple[Any, ...]]
Query = Callable[[str], Rows]


@pytest.fixture(params=["sqlite", "duckdb"])
def kind(request: pytest.FixtureRequest) -> str:
    """The kinds of databases that need no server."""
    found: str = request.param
    return found


@pytest.fixture
def target(tmp_path: Path, kind: str) -> Path:
    """The database's file."""
    return tmp_path / f"news.{kind}"


@pytest.fixture
def loader(library: Library, target: Path, kind: str) -> Loader:
    """A load of all sites of the library."""
    return loader_of(library, target, kind)


def loader_of(library: Library, target: Path, kind: str, site: str | None = None) -> Loader:
    data = library.folder / "data"
    return Loader(parse_address(f"{kind}:///{target}", data), data, site, lambda: MORNING)


@pytest.fixture
def query(target: Path) -> Query:
    """The rows of a query of the database."""

    def run(sql: str, values: Sequence[Any] = ()) -> Rows:
        if target.suffix == ".sqlite":
            with closing(sqlite3.connect(target)) as database:
                return database.execute(sql, values).fetchall()
        with duckdb.connect(str(target), read_only=True) as connection:
            return connection.execute(sql, values).fetchall()

    return run


def test_every_revision_is_a_row_and_a_second_load_adds_nothing(loader: Loader, query: Query) -> None:
    assert loader.load_new() == Loaded(2, 4)
    rows = query("SELECT id, revision FROM articles ORDER BY id, revision")
    assert rows == [(stored.id, stored.revision) for stored in EVERYTHING]
    assert loader.load_new() == Loaded()
    assert query("SELECT id, revision FROM articles ORDER BY id, revision") == rows


def test_another_process_that_loads_later_adds_nothing(library: Library, loader: Loader, target: Path) -> None:
    loader.load_new()
    assert loader_of(library, target, target.suffix[1:]).load_new() == Loaded()


def test_the_view_has_the_newest_revision_of_each_article(loader: Loader, query: Query) -> None:
    loader.load_new()
    rows = query("SELECT id, revision, title FROM latest ORDER BY id")
    assert rows == [(stored.id, stored.revision, stored.title) for stored in NEWEST]


def test_every_value_of_a_record_is_in_its_rows(loader: Loader, query: Query, kind: str) -> None:
    loader.load_new()
    columns = [name for name in BRIDGE.__dataclass_fields__ if name not in ("images", "videos")]
    (row,) = query(f"SELECT {', '.join(columns)} FROM articles WHERE id = '{BRIDGE.id}'")
    found = dict(zip(columns, row, strict=True))
    assert found == {name: expected(name, getattr(BRIDGE, name), kind) for name in columns}
    assert query("SELECT * FROM images ORDER BY position") == [
        (BRIDGE.id, 1, 1, "https://i2.chinanews.com/a.jpg", "A bridge, “half” built. (Photo/Xinhua)", "Xinhua"),
        (BRIDGE.id, 1, 2, "https://i2.chinanews.com/b.jpg", None, None),
    ]
    assert query("SELECT * FROM videos ORDER BY id") == [
        (BRIDGE.id, 1, 1, "https://i2.chinanews.com/c.mp4", "https://i2.chinanews.com/c.jpg", "It <i>moves</i>"),
        (HARVEST.id, 1, 1, "https://i2.chinanews.com/d.mp4", None, None),
    ]


def expected(name: str, value: Any, kind: str) -> Any:
    """A value as the database has it."""
    if kind == "duckdb":
        is_time = name in ("published_at", "updated_at", "fetched_at")
        return datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None) if is_time else value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if isinstance(value, list) else value


def test_each_file_is_noted_with_its_records(loader: Loader, query: Query) -> None:
    loader.load_new()
    rows = query("SELECT site, name, records, CAST(loaded_at AS VARCHAR) FROM loaded_files ORDER BY name")
    assert [row[:3] for row in rows] == [
        ("ecns", "20261121T120000Z-000001.jsonl", 3),
        ("ecns", "20261122T120000Z-000002.jsonl", 1),
    ]
    assert {row[3].replace("T", " ").removesuffix("Z") for row in rows} == {"2026-11-23 07:30:00"}


def test_new_files_are_added_and_those_taken_away_stay_known(library: Library, loader: Loader, query: Query) -> None:
    loader.load_new()
    for file in library.articles.iterdir():
        file.unlink()
    assert loader.load_new() == Loaded()
    library.publish("20261123T120000Z-000003.jsonl", [article(9)])
    assert loader.load_new() == Loaded(1, 1)
    assert query("SELECT count(*) FROM articles") == [(5,)]


def test_a_file_that_was_compressed_since_is_the_same_file(library: Library, target: Path, kind: str) -> None:
    first = library.articles / "20261121T120000Z-000001.jsonl"
    first.with_name(f"{first.name}.gz").write_bytes(gzip.compress(first.read_bytes()))
    first.unlink()
    assert loader_of(library, target, kind).load_new() == Loaded(2, 4)
    second = library.articles / "20261122T120000Z-000002.jsonl"
    second.with_name(f"{second.name}.gz").write_bytes(gzip.compress(second.read_bytes()))
    assert loader_of(library, target, kind).load_new() == Loaded()


def test_all_sites_are_loaded_or_the_one_that_is_named(library: Library, target: Path, kind: str, query: Query) -> None:
    other = library.folder / "data" / "example" / "articles"
    other.mkdir(parents=True)
    stored = article(1, id="example:1", site="example")
    (other / "20261121T120000Z-000001.jsonl").write_bytes(to_line(stored))
    assert loader_of(library, target, kind, "example").load_new() == Loaded(1, 1)
    assert query("SELECT site FROM articles") == [("example",)]
    assert loader_of(library, target, kind).load_new() == Loaded(2, 4)
    assert query("SELECT site, count(*) FROM articles GROUP BY site ORDER BY site") == [("ecns", 4), ("example", 1)]


def test_a_version_that_is_in_two_files_is_one_row_with_its_pictures_once(
    library: Library, loader: Loader, query: Query
) -> None:
    library.publish("20261122T130000Z-000003.jsonl", [BRIDGE, FERRY, BRIDGE, article(9), article(9)])
    assert loader.load_new() == Loaded(3, 5)
    assert query("SELECT count(*) FROM articles") == [(5,)]
    assert query("SELECT count(*) FROM images") == [(2,)]
    assert query("SELECT records FROM loaded_files ORDER BY name") == [(3,), (1,), (5,)]


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_loaded(
    library: Library, loader: Loader, query: Query
) -> None:
    bad = library.publish("20261121T130000Z-000003.jsonl", [article(7), article(8)])
    content = bad.read_bytes()
    bad.write_bytes(content.replace(b'"revision":1', b'"revision":0'))
    loaded = loader.load_new()
    assert (loaded.files, loaded.records) == (2, 4)
    assert loaded.failures == [f"{bad}, line 1: not a record: Expected `int` >= 1 - at `$.revision`"]
    assert loader.load_new() == Loaded()  # not named again before it changes
    bad.write_bytes(content)
    assert loader.load_new() == Loaded(1, 2)
    assert query("SELECT count(*) FROM loaded_files") == [(3,)]


def test_a_file_that_breaks_off_leaves_no_row(library: Library, loader: Loader, query: Query) -> None:
    cut = library.articles / "20261123T120000Z-000003.jsonl.gz"
    cut.write_bytes(gzip.compress(b"".join(to_line(article(number)) for number in range(10, 2000)))[:-30])
    loaded = loader.load_new()
    assert (loaded.files, loaded.records, len(loaded.failures)) == (2, 4, 1)
    assert loaded.failures[0].startswith(f"{cut} is cut off or damaged (")
    assert query("SELECT count(*) FROM articles") == [(4,)]


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("CREATE TABLE articles (id TEXT)", "articles"),
        ("CREATE TABLE Images (id TEXT)", "images"),
        ("CREATE VIEW latest AS SELECT 1 AS id", "latest"),
        ("CREATE TABLE loaded_files (site TEXT, name TEXT)", "loaded_files"),
    ],
)
def test_a_target_with_other_tables_of_these_names_is_refused(
    loader: Loader, target: Path, query: Query, statement: str, named: str
) -> None:
    execute(target, statement)
    message = f"{target} has a table '{named}' that this version of `scrapy load` did not make; name another database"
    with pytest.raises(WrongUsage) as refused:
        loader.load_new()
    assert str(refused.value) == message
    assert (
        len(
            query(
                "SELECT * FROM information_schema.tables"
                if target.suffix == ".duckdb"
                else "SELECT * FROM sqlite_master"
            )
        )
        == 1
    )


def execute(target: Path, statement: str) -> None:
    if target.suffix == ".sqlite":
        with closing(sqlite3.connect(target)) as database:
            database.execute(statement)
            database.commit()
    else:
        with duckdb.connect(str(target)) as connection:
            connection.execute(statement)


def test_a_target_whose_view_was_dropped_is_refused(loader: Loader, target: Path) -> None:
    loader.load_new()
    execute(target, "DROP VIEW latest")
    shutil.rmtree(loader.data)
    loader.data.joinpath("ecns", "articles").mkdir(parents=True)
    with pytest.raises(WrongUsage, match="did not make"):
        Loader(loader.address, loader.data, None, lambda: MORNING).load_new()


def test_tables_of_other_names_are_left_alone(loader: Loader, target: Path, query: Query) -> None:
    execute(target, "CREATE TABLE notes AS SELECT 'mine' AS note")
    assert loader.load_new() == Loaded(2, 4)
    assert query("SELECT note FROM notes") == [("mine",)]


def test_a_file_that_is_no_database_is_named_and_stays(loader: Loader, target: Path) -> None:
    target.write_bytes(b"1,615 lines that a reader has\n" * 100)
    with pytest.raises(LoadFailed) as failed:
        loader.load_new()
    assert str(failed.value).startswith(f"{target} cannot be written: ")
    assert "\n" not in str(failed.value)
    assert target.read_bytes().startswith(b"1,615 lines")


def test_a_data_folder_without_articles_says_where_it_looked(tmp_path: Path, kind: str) -> None:
    library = Library(tmp_path)
    target = tmp_path / f"news.{kind}"
    with pytest.raises(
        NothingToRead, match=r"there is no data folder .*; run `scrapy crawl SITE` first, or name the data folder"
    ):
        loader_of(library, target, kind).load_new()
    (tmp_path / "data" / "ecns").mkdir(parents=True)
    with pytest.raises(NothingToRead, match=r"there are no articles in .*/data; run `scrapy crawl SITE` first"):
        loader_of(library, target, kind).load_new()
    assert not target.exists()
    library.articles.mkdir()
    assert loader_of(library, target, kind).load_new() == Loaded()


def test_no_link_in_the_data_folder_is_followed(library: Library, loader: Loader, query: Query, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.jsonl"
    elsewhere.write_bytes(to_line(HARVEST_CORRECTED))
    (library.articles / "20261124T120000Z-000009.jsonl").symlink_to(elsewhere)
    (tmp_path / "data" / "linked").symlink_to(library.articles.parent)
    assert loader.load_new() == Loaded(2, 4)
