"""`scrapy load`, as a user runs it: what it says, what it refuses, and that it follows."""

import signal
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from ecnscrawl.items import to_line
from tests.exporters.library import BRIDGE, EVERYTHING, FERRY, HARVEST, HARVEST_CORRECTED, NEWEST, Library
from tests.samples import article
from tests.system.crawling import Crawl
from tests.system.loading import KINDS, Target, file_target, server_target

pytestmark = pytest.mark.system


@pytest.fixture(params=KINDS)
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Target:
    """A new database of each kind."""
    if request.param == "postgresql":
        return server_target(request.getfixturevalue("postgres_server"))
    return file_target(request.param, tmp_path / f"news.{request.param}")


@pytest.fixture
def user(library: Library) -> Crawl:
    """A user whose crawls have published two files."""
    return Crawl(library.folder / "data", {})


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path)
    library.publish("20261121T120000Z-000001.jsonl", [FERRY, BRIDGE, HARVEST])
    library.publish("20261122T120000Z-000002.jsonl", [HARVEST_CORRECTED])
    return library


def test_it_says_what_it_has_loaded_and_a_second_load_adds_nothing(user: Crawl, target: Target) -> None:
    ended = user.scrapy("load", target.address)
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == f"4 records of 2 files loaded into {target.name}\n"
    ended = user.scrapy("load", target.address)
    assert (ended.status, ended.err, ended.out) == (0, "", f"nothing new to load into {target.name}\n")
    rows = target.query("SELECT id, revision, title FROM articles ORDER BY id, revision")
    assert rows == [(stored.id, stored.revision, stored.title) for stored in EVERYTHING]
    rows = target.query("SELECT id, revision, title FROM latest ORDER BY id")
    assert rows == [(stored.id, stored.revision, stored.title) for stored in NEWEST]
    assert target.counts == {"articles": 4, "images": 2, "videos": 2, "files": 2, "noted": 4}


def test_postgresql_has_times_and_arrays(user: Crawl, postgres_server: dict[str, str]) -> None:
    target = server_target(postgres_server)
    user.scrapy("load", target.address)
    rows = target.query(
        "SELECT to_char(published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), updated_at - published_at > '1 hour',"
        f" authors[2], keywords, summary, body FROM articles WHERE id = '{BRIDGE.id}'"
    )
    assert rows == [("2026-11-20 16:00:00", True, 'Xu "Will" Wei', ["bridge", "桥"], BRIDGE.summary, BRIDGE.body)]
    assert target.query("SELECT position, caption, credit FROM images ORDER BY position") == [
        (1, "A bridge, “half” built. (Photo/Xinhua)", "Xinhua"),
        (2, None, None),
    ]
    columns = target.query(
        "SELECT data_type FROM information_schema.columns WHERE table_name = 'articles' AND column_name = 'fetched_at'"
    )
    assert columns == [("timestamp with time zone",)]


def test_one_of_the_sites_is_loaded_where_it_is_named(user: Crawl, target: Target, library: Library) -> None:
    other = library.folder / "data" / "example" / "articles"
    other.mkdir(parents=True)
    (other / "20261121T120000Z-000001.jsonl").write_bytes(to_line(article(1, id="example:1", site="example")))
    ended = user.scrapy("load", "--site", "example", target.address)
    assert ended.out == f"1 record of 1 file loaded into {target.name}\n"
    ended = user.scrapy("load", target.address)
    assert ended.out == f"4 records of 2 files loaded into {target.name}\n"
    assert target.counts["articles"] == 5


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ([], 2, "name one database: sqlite:///news.sqlite, sqlite:////var/lib/news.sqlite, duckdb:///news.duckdb or"),
        (["a.sqlite"], 2, "'a.sqlite' is not the address of a database; write sqlite:///a.sqlite"),
        (
            ["--site", "ecnz", "sqlite:////tmp/a.sqlite"],
            2,
            "unknown site 'ecnz' (did you mean 'ecns'?); known are chinanews, ecns",
        ),
        (["--sight", "ecns", "sqlite:////tmp/a.sqlite"], 2, "unknown option '--sight'; `scrapy load -h` lists"),
        (["postgresql://desk:pq@xyz@localhost/news"], 2, "the address of the database is ambiguous; "),
        (["postgresql://desk:s3cret@127.0.0.1:1/news"], 1, "postgresql://127.0.0.1:1/news cannot be reached ("),
        (["postgresql://desk:s3cret@127.0.0.1:s3cret/news"], 1, "cannot be reached ("),
        (["postgresql://127.0.0.1/news?sslmode=s3cret&password=s3cret"], 1, "cannot be reached ("),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_is_one_line_and_a_status(user: Crawl, arguments: list[str], status: int, message: str) -> None:
    ended = user.scrapy("load", *arguments)
    assert (ended.status, ended.out) == (status, "")
    assert ended.err.startswith("ecnscrawl: error: ")
    assert message in ended.err
    assert ended.err.count("\n") == 1
    assert "s3cret" not in ended.err
    assert "xyz" not in ended.err


