"""Forgotten articles leave the databases that they were loaded into, and no later load brings them back."""

import sqlite3
from collections.abc import Callable, Collection
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ecnscrawl.exceptions import CannotStart, WrongUsage
from ecnscrawl.exporters.loading.address import parse_address
from ecnscrawl.exporters.loading.forgetting import Databases
from ecnscrawl.exporters.loading.job import Loader
from ecnscrawl.exporters.loading.noted import NAME, noted
from ecnscrawl.storage.forgetting import Forgotten
from tests.exporters.library import BRIDGE, FERRY, HARVEST, HARVEST_CORRECTED, Library
from tests.samples import MORNING

FIRST, SECOND = "20261121T120000Z-000001.jsonl", "20261122T120000Z-000002.jsonl"
BODY = (BRIDGE.body or "").split("\n")[0].encode()
Query = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path)
    library.publish(FIRST, [FERRY, BRIDGE, HARVEST])
    library.publish(SECOND, [HARVEST_CORRECTED])
    return library


@pytest.fixture(params=["sqlite", "duckdb"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The file of a database."""
    return tmp_path / f"news.{request.param}"


def query(target: Path, sql: str) -> list[tuple[Any, ...]]:
    if target.suffix == ".sqlite":
        with closing(sqlite3.connect(target)) as database:
            return database.execute(sql).fetchall()
    with duckdb.connect(str(target), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def address_of(target: Path) -> str:
    return f"{target.suffix[1:]}:///{target}"


def load(library: Library, target: Path) -> list[str]:
    """Load; return the warnings."""
    data = library.folder / "data"
    loaded = Loader(parse_address(address_of(target), data), data, None, lambda: MORNING).load_new()
    assert loaded.failures == []
    return loaded.warnings


def databases(library: Library, *named: str) -> Databases:
    data = library.folder / "data"
    return Databases(named, [data / "ecns"], data)


def forget(library: Library, ids: Collection[str], *named: str) -> Forgotten:
    return databases(library, *named).forget(ids)


def test_a_load_notes_once_where_the_records_are(library: Library, target: Path) -> None:
    assert load(library, target) == []
    load(library, target)
    assert noted(library.folder / "data" / "ecns") == [address_of(target)]


def test_all_rows_of_an_article_are_removed_and_no_others(library: Library, target: Path) -> None:
    load(library, target)
    assert forget(library, [BRIDGE.id]).removed == [f"{target}: 1 article, 2 images, 1 video removed"]
    assert forget(library, [HARVEST.id, "ecns:none"]).removed == [f"{target}: 2 articles, 1 video removed"]
    assert query(target, "SELECT id FROM articles") == [(FERRY.id,)]
    assert query(target, "SELECT id FROM latest") == [(FERRY.id,)]
    assert query(target, "SELECT count(*) FROM images") == query(target, "SELECT count(*) FROM videos") == [(0,)]
    assert forget(library, [BRIDGE.id]) == Forgotten()


def test_its_text_is_not_left_in_free_pages_of_a_sqlite_file(library: Library, tmp_path: Path) -> None:
    target = tmp_path / "news.sqlite"
    load(library, target)
    with closing(sqlite3.connect(target)) as another:  # keeps the log from being removed
        another.execute("SELECT count(*) FROM articles").fetchall()
        forget(library, [BRIDGE.id])
        assert BODY not in target.read_bytes()
        assert BODY not in target.with_name("news.sqlite-wal").read_bytes()


def test_a_later_load_does_not_bring_it_back(library: Library, target: Path) -> None:
    load(library, target)
    forget(library, [BRIDGE.id])
    library.publish(FIRST, [FERRY, HARVEST])  # as forgetting leaves the file
    assert load(library, target) == []
    assert query(target, "SELECT count(*) FROM articles") == [(3,)]


def test_a_database_that_was_never_noted_may_be_named(library: Library, target: Path) -> None:
    load(library, target)
    (library.folder / "data" / "ecns" / NAME).unlink()
    assert forget(library, [BRIDGE.id]) == Forgotten()
    assert databases(library, address_of(target)).present([BRIDGE.id, "ecns:none"]) == {BRIDGE.id}
    assert forget(library, [BRIDGE.id], address_of(target)).removed != []


def test_one_that_is_named_and_noted_is_cleaned_once(library: Library, target: Path, monkeypatch: Any) -> None:
    load(library, target)
    monkeypatch.chdir(target.parent)
    relative = f"{target.suffix[1:]}:///{target.name}"
    assert len(forget(library, [BRIDGE.id], relative).removed) == 1


def test_a_noted_database_that_is_not_there_any_more_is_named_and_not_created(library: Library, target: Path) -> None:
    load(library, target)
    target.unlink()
    done = forget(library, [BRIDGE.id])
    assert done.unreached == [
        f"{address_of(target)} is not there any more; if it is deleted, remove it from loaded-into.json"
    ]
    assert databases(library).present([BRIDGE.id]) == set()
    assert not target.exists()


def test_a_noted_database_whose_folder_is_gone_is_named(library: Library, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    load(library, shelf / "news.sqlite")
    for path in shelf.iterdir():
        path.unlink()
    shelf.rmdir()
    (line,) = forget(library, [BRIDGE.id]).unreached
    assert f"there is no folder '{shelf}'" in line
    assert NAME in line


def test_a_database_that_cannot_be_read_is_named_and_the_others_are_cleaned(library: Library, tmp_path: Path) -> None:
    one, other = tmp_path / "one.sqlite", tmp_path / "other.sqlite"
    load(library, one)
    load(library, other)
    one.write_bytes(b"garbage " * 1000)
    done = forget(library, [BRIDGE.id])
    notes = library.folder / "data" / "ecns" / NAME
    assert done.unreached == [f"{str(one)!r} is not a database; name another file (noted in {notes})"]
    assert done.removed == [f"{other}: 1 article, 2 images, 1 video removed"]


@pytest.mark.parametrize("content", [None, b"", "CREATE TABLE mine (a)", "CREATE TABLE articles (a)"])
def test_a_named_file_that_is_no_database_of_a_load_is_refused(
    library: Library, tmp_path: Path, content: bytes | str | None
) -> None:
    target = tmp_path / "news.sqlite"
    if isinstance(content, str):
        with closing(sqlite3.connect(target)) as database:
            database.execute(content)
    elif content is not None:
        target.write_bytes(content)
    with pytest.raises(WrongUsage, match=r"scrapy load`.*made|that `scrapy load` did not make|did not make"):
        databases(library, address_of(target))
    assert target.exists() is (content is not None)


@pytest.mark.parametrize("content", [b"{", b'{"databases": [1]}', b"\xff"])
def test_damaged_notes_are_refused(library: Library, content: bytes) -> None:
    path = library.folder / "data" / "ecns" / NAME
    path.write_bytes(content)
    with pytest.raises(CannotStart, match=r"loaded-into\.json is damaged"):
        databases(library)
    (warning,) = load(library, library.folder / "news.sqlite")
    assert "will need --from" in warning
    assert path.read_bytes() == content


def test_a_load_that_cannot_note_its_database_warns_and_loads(library: Library, target: Path, tmp_path: Path) -> None:
    notes = library.folder / "data" / "ecns" / NAME
    (tmp_path / "elsewhere.json").write_text("{}")
    notes.symlink_to(tmp_path / "elsewhere.json")
    notes.with_name(f".{NAME}.new").mkdir()
    (warning,) = load(library, target)
    assert f"cannot note that {target} has its records" in warning
    assert "`scrapy state forget` will need --from" in warning
    assert query(target, "SELECT count(*) FROM articles") == [(4,)]
    assert (tmp_path / "elsewhere.json").read_text() == "{}"
