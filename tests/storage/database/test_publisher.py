"""Publishing rows: the order, the names, what is whole after a failure, and whose folder it is."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest

from ecnscrawl.exceptions import AlreadyRunning, CannotStart, StorageFailed, WrongUsage
from ecnscrawl.storage import jsonl
from ecnscrawl.storage.database.publication import number_committed
from ecnscrawl.storage.database.published_folder import PublishedFolder
from ecnscrawl.storage.database.publisher import Publisher
from tests.samples import MORNING, Clock, article
from tests.storage.database.rows import store

pytestmark = pytest.mark.system

Connection = psycopg.Connection[Any]
WAITING = "SELECT 1 FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'"


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    """A connection as a publisher has it."""
    with psycopg.connect(database_url, autocommit=True) as opened:
        yield opened


@contextmanager
def publisher(folder: Path, most: int = 100, sites: list[str] | None = None) -> Iterator[Publisher]:
    published = PublishedFolder(folder)
    with published.locked(MORNING, sites):
        yield Publisher(published, Clock(), most)


def publish(connection: Connection, folder: Path, most: int = 100, sites: list[str] | None = None) -> tuple[int, int]:
    """Publish what is new; return how many files and records."""
    with publisher(folder, most, sites) as publishing:
        publishing.publish_new(connection)
        return publishing.files, publishing.records


def versions(folder: Path, site: str = "ecns") -> list[list[str]]:
    """Id and revision of the records of each file."""
    files = sorted((folder / site / "articles").glob("*.jsonl"))
    return [[f"{each['id'][11:]}-{each['revision']}" for each in map(json.loads, file.open())] for file in files]


def test_a_file_has_what_was_stored_since_the_last_one_as_it_was_stored(connection: Connection, tmp_path: Path) -> None:
    odd = article(1, title="一座桥 “half” \u2028 built", body=None)
    store(connection, odd)
    assert publish(connection, tmp_path) == (1, 1)
    (file,) = (tmp_path / "ecns" / "articles").iterdir()
    assert jsonl.published(file.parent) == [file.name]
    assert json.loads(file.read_bytes())["title"] == odd.title
    store(connection, article(1, revision=2), article(2))
    assert publish(connection, tmp_path) == (1, 2)
    assert publish(connection, tmp_path) == (0, 0)
    assert versions(tmp_path) == [["1-1"], ["1-2", "2-1"]]


def test_each_site_has_a_folder_and_a_file_of_its_own(connection: Connection, tmp_path: Path) -> None:
    store(connection, article(1), article(2, site="example.org"), article(3))
    assert publish(connection, tmp_path) == (2, 3)
    assert versions(tmp_path) == [["1-1", "3-1"]]
    assert versions(tmp_path, "example.org") == [["2-1"]]


def test_a_row_that_is_committed_late_is_published_next(
    connection: Connection, database_url: str, tmp_path: Path
) -> None:
    with psycopg.connect(database_url) as slow:
        store(slow, article(1))
        store(connection, article(2))
        assert publish(connection, tmp_path) == (1, 1)
        slow.commit()
    assert publish(connection, tmp_path) == (1, 1)
    assert versions(tmp_path) == [["2-1"], ["1-1"]]


def test_a_row_gets_its_number_once_though_two_publishers_give_numbers(
    connection: Connection, database_url: str
) -> None:
    numbers = "SELECT id, number FROM ecnscrawl.records ORDER BY number"
    store(connection, article(1))
    with (
        psycopg.connect(database_url, autocommit=True) as first,
        psycopg.connect(database_url, autocommit=True) as second,
    ):
        with first.transaction():
            number_committed(first)
            given = first.execute(numbers).fetchall()
            store(connection, article(2))
            other = Thread(target=number_committed, args=[second])
            other.start()
            while not connection.execute(WAITING, [second.info.backend_pid]).fetchone():
                time.sleep(0.01)
        other.join(60)
    assert connection.execute(numbers).fetchall()[:1] == given
    assert publishes_from(connection, given[0][1]) == [article(2).id]


def publishes_from(connection: Connection, number: int) -> list[str]:
    """The ids that a folder lacks which has all up to this number."""
    rows = connection.execute("SELECT id FROM ecnscrawl.records WHERE number > %s", [number])
    return [id_ for (id_,) in rows]


def test_rows_come_in_the_order_of_their_times(connection: Connection, tmp_path: Path) -> None:
    for number, at in ((1, "2026-11-23T09:00Z"), (2, "2026-11-23T07:00Z"), (3, "2026-11-23T08:00Z")):
        store(connection, article(number), at=at)
    publish(connection, tmp_path)
    assert versions(tmp_path) == [["2-1", "3-1", "1-1"]]


def test_a_revision_never_comes_before_an_earlier_one_though_the_clock_was_set_back(
    connection: Connection, tmp_path: Path
) -> None:
    store(connection, article(1), at="2026-11-23T09:00Z")
    store(connection, article(1, revision=2), article(2), at="2026-11-23T08:00Z")
    publish(connection, tmp_path)
    assert versions(tmp_path) == [["2-1", "1-1", "1-2"]]


def test_no_file_has_more_records_than_it_may_and_names_sort_in_the_order_of_publishing(
    connection: Connection, tmp_path: Path
) -> None:
    store(connection, *map(article, range(1, 8)), at="2026-11-23T08:00Z")
    assert publish(connection, tmp_path, most=3) == (3, 7)
    assert versions(tmp_path) == [["1-1", "2-1", "3-1"], ["4-1", "5-1", "6-1"], ["7-1"]]


def test_each_folder_has_everything(connection: Connection, tmp_path: Path) -> None:
    store(connection, article(1))
    publish(connection, tmp_path / "a")
    store(connection, article(2))
    publish(connection, tmp_path / "b")
    publish(connection, tmp_path / "a")
    assert versions(tmp_path / "a") == [["1-1"], ["2-1"]]
    assert versions(tmp_path / "b") == [["1-1", "2-1"]]


def test_a_folder_of_one_site_has_only_that_site_and_stays_so(connection: Connection, tmp_path: Path) -> None:
    store(connection, article(1), article(2, site="example.org"))
    assert publish(connection, tmp_path, sites=["example.org"]) == (1, 1)
    store(connection, article(3), article(4, site="example.org"))
    assert publish(connection, tmp_path, sites=["example.org"]) == (1, 1)
    assert not (tmp_path / "ecns").exists()
    with pytest.raises(WrongUsage, match=r"has the files of example\.org; name the same sites again, or a new folder"):
        publish(connection, tmp_path)


def test_two_on_one_folder_are_refused(connection: Connection, tmp_path: Path) -> None:
    with (
        publisher(tmp_path),
        pytest.raises(AlreadyRunning, match="another `publish` writes to this folder: pid"),
        publisher(tmp_path),
    ):
        pass


@pytest.mark.parametrize("there", ["articles/20261123T073000Z-1a2b3c.jsonl", "state.sqlite"])
def test_a_folder_with_articles_of_others_is_refused(tmp_path: Path, there: str) -> None:
    path = tmp_path / "ecns" / there
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"{}\n")
    with (
        pytest.raises(WrongUsage, match="has articles that `publish` did not write; name a new folder"),
        publisher(tmp_path),
    ):
        pass
    assert not (tmp_path / ".published").exists()


@pytest.mark.parametrize("content", ["{", '{"version":1}', '{"version":1,"sites":null,"done":null}'])
def test_a_damaged_position_is_named_and_nothing_is_written(
    connection: Connection, tmp_path: Path, content: str
) -> None:
    store(connection, article(1))
    publish(connection, tmp_path)
    (tmp_path / ".published").write_text(content, encoding="utf-8")
    with pytest.raises(CannotStart, match=r"\.published is damaged .*; put a whole copy in its place"):
        publish(connection, tmp_path)


def test_a_database_that_was_restored_from_an_older_backup_is_noticed(connection: Connection, tmp_path: Path) -> None:
    store(connection, article(1))
    publish(connection, tmp_path)
    connection.execute("DELETE FROM ecnscrawl.records; ALTER SEQUENCE ecnscrawl.publication RESTART")
    with pytest.raises(CannotStart, match="has records that the database does not have"):
        publish(connection, tmp_path)
    store(connection, article(2))
    publish(connection, tmp_path / "new")
    with pytest.raises(CannotStart, match="has records that the database does not have"):
        publish(connection, tmp_path)


def test_a_restored_database_that_has_stored_the_same_article_again_is_noticed(
    connection: Connection, tmp_path: Path
) -> None:
    store(connection, article(1), article(2))
    publish(connection, tmp_path)
    connection.execute("DELETE FROM ecnscrawl.records; ALTER SEQUENCE ecnscrawl.publication RESTART")
    store(connection, article(1, title="Corrected meanwhile"), article(2))  # 1-1 has another content than in the folder
    publish(connection, tmp_path / "new")
    with pytest.raises(CannotStart, match="has records that the database does not have"):
        publish(connection, tmp_path)


def test_a_folder_of_an_older_version_is_continued(connection: Connection, tmp_path: Path) -> None:
    store(connection, article(1))
    publish(connection, tmp_path)
    position = json.loads((tmp_path / ".published").read_bytes())
    del position["done"]["last"]["stored_at"]
    (tmp_path / ".published").write_text(json.dumps(position), encoding="utf-8")
    store(connection, article(2))
    assert publish(connection, tmp_path) == (1, 1)
    assert json.loads((tmp_path / ".published").read_bytes())["done"]["last"]["stored_at"]


def test_an_article_that_was_forgotten_since_does_not_disturb(connection: Connection, tmp_path: Path) -> None:
    store(connection, article(1))
    publish(connection, tmp_path)
    connection.execute("DELETE FROM ecnscrawl.records")
    connection.execute("INSERT INTO ecnscrawl.forgotten VALUES ('ecns', %s)", [article(1).id])
    store(connection, article(2))
    publish(connection, tmp_path)
    assert versions(tmp_path) == [["1-1"], ["2-1"]]


def test_the_folder_may_be_a_link_but_none_inside_it_is_followed(connection: Connection, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    store(connection, article(1))
    publish(connection, tmp_path / "link")
    assert versions(tmp_path / "disk") == [["1-1"]]
    (tmp_path / "disk" / "example.org").symlink_to(tmp_path / "elsewhere")
    store(connection, article(2, site="example.org"))
    with pytest.raises(StorageFailed, match="it is a link"):
        publish(connection, tmp_path / "link")
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("site", ["..", ".hidden", "a/b"])
def test_a_site_that_is_no_name_of_a_folder_is_refused(connection: Connection, tmp_path: Path, site: str) -> None:
    store(connection, article(1, site=site))
    with pytest.raises(CannotStart, match="cannot be the name of a folder"):
        publish(connection, tmp_path)


def test_a_file_that_its_reader_compressed_before_the_position_moved_is_not_written_again(
    connection: Connection, tmp_path: Path
) -> None:
    store(connection, article(1), article(2, site="example.org"))
    with publisher(tmp_path) as publishing, monkeypatched_save(publishing.folder), pytest.raises(KeyboardInterrupt):
        publishing.publish_new(connection)
    (file,) = (tmp_path / "ecns" / "articles").iterdir()
    file.rename(f"{file}.gz")  # as if it were compressed
    publish(connection, tmp_path)
    assert [each.name for each in file.parent.iterdir()] == [f"{file.name}.gz"]
    assert versions(tmp_path, "example.org") == [["2-1"]]


@contextmanager
def monkeypatched_save(folder: PublishedFolder) -> Iterator[None]:
    """Interrupt before the position moves behind files that are all there."""
    save = folder.save

    def interrupted(position: Any) -> None:
        if position.under_way is None:
            raise KeyboardInterrupt
        save(position)

    folder.save = interrupted  # type: ignore[method-assign]
    yield
