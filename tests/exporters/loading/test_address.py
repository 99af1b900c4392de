"""The address of a database: what it names, what is refused, and that no password is printed."""

import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from ecnscrawl import redaction
from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.exporters.loading.address import DatabaseAddress, parse_address


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a data folder in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data" / "ecns" / "articles").mkdir(parents=True)
    return tmp_path


def parse(folder: Path, text: str) -> DatabaseAddress:
    return parse_address(text, folder / "data")


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_three_slashes_are_a_relative_path_and_four_an_absolute_one(folder: Path, kind: str) -> None:
    relative = parse(folder, f"{kind}:///news.{kind}")
    assert (relative.kind, relative.path, relative.name) == (kind, Path(f"news.{kind}"), f"news.{kind}")
    assert parse(folder, f"{kind}:///{folder}/news.{kind}").path == folder / f"news.{kind}"
    assert parse(folder, f"{kind}:///a b%20?ü.{kind}").path == Path(f"a b%20?ü.{kind}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("news.sqlite", "'news.sqlite' is not the address of a database; write sqlite:///news.sqlite"),
        ("/a/news.duckdb", "write duckdb:////a/news.duckdb"),
        ("news", "write sqlite:///news.sqlite, sqlite:////var/lib/news.sqlite, duckdb:"),
        ("sqlite://news.sqlite", "has too few slashes; write sqlite:///relative.sqlite or sqlite:////absolute.sqlite"),
        ("sqlite:news.sqlite", "has too few slashes"),
        ("duckdb:///", "names no file; write duckdb:///news.duckdb"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///data", "'data' is a folder; name a file"),
        ("sqlite:///nowhere/news.sqlite", "there is no folder 'nowhere'"),
        ("sqlite:////dev/null", "'/dev/null' is not a file"),
        ("sqlite:///data/ecns/state.sqlite", "lies in the folder of the crawl's own files; name one outside "),
        ("sqlite:///data/ecns/articles/a.sqlite", "lies in the folder of the crawl's own files"),
        ("sqlight:///news.sqlite", "'sqlight' is not a kind of database (did you mean 'sqlite'?)"),
        ("mysql://host/news", "'mysql' is not a kind of database; write sqlite:///"),
        ("duckdb:///news.sqlite", "'news.sqlite' has the ending of a SQLite database; write sqlite:///news.sqlite"),
        ("sqlite:///news.duckdb", "'news.duckdb' has the ending of a DuckDB database; write duckdb:///news.duckdb"),
        ("duckdb:///a/old.db", "'a/old.db' is a SQLite database; write sqlite:///a/old.db"),
        ("sqlite:///a/duck.db", "'a/duck.db' is a DuckDB database; write duckdb:///a/duck.db"),
        ("sqlite:///a/news.txt", "'a/news.txt' is not a database; name another file"),
        ("duckdb:///a/news.txt", "'a/news.txt' is not a database; name another file"),
        ("postgresql+psycopg://host/news", "(did you mean 'postgresql'?)"),
        ("postgresql:news", "'postgresql' is not a kind of database"),
    ],
)
def test_what_is_no_address_is_refused_with_one_that_is(folder: Path, text: str, message: str) -> None:
    (folder / "a").mkdir()
    (folder / "a" / "news.txt").write_text("Trams are late.\n", encoding="utf-8")
    with closing(sqlite3.connect(folder / "a" / "old.db")) as database:
        database.execute("CREATE TABLE notes (text)")
    with duckdb.connect(folder / "a" / "duck.db") as connection:
        connection.execute("CREATE TABLE notes (text TEXT)")
    with pytest.raises(WrongUsage) as refused:
        parse(folder, text)
    assert message in str(refused.value)


def test_an_empty_file_may_become_a_database(folder: Path) -> None:
    (folder / "news").touch()
    assert parse(folder, "sqlite:///news").path == Path("news")


def test_a_database_may_lie_beside_the_folders_of_the_sites(folder: Path) -> None:
    assert parse(folder, "sqlite:///data/news.sqlite").path == Path("data/news.sqlite")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("postgresql://desk:s3cret@db.example:5433/news", "postgresql://db.example:5433/news"),
        ("postgres://db.example/news?sslmode=require&password=s3cret", "postgresql://db.example/news"),
        ("postgresql:///news", "postgresql:///news"),
        ("postgresql://desk:s3cret@one:1,two:2/news", "postgresql://one:1,two:2/news"),
        ("postgresql://desk:%73%33cret@[::1]/news", "postgresql://[::1]/news"),
    ],
)
def test_a_server_is_named_without_user_and_password(
    folder: Path, text: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redaction, "_secrets", set())
    address = parse(folder, text)
    assert (address.kind, address.name, address.url) == ("postgresql", name, text)
    assert "s3cret" not in repr(address)
    if "cret" in text:
        assert redaction.sanitize('password authentication failed for "s3cret"') == (
            'password authentication failed for "***"'
        )


@pytest.mark.parametrize("password", ["pq@xyz", "pq/xyz", "pq?xyz", "pq#xyz"])
def test_a_password_that_libpq_would_take_apart_is_refused_without_printing_it(folder: Path, password: str) -> None:
    with pytest.raises(WrongUsage, match="ambiguous; in user name and password write @ as %40") as refused:
        parse(folder, f"postgresql://desk:{password}@db.example/news")
    assert "xyz" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("sqlite:///news.sqlite", "sqlite:///{folder}/news.sqlite"),
        ("duckdb:////tmp/a b.duckdb", "duckdb:////tmp/a b.duckdb"),
        ("postgresql://desk:s3cret@db.example:5433/news", "postgresql://desk@db.example:5433/news"),
        ("postgres://:s3cret@db.example/news", "postgresql://@db.example/news"),
        (
            "postgresql:///news?host=%2Frun%2Fpg&password=s3cret&options=-csearch_path%3Dnews&sslpassword=s3cret",
            "postgresql:///news?host=%2Frun%2Fpg&options=-csearch_path%3Dnews",
        ),
        ("postgresql:///news?password=s3cret", "postgresql:///news"),
    ],
)
def test_an_address_is_noted_whole_but_without_passwords(
    folder: Path, text: str, noted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redaction, "_secrets", set())
    expected = noted.format(folder=folder.resolve())
    assert parse(folder, text).without_password() == expected
    assert parse(folder, expected).without_password() == expected
