"""States of earlier versions: opened, with all that they know."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ecnscrawl.frontier.records import CacheValidators, StoredArticle
from ecnscrawl.frontier.sqlite.database import SqliteState
from ecnscrawl.frontier.sqlite.migrations import STEPS, VERSION, create, migrate

VERSION_1 = Path(__file__).with_name("states") / "version-1.sql"
WORLD = "https://www.ecns.cn/world/"
ONE = f"{WORLD}2026-11-23/detail-ihtest1.shtml"


def old_state(path: Path, version: int) -> Path:
    """The state of version 1, brought to a later version, and opened by no newer one."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript(VERSION_1.read_text())
        db.execute("PRAGMA user_version=1")
        migrate(db, 1, STEPS[: version - 1])
    return path


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        version: int = db.execute("PRAGMA user_version").fetchone()[0]
        return version


def tables_of(db: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """The columns of each table, with all that SQLite says of them, and the indexes."""
    names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    tables = {name: db.execute(f"PRAGMA table_xinfo({name})").fetchall() for name in names}
    indexes = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    return tables | {name: [(" ".join(sql.split()),)] for name, sql in indexes}


@pytest.fixture(params=range(1, VERSION + 1), ids=lambda version: f"version-{version}")
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteState]:
    with closing(SqliteState(old_state(tmp_path / "state.sqlite", request.param))) as opened:
        yield opened


def test_the_articles_of_an_older_state_are_known(state: SqliteState) -> None:
    validators = CacheValidators(ONE, '"5f1"', "Mon, 23 Nov 2026 07:30:00 GMT")
    expected = StoredArticle(
        "ecns:ihtest1", ONE, "world", b"\0\xff", 2, None, 1795413600, 1795419000, 1, 1795422600, 1795446000,
        (validators,), None,
    )  # fmt: skip
    assert state.article("ecns:ihtest1") == expected
    assert [alias.id for alias in state.aliases("ecns:ihtest1")] == ["ecns:ihtest2"]
    assert [each.id for each in state.due(1795446000)] == ["ecns:ihtest1"]
    assert state.count() == 3
    gone = state.article("ecns:ihtest3")
    assert gone
    assert gone.gone_at == 1795420000


def test_the_pending_articles_of_an_older_state_are_known(state: SqliteState) -> None:
    (pending,) = state.all_pending()
    assert (pending.id, pending.url) == ("ecns:ihtest4", f"{WORLD}2026-11-23/detail-ihtest4.shtml")
    assert (pending.listing, pending.first_seen, pending.first_run) == ("world", 1795419000, 3)
    assert (pending.attempts, pending.next_try, pending.reason) == (2, 1795426200, "HTTP 503")
    assert pending.published_at == 1795413600
    given_up = state.pending("ecns:ihtest5")
    assert given_up
    assert (given_up.next_try, given_up.reason) == (None, "timed out")


def test_the_listings_of_an_older_state_are_known(state: SqliteState) -> None:
    listing = state.listing(WORLD)
    assert listing
    assert listing.validators == CacheValidators(WORLD, '"2a"', "Mon, 23 Nov 2026 07:00:00 GMT")
    assert (listing.digest, listing.last_read, listing.last_run) == (b"\x01\x02", 1795419000, 3)
    assert (listing.links, listing.most_links) == (45, 46)
    assert (listing.empty_page, listing.was_rendered) == (None, False)
    assert state.walks() == {"business": 2}
    assert state.overspent("china") == 2


def test_the_files_and_facts_of_an_older_state_are_known(state: SqliteState) -> None:
    names = [f"20261123T{name}.jsonl" for name in ("073000Z-1a2b3c", "083000Z-1a2b3d", "093000Z-1a2b3e")]
    assert state.published_files() == {names[0]}
    assert [state.committed(name) for name in names] == [5678, 90, 0]
    assert state.get_meta("runs") == 3
    assert state.get_meta("last_name") == "20261123T093000Z-1a2b3e"


def test_an_older_state_goes_on_as_one_of_this_version(state: SqliteState) -> None:
    listing = state.listing(WORLD)
    assert listing
    state.save_listing(listing)
    for pending in state.all_pending():
        state.mark_pending(pending)
    known = state.article("ecns:ihtest1")
    assert known
    state.store(known, state.file_number("a.jsonl"), 0)
    state.commit()
    assert (state.listing(WORLD), state.article("ecns:ihtest1")) == (listing, known)


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_an_opened_state_is_of_this_version_also_where_nothing_is_committed(tmp_path: Path, version: int) -> None:
    path = old_state(tmp_path / "state.sqlite", version)
    SqliteState(path).close()
    assert version_of(path) == VERSION


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_an_older_state_gets_the_tables_of_a_new_one(tmp_path: Path, version: int) -> None:
    path = old_state(tmp_path / "state.sqlite", version)
    SqliteState(path).close()
    with closing(sqlite3.connect(path)) as db, closing(sqlite3.connect(":memory:")) as new:
        create(new)
        assert tables_of(db) == tables_of(new)


def test_steps_are_taken_in_order_each_from_one_version_to_the_next(tmp_path: Path) -> None:
    path = old_state(tmp_path / "state.sqlite", 1)
    steps = ("CREATE TABLE more (a)", "ALTER TABLE more ADD COLUMN b; INSERT INTO more VALUES (1, 2)")
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        migrate(db, 1, steps)
        assert db.execute("SELECT * FROM more").fetchall() == [(1, 2)]
    assert version_of(path) == 3


def test_a_step_that_fails_changes_nothing_and_leaves_the_version_before_it(tmp_path: Path) -> None:
    path = old_state(tmp_path / "state.sqlite", 1)
    steps = ("CREATE TABLE more (a)", "INSERT INTO more VALUES (1); INSERT INTO nowhere VALUES (1)")
    with closing(sqlite3.connect(path, isolation_level=None)) as db, pytest.raises(sqlite3.Error):
        migrate(db, 1, steps)
    assert version_of(path) == 2
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT * FROM more").fetchall() == []