def test_a_data_folder_without_articles_is_reported(tmp_path: Path, target: Target) -> None:
    ended = Crawl(tmp_path / "nothing", {}).scrapy("load", target.address)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == (
        f"ecnscrawl: error: there is no data folder {tmp_path / 'nothing'}; run `scrapy crawl SITE` first, or name the"
        " data folder with ECNSCRAWL_DATA_DIR\n"
    )


def test_other_tables_of_these_names_are_refused(user: Crawl, postgres_server: dict[str, str]) -> None:
    target = server_target(postgres_server)
    psycopg_statement(target, "CREATE TABLE articles (id text)")
    ended = user.scrapy("load", target.address)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == (
        f"ecnscrawl: error: {target.name} has a table 'articles' that this version of `scrapy load` did not make; name"
        " another database\n"
    )
    assert target.query("SELECT count(*) FROM articles") == [(0,)]


def psycopg_statement(target: Target, statement: str) -> None:
    import psycopg

    with psycopg.connect(target.address) as connection:
        connection.execute(statement.encode())


def test_a_damaged_file_is_named_and_the_others_are_loaded(user: Crawl, target: Target, library: Library) -> None:
    bad = library.publish("20261121T130000Z-000003.jsonl", [article(7)])
    bad.write_bytes(bad.read_bytes() + b'{"id": 1}\n')
    ended = user.scrapy("load", target.address)
    assert (ended.status, ended.out) == (1, f"4 records of 2 files loaded into {target.name}\n")
    assert ended.err.startswith(f"ecnscrawl: error: {bad}, line 2: not a record: ")
    assert ended.err.count("\n") == 1
    assert target.counts["articles"] == 4


def test_a_database_that_another_program_holds_is_reported(user: Crawl, tmp_path: Path) -> None:
    target = file_target("duckdb", tmp_path / "news.duckdb")
    with duckdb.connect(target.name):
        ended = user.scrapy("load", target.address)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith(f"ecnscrawl: error: {target.name} cannot be written: ")
    assert ended.err.count("\n") == 1


def wait_for(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_follows_until_a_signal(user: Crawl, target: Target, library: Library, number: signal.Signals) -> None:
    process = user.start_scrapy("load", "--follow", target.address)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"4 records of 2 files loaded into {target.name}\n"
        hidden = library.publish(".new", [article(9), article(10)])
        hidden.rename(hidden.with_name("20261123T120000Z-000003.jsonl"))
        assert process.stdout.readline() == f"2 records of 1 file loaded into {target.name}\n"
        assert target.counts["articles"] == 6
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (0, "", "")
    finally:
        process.kill()
        process.wait()


def test_it_follows_a_folder_that_has_no_articles_yet(tmp_path: Path) -> None:
    library, target = Library(tmp_path), file_target("sqlite", tmp_path / "news.sqlite")
    process = Crawl(tmp_path / "data", {}).start_scrapy("load", "--follow", target.address)
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stderr.readline().startswith("ecnscrawl: warning: there is no data folder ")
        library.publish("20261123T120000Z-000003.jsonl", [article(9)])
        assert process.stdout.readline() == f"1 record of 1 file loaded into {target.name}\n"
    finally:
        process.kill()
        process.communicate()


def test_two_loads_at_once_load_everything_once(user: Crawl, target: Target, library: Library) -> None:
    for number in range(3, 23):
        library.publish(f"20261123T120000Z-{number:06x}.jsonl", [article(100 * number + each) for each in range(50)])
    processes = [user.start_scrapy("load", target.address) for _ in range(2)]
    ended = [(process.communicate(timeout=60), process.returncode) for process in processes]
    # DuckDB lets one process in at a time.
    assert 0 in [status for _, status in ended]
    user.scrapy("load", target.address)
    assert target.counts == {"articles": 1004, "images": 2, "videos": 2, "files": 22, "noted": 1004}
