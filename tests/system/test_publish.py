"""`scrapy publish`: what it prints, its exit statuses, and that the other commands read its folder as one of a crawl."""

import json
import signal
import time
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

import ecnscrawl
from tests.samples import article
from tests.system.browsing import browsing
from tests.system.crawling import Crawl
from tests.system.databases import Publishing, publishing_from
from tests.system.mounts import Mounts

pytestmark = pytest.mark.system

FOLLOW = ("--follow", "--every", "0.5")
NOBODY = "postgresql://desk:s3cret-word@127.0.0.1:1/news"


@pytest.fixture
def publishing(database_url: str, tmp_path: Path) -> Publishing:
    """A user of a new database and a new folder."""
    return publishing_from(database_url, tmp_path / "out")


def test_it_says_what_it_has_published_and_a_second_one_adds_nothing(publishing: Publishing) -> None:
    publishing.rows.store(article(1), article(2), article(3, site="example.org"))
    ended = publishing.publish()
    assert (ended.status, ended.out, ended.err) == (
        0, f"3 records in 2 files published into {publishing.folder}\n", "",
    )  # fmt: skip
    ended = publishing.publish()
    assert (ended.status, ended.out, ended.err) == (0, f"nothing new to publish into {publishing.folder}\n", "")
    publishing.has_everything()


def test_export_load_and_python_read_the_folder_as_one_of_a_crawl(publishing: Publishing, tmp_path: Path) -> None:
    publishing.rows.store(article(1), article(2), article(3, site="example.org", id="example.org:1f"))
    publishing.publish()
    publishing.rows.store(article(1, revision=2, title="A correction"))
    publishing.publish()
    user = publishing.user
    ended = user.scrapy("export", str(tmp_path / "all.jsonl"), "--site", "ecns")
    assert ended.status == 0, ended.err
    exported = [json.loads(line) for line in (tmp_path / "all.jsonl").read_bytes().splitlines()]
    assert sorted((each["id"], each["revision"]) for each in exported) == [("ecns:ihtest1", 2), ("ecns:ihtest2", 1)]
    ended = user.scrapy("load", f"sqlite:///{tmp_path / 'news.sqlite'}")
    assert (ended.status, ended.out.split(" loaded")[0]) == (0, "4 records of 3 files"), ended.err
    found = ecnscrawl.articles(publishing.folder, "ecns", revisions="all")
    assert [(each.id, each.revision) for each in found] == [
        ("ecns:ihtest1", 1),
        ("ecns:ihtest2", 1),
        ("ecns:ihtest1", 2),
    ]
    with browsing(publishing.folder, "--no-open", "--site", "ecns") as opened:
        assert opened.said.startswith("ecns: 2 articles at ")
    assert publishing.publish().out.startswith("nothing new")  # what `load` notes there is no trouble


def test_only_the_named_sites_are_published(publishing: Publishing) -> None:
    publishing.rows.store(article(1), article(2, site="example.org"))
    assert publishing.publish("--site", "ecns").status == 0
    assert [path.name for path in publishing.folder.iterdir() if path.is_dir()] == ["ecns"]
    ended = publishing.publish("--site", "ecnz")
    assert (ended.status, ended.err.partition(";")[0]) == (
        2, "ecnscrawl: error: unknown site 'ecnz' (did you mean 'ecns'?)",
    )  # fmt: skip


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_follows_until_a_signal_and_a_second_one_on_its_folder_is_refused(
    publishing: Publishing, number: signal.Signals
) -> None:
    process = publishing.user.start_scrapy("publish", *FOLLOW, str(publishing.folder))
    try:
        assert process.stdout is not None
        wait_for_file(publishing.folder / ".published")
        ended = publishing.publish()
        assert ended.status == 4
        assert ended.err.startswith(f"ecnscrawl: error: another `publish` writes to this folder: pid {process.pid}, ")
        publishing.rows.store(article(1))
        assert process.stdout.readline() == f"1 record in 1 file published into {publishing.folder}\n"
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (0, "", "")
    finally:
        process.kill()
        process.wait()
    publishing.has_everything()


