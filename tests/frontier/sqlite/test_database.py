"""The state's SQLite file: its version, and damage to it."""

import sqlite3
from pathlib import Path

import pytest

from ecnscrawl.exceptions import CannotStart
from ecnscrawl.frontier.sqlite.database import SqliteState
from tests.samples import article, known


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.sqlite"


def test_a_state_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    SqliteState(path).close()
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version=99")
    database.close()
    with pytest.raises(CannotStart, match="newer version"):
        SqliteState(path)
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (99,)
    database.close()


@pytest.mark.parametrize(
    "content", [b"not a database at all, just some bytes " * 40, b"\0" * 8192], ids=["text", "zeros"]
)
def test_a_damaged_state_is_an_error_of_the_database(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(sqlite3.DatabaseError):
        SqliteState(path)


def test_a_state_cut_in_half_is_an_error_of_the_database(path: Path) -> None:
    first = SqliteState(path)
    for number in range(300):
        first.store(known(article(number)), None, None)
    first.commit()
    first.close()
    path.write_bytes(path.read_bytes()[:700])
    with pytest.raises(sqlite3.DatabaseError):
        SqliteState(path)
