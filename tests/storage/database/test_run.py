"""A run on a database: what is in its rows, and when."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event

import pytest

from ecnscrawl.exceptions import AlreadyRunning, CannotStart, StorageFailed
from ecnscrawl.frontier.postgres.connection import open_connection
from ecnscrawl.frontier.postgres.worker import Worker, WorkerTerms
from ecnscrawl.frontier.server_address import ServerAddress
from ecnscrawl.items import to_json
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.storage.database.run import DatabaseRun
from ecnscrawl.visits import Outcome
from tests.samples import MORNING, Clock, article, known
from tests.site_folder import store
from tests.storage.database.conftest import BeginRun
from tests.storage.database.stored_rows import read_only, rows, stored

pytestmark = pytest.mark.system

NOW = int(MORNING.timestamp())


def ids(database: ServerAddress) -> list[object]:
    """The ids of the records that are in the database."""
    return [id_ for (id_,) in rows(database, "SELECT id FROM ecnscrawl.records ORDER BY id")]


@contextmanager
def committed(run: DatabaseRun) -> Iterator[None]:
    """What is stored here is committed at the end, and the run has noted it."""
    has_ended = Event()
    run.on_write_end = has_ended.set
    yield
    assert has_ended.wait(30)
    run.commit_if_due()


def test_a_run_whose_database_fails_while_it_begins_cannot_start_and_leaves_its_site(
    begin_run: BeginRun, database: ServerAddress
) -> None:
    with open_connection(database) as connection:
        connection.execute("ALTER TABLE ecnscrawl.pauses RENAME until TO at")  # of the last table that is read
    with pytest.raises(CannotStart, match='column "until" does not exist'):
        begin_run()
    assert rows(database, "SELECT owner FROM ecnscrawl.sites") == [(None,)]


def test_a_record_is_a_row_as_a_file_would_have_it(begin_run: BeginRun, database: ServerAddress) -> None:
    run = begin_run()
    store(run, article(1), article(2))
    run.finish()
    found = rows(database, "SELECT site, id, revision, run, content_hash, record FROM ecnscrawl.records ORDER BY id")
    assert found == [
        ("ecns", each.id, 1, run.id, bytes.fromhex(each.content_hash), to_json(each))
        for each in (article(1), article(2))
    ]
    assert (run.files, run.records, run.has_published) == ([], {}, True)


def test_what_is_stored_is_known_to_the_next_run_and_its_id_and_number_follow(
    begin_run: BeginRun, clock: Clock
) -> None:
    run = begin_run()
    store(run, article(1))
    run.finish()
    clock.go(-3600)
    again = begin_run()
    assert again.state.article("ecns:ihtest1") == known(article(1))
    assert (again.number, again.id > run.id) == (2, True)


def test_a_record_and_its_id_come_in_one_transaction_and_are_seen_before(
    begin_run: BeginRun, database: ServerAddress
) -> None:
    run = begin_run(commit_records=2)
    store(run, article(1))
    assert run.state.article("ecns:ihtest1") == known(article(1))
    assert ids(database) == []
    store(run, article(2))
    run.publish()
    assert ids(database) == ["ecns:ihtest1", "ecns:ihtest2"]
    assert rows(database, "SELECT count(*) FROM ecnscrawl.articles") == [(2,)]


def test_a_commit_goes_on_while_further_changes_come(begin_run: BeginRun, database: ServerAddress) -> None:
    run = begin_run(commit_records=1)
    with open_connection(database) as other, other.transaction():
        other.execute("LOCK TABLE ecnscrawl.records")
        store(run, *(article(number) for number in range(5)))
        assert run.has_room
        store(run, *(article(number) for number in range(5, 15)))
        assert not run.has_room
        assert run.state.count() == 15
    run.publish()
    assert len(ids(database)) == 15
    assert run.failure is None


def test_a_second_run_is_refused_while_the_first_is_under_way(begin_run: BeginRun, database: ServerAddress) -> None:
    first = begin_run()
    other = Worker(database, WorkerTerms())
    with pytest.raises(AlreadyRunning, match=first.worker.claims.name):
        begin_run(other)
    first.finish()
    begin_run(other).finish()
    other.close()


def test_a_run_that_is_not_published_leaves_only_what_was_committed(
    begin_run: BeginRun, database: ServerAddress
) -> None:
    run = begin_run(commit_records=1)
    with committed(run):
        store(run, article(1))
    with open_connection(database) as connection:
        connection.execute("UPDATE ecnscrawl.sites SET owner = NULL")
    other = Worker(database, WorkerTerms())
    taken = begin_run(other)
    store(run, article(2))
    run.publish()
    assert run.failure is not None
    assert "another worker has taken over ecns" in run.failure
    assert ids(database) == ["ecns:ihtest1"]
    taken.finish()
    other.close()


def test_a_worker_whose_run_ends_without_its_site_has_another_name(
    begin_run: BeginRun, worker: Worker, database: ServerAddress
) -> None:
    run, name = begin_run(), worker.claims.name
    with open_connection(database) as connection:  # as a standby that lacks the claim, and will give its epoch again
        connection.execute("UPDATE ecnscrawl.sites SET owner = NULL, lease_until = NULL, epoch = epoch - 1")
    worker.claims.renew()
    run.finish()
    assert run.is_lost
    assert worker.claims.name != name


@pytest.mark.parametrize("kept", [0, 1])
def test_a_run_whose_commits_a_new_server_lacks_stores_nothing_more(
    begin_run: BeginRun, database: ServerAddress, kept: int
) -> None:
    run, before = begin_run(commit_records=1), {}
    run.state.prefetch(["ecns:ihtest1", "ecns:ihtest2"])  # as when a listing names them
    for number in (1, 2):
        if number == kept + 1:
            for table in ("articles", "records", "facts"):
                before[table] = rows(database, f"SELECT {table}::text FROM ecnscrawl.{table}")
        with committed(run):
            store(run, article(number))
    with open_connection(database) as connection:  # as a standby, to which the last commits had not come yet
        for table, texts in before.items():
            connection.execute(f"DELETE FROM ecnscrawl.{table}".encode())
            for (text,) in texts:
                connection.execute(f"INSERT INTO ecnscrawl.{table} SELECT (%s::ecnscrawl.{table}).*".encode(), [text])
    with run.changing() as state:
        for number in (1, 2):
            state.mark_gone(f"ecns:ihtest{number}", NOW, NOW)
    run.publish()
    assert run.failure is not None
    assert "the last commit of ecns is missing in the database: a standby took over before it had it" in run.failure
    assert run.is_lost
    known_ids = rows(database, "SELECT id FROM ecnscrawl.articles ORDER BY id")
    assert [id_ for (id_,) in known_ids] == ids(database) == [f"ecns:ihtest{number + 1}" for number in range(kept)]


def test_rejected_and_gone_articles_are_rows(begin_run: BeginRun, database: ServerAddress) -> None:
    run = begin_run()
    for number in (1, 2):
        run.reject(article(number, title=""), ["no title", "and\0more"])
    run.note_gone(known(article(3)), NOW)
    run.note_gone(known(article(3)), NOW + 5)
    run.note_return(known(article(4), gone_at=NOW - 60), NOW)
    run.finish()
    assert rows(database, "SELECT id, reasons, record::json ->> 'id' FROM ecnscrawl.rejected ORDER BY place") == [
        (f"ecns:ihtest{number}", ["no title", "andmore"], f"ecns:ihtest{number}") for number in (1, 2)
    ]
    found = rows(database, "SELECT id, first_gone_at, last_gone_at, back_at FROM ecnscrawl.gone ORDER BY id")
    assert found == [
        ("ecns:ihtest3", MORNING, MORNING, None),
        ("ecns:ihtest4", MORNING - timedelta(seconds=60), MORNING, MORNING),
    ]


# A database that gives out.


def test_a_connection_that_is_dropped_is_opened_again(begin_run: BeginRun, database: ServerAddress) -> None:
    run = begin_run(commit_records=1)
    store(run, article(1))
    with read_only(database):
        pass  # which drops all connections, twice
    store(run, article(2))
    run.publish()
    assert run.failure is None
    assert ids(database) == ["ecns:ihtest1", "ecns:ihtest2"]


def test_a_database_that_refuses_for_too_long_is_one_clear_failure_and_nothing_uncommitted_counts(
    begin_run: BeginRun, database: ServerAddress
) -> None:
    run, stats = begin_run(commit_records=1), RunStats()
    run.count_with(stats)
    with committed(run):
        stored(run, stats, 1)
    with read_only(database):
        stored(run, stats, 2)
        run.publish()
        assert run.failure == (
            "the test's database: cannot execute SELECT FOR SHARE in a read-only transaction;"
            " what was stored before is whole"
        )
        with pytest.raises(StorageFailed):
            store(run, article(3))
    assert stats.counts == {Outcome.NEW: 1}
    assert ids(database) == ["ecns:ihtest1"]


def test_a_run_that_has_lost_its_site_does_not_wait_for_its_write(
    begin_run: BeginRun, worker: Worker, database: ServerAddress
) -> None:
    run = begin_run(commit_records=1)
    assert run.claim is not None
    with open_connection(database) as other, other.transaction():
        other.execute("LOCK TABLE ecnscrawl.records")
        store(run, article(1))
        worker.claims.stop_renewing(run.claim)  # as if its lease had ended
        run.finish()
    assert str(run.failure).startswith("ecns may belong to another worker")


def test_what_was_written_before_the_lease_ended_counts_also_where_the_run_has_not_noted_it_yet(
    begin_run: BeginRun, worker: Worker, database: ServerAddress
) -> None:
    run, stats, has_ended = begin_run(commit_records=1), RunStats(), Event()
    run.count_with(stats)
    run.on_write_end = has_ended.set
    stored(run, stats, 1)
    assert has_ended.wait(30)
    assert run.claim is not None
    worker.claims.stop_renewing(run.claim)  # as if its lease had ended
    run.publish()
    assert (run.failure, run.is_lost) == (None, True)
    assert stats.counts == {Outcome.NEW: 1}
    assert ids(database) == ["ecns:ihtest1"]


# Runs that cannot start.


def test_a_database_without_tables_or_server_is_refused_at_once(tmp_path: object, database: ServerAddress) -> None:
    for url, message in (
        (database.url, r"no tables of ecnscrawl; run `.* state init` once"),
        ("postgresql://127.0.0.1:1/nothing", r"cannot be reached \(connection to server .* refused"),
    ):
        worker = Worker(ServerAddress("there", url), WorkerTerms())
        with pytest.raises(CannotStart, match=message):
            worker.open()