def test_publishers_with_folders_of_their_own_each_get_everything(publishing: Publishing) -> None:
    folders = [publishing.folder / f"{number}" for number in range(3)]
    others = [replace(publishing, folder=folder, readers={}) for folder in folders]
    running = [each.user.start_scrapy("publish", *FOLLOW, str(each.folder)) for each in others]
    try:
        for number in range(1, 8):
            publishing.rows.store(*(article(number * 100 + each) for each in range(30)))
            time.sleep(0.2)
    finally:
        for process, folder in zip(running, folders, strict=True):
            wait_for_file(folder / ".published")
            process.send_signal(signal.SIGTERM)
            assert process.communicate(timeout=60)[1] == ""
    for each in others:
        assert each.publish().status == 0
        each.has_everything()


def test_a_publisher_that_is_frozen_keeps_no_other_from_publishing(publishing: Publishing) -> None:
    publishing.rows.store(article(1))
    other = replace(publishing, folder=publishing.folder / "other", readers={})
    with psycopg.connect(publishing.rows.address) as connection:
        connection.execute("SELECT 1 FROM ecnscrawl.records FOR UPDATE")
        frozen = publishing.user.start_scrapy("publish", str(publishing.folder), "-s", "WORKER_LEASE_SECONDS=5")
        wait_for_lock(publishing)
        frozen.send_signal(signal.SIGSTOP)
    try:
        assert other.publish().status == 0
    finally:
        frozen.send_signal(signal.SIGCONT)
    assert frozen.communicate(timeout=60)[0].startswith("1 record in 1 file")
    for each in (publishing, other):
        each.has_everything()


SLOW_UPDATES = """
CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(3.2); RETURN new; END';
CREATE TRIGGER slow BEFORE UPDATE ON ecnscrawl.records FOR EACH ROW EXECUTE FUNCTION wait();
"""


def test_a_statement_that_takes_longer_than_a_lease_ends_nothing(publishing: Publishing) -> None:
    publishing.rows.store(article(1))
    publishing.rows.execute(SLOW_UPDATES)
    ended = publishing.publish("-s", "WORKER_LEASE_SECONDS=2", "-s", "DATABASE_RETRY_SECONDS=0")
    assert (ended.status, ended.err) == (0, "")
    publishing.has_everything()


def wait_for_lock(publishing: Publishing) -> None:
    """Return as soon as a statement waits for a lock in the database."""
    until, waiting = time.monotonic() + 60, "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with psycopg.connect(publishing.rows.address, autocommit=True) as connection:
        while connection.execute(f"{waiting} AND datname = current_database()".encode()).fetchone() is None:
            assert time.monotonic() < until
            time.sleep(0.05)


def test_a_database_that_goes_away_is_waited_for(publishing: Publishing, postgres_server: dict[str, str]) -> None:
    process = publishing.user.start_scrapy(
        "publish", *FOLLOW, str(publishing.folder), "-s", "DATABASE_RETRY_SECONDS=60"
    )
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        wait_for_file(publishing.folder / ".published")
        publishing.rows.close_to_others()
        assert "trying again" in process.stderr.readline()
        publishing.rows.open_to_others()
        publishing.rows.store(article(1))
        assert process.stdout.readline().startswith("1 record in 1 file")
    finally:
        process.kill()
        process.communicate()


def test_a_database_that_stays_away_ends_it_with_everything_whole(publishing: Publishing) -> None:
    process = publishing.user.start_scrapy(
        "publish", *FOLLOW, str(publishing.folder), "-s", "DATABASE_RETRY_SECONDS=0.5"
    )
    try:
        wait_for_file(publishing.folder / ".published")
        publishing.rows.close_to_others()
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 3, err
    assert err.splitlines()[-1].endswith("; what is published is whole, and the next `publish` goes on"), err


def test_a_full_disk_ends_it_and_the_next_one_goes_on(publishing: Publishing, mounts: Mounts) -> None:
    mounts.mount("-t", "tmpfs", "-o", "size=200k", "tmpfs", at=publishing.folder)
    publishing.rows.store(*(article(number, body="so long " * 1000) for number in range(1, 41)))
    ended = publishing.publish("-s", "FILE_RECORDS=10")
    assert ended.status == 3
    assert ended.err == (
        f"ecnscrawl: error: {publishing.folder}: No space left on device; what is published is whole, and the next"
        " `publish` goes on\n"
    )
    publishing.look()
    mounts.remount("size=8m", publishing.folder)
    assert publishing.publish("-s", "FILE_RECORDS=10").status == 0
    publishing.has_everything()


def test_a_folder_that_cannot_be_written_is_one_line(publishing: Publishing, mounts: Mounts) -> None:
    mounts.mount("-t", "tmpfs", "-o", "ro", "tmpfs", at=publishing.folder)
    ended = publishing.publish()
    assert ended.status == 1
    assert ended.err == (
        f"ecnscrawl: error: {publishing.folder}/.published.lock cannot be written (Read-only file system);"
        " name a folder that can be written\n"
    )


@pytest.mark.parametrize(
    ("words", "environment", "status", "message"),
    [
        ([], {}, 2, "name one folder: `scrapy publish DIR`"),
        (["a", "b"], {}, 2, "name one folder: `scrapy publish DIR`"),
        (["--folow", "a"], {}, 2, "unknown option '--folow'"),
        (["--every", "5", "a"], {}, 2, "--every is about --follow; add that, or leave it out"),
        (["--follow", "--every", "0", "a"], {}, 2, "--every '0' is not a number of seconds up to 86400, a day"),
        (["--follow", "--every", "nan", "a"], {}, 2, "--every 'nan' is not a number of seconds"),
        (["--follow", "--every", "1m", "a"], {}, 2, "--every '1m' is not a number of seconds"),
        (["{file}"], {}, 2, "{file} is not a folder; name one"),
        (["{data}/ecns"], {}, 2, "{data}/ecns lies in the folder of a site; publish into {data}, or another folder"),
        (["a"], {"ECNSCRAWL_DATABASE_URL": ""}, 2, "there is no database to publish from; name it with ECNSCRAWL_DATA"),
        (["a"], {"ECNSCRAWL_DATABASE_URL": NOBODY}, 1, "postgresql://127.0.0.1:1/news cannot be reached ("),
        (["a"], {"ECNSCRAWL_DATABASE_URL": "mysql://a/b"}, 2, "the address of the database is none of PostgreSQL"),
    ],
)
def test_what_cannot_be_is_one_line_and_a_status(
    publishing: Publishing, tmp_path: Path, words: list[str], environment: dict[str, str], status: int, message: str
) -> None:
    places = {"file": str(tmp_path / "file"), "data": str(tmp_path / "data")}
    (tmp_path / "file").touch()
    (tmp_path / "data" / "ecns" / "articles").mkdir(parents=True)
    user = Crawl(tmp_path / "data", publishing.user.environment | environment)
    ended = user.scrapy("publish", *(word.format(**places) for word in words))
    assert (ended.status, ended.out) == (status, "")
    assert ended.err.startswith(f"ecnscrawl: error: {message.format(**places)}"), ended.err
    assert ended.err.count("\n") == 1
    assert "s3cret" not in ended.err


def test_a_database_without_tables_is_one_line(publishing: Publishing) -> None:
    publishing.rows.execute("DROP SCHEMA ecnscrawl CASCADE")
    ended = publishing.publish()
    assert (ended.status, ended.err) == (
        1, "ecnscrawl: error: the database has no tables of ecnscrawl; run `scrapy state init` once\n",
    )  # fmt: skip


@pytest.mark.parametrize("words", [("export", "all.jsonl"), ("load", "sqlite:///news.sqlite"), ("browse", "--no-open")])
@pytest.mark.parametrize("has_folder", [False, True])
def test_where_nothing_is_published_readers_name_publish(
    publishing: Publishing, tmp_path: Path, words: tuple[str, ...], *, has_folder: bool
) -> None:
    user = Crawl(tmp_path / "data", publishing.user.environment)
    if has_folder:
        user.folder.mkdir(parents=True)
    ended = user.scrapy(*words)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.endswith(
        "; a crawl into the database writes none: run `scrapy publish DIR`, and read them with ECNSCRAWL_DATA_DIR=DIR\n"
    )
    assert "scrapy crawl" not in ended.err


def wait_for_file(path: Path) -> None:
    """Return as soon as a file is there."""
    until = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < until, f"{path} never came"
        time.sleep(0.05)
