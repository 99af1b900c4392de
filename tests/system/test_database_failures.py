"""A database that fails during a crawl: what is printed, and that nothing is known that is not stored."""

import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from ecnscrawl.frontier.postgres import schema
from ecnscrawl.frontier.postgres.connection import open_connection
from ecnscrawl.frontier.server_address import ServerAddress
from replica import Replica, Site
from tests.postgres import Server, new_database, postgres_that_stops, psql
from tests.system.crawling import Ended
from tests.system.machines import ARTICLES, QUICK, Machines, machines_at
from tests.system.mounts import Mounts

pytestmark = pytest.mark.system

Serve = Callable[[Site], Replica]
PATIENT, IMPATIENT = ("-s", "DATABASE_RETRY_SECONDS=60"), ("-s", "DATABASE_RETRY_SECONDS=1")
WHOLE = "what was stored before is whole"


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for something that must come about; fails after a minute."""
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


def is_healthy(ended: Ended) -> None:
    """Nothing was lost, and nothing is printed but the last line."""
    assert (ended.status, ended.stats["new"], len(ended.err.splitlines())) == (0, str(ARTICLES), 1), ended.err


def gave_up(ended: Ended, machines: Machines, *, reported: bool) -> str:
    """What is kept is what the last line counts. Returns the reason."""
    assert len(ended.err.splitlines()) == 1, ended.err
    assert ended.status == 3
    stored = machines.rows("SELECT count(*) FROM ecnscrawl.records")[0][0]
    assert (int(ended.stats["new"]), 0 < stored < ARTICLES) == (stored, True)
    assert len(machines.rows("SELECT run FROM ecnscrawl.reports")) == reported
    return ended.stats["reason"]


def goes_on(machines: Machines) -> None:
    """The next run stores the rest, and each version is there once."""
    machines.let_lease_end()
    ended = machines.crawl.run(*QUICK)
    assert ended.status == 0, ended.err
    machines.has_all()


# A server that is stopped.


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of the test's own."""
    with postgres_that_stops() as started:
        yield started


@pytest.fixture
def on_server(serve: Serve, server: Server, tmp_path: Path) -> Machines:
    """Machines on that server."""
    return machines_at(serve, new_database(server.environment), tmp_path)


def test_a_server_that_is_killed_and_comes_back_costs_time_only(on_server: Machines, server: Server) -> None:
    crawl = on_server.begin(*PATIENT)
    server.kill()
    crawl.go_on()
    time.sleep(1)
    server.start()
    is_healthy(crawl.end())
    on_server.has_all()


def test_a_server_that_stays_away_ends_the_run_with_one_line(on_server: Machines, server: Server) -> None:
    crawl = on_server.begin(*IMPATIENT)
    server.kill()
    ended = crawl.end()
    server.start()
    reason = gave_up(ended, on_server, reported=False)
    assert f"No such file or directory; {WHOLE}; the report could not be written" in reason
    goes_on(on_server)


def test_a_signal_ends_a_run_that_waits_for_its_server(on_server: Machines, server: Server) -> None:
    crawl = on_server.begin(*PATIENT)
    server.kill()
    crawl.go_on()
    time.sleep(0.5)
    crawl.process.send_signal(signal.SIGTERM)
    begun = time.monotonic()
    ended = crawl.end()
    assert time.monotonic() < begun + 20
    server.start()
    assert WHOLE in gave_up(ended, on_server, reported=False)
    goes_on(on_server)


def test_a_wrong_password_is_refused_at_once_and_a_right_one_is_never_printed(
    on_server: Machines, server: Server
) -> None:
    rules = Path(psql(server.environment, "SHOW hba_file").strip())
    rules.write_text("local all desk scram-sha-256\nlocal all all trust\n", encoding="utf-8")
    psql(
        server.environment,
        "CREATE ROLE desk SUPERUSER LOGIN PASSWORD 'right/word'",
        "SELECT pg_reload_conf()",
    )
    place = on_server.address.partition("///")[2].replace("&user=postgres", "")
    crawl, listing = on_server.crawl, ("-a", "sections=world")
    ended = crawl.run(ECNSCRAWL_DATABASE_URL=f"postgresql://desk:wrong%2Fword@/{place}")
    assert (ended.status, len(ended.err.splitlines())) == (1, 1), ended.err
    assert 'password authentication failed for user "desk"' in ended.err
    assert "wrong" not in ended.err
    for arguments, password in (
        (["-s", f"DATABASE_URL=postgresql://desk:right%2Fword@/{place}"], ""),
        (["-s", f"DATABASE_URL=postgresql:///{place}&user=desk&password=right%2Fword"], ""),
        (["-s", f"DATABASE_URL=postgresql://desk@/{place}"], "right/word"),
    ):
        ended = crawl.run(*listing, *arguments, "-L", "DEBUG", PGPASSWORD=password)
        assert ended.status == 0, ended.err
        assert not re.search(r"right(/|%2F)word", ended.err)


# A server that refuses.


@pytest.fixture
def machines(serve: Serve, database_url: str, tmp_path: Path) -> Machines:
    """Machines on the server of all tests."""
    return machines_at(serve, database_url, tmp_path)


def drop_connections(machines: Machines) -> None:
    """End all other connections to the database."""
    machines.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


def test_connections_that_are_dropped_again_and_again_cost_time_only(machines: Machines) -> None:
    crawl = machines.begin(*PATIENT)
    crawl.go_on()
    for _ in range(5):
        drop_connections(machines)
        time.sleep(0.1)
    is_healthy(crawl.end())
    machines.has_all()


def set_read_only(machines: Machines, value: str) -> None:
    """Let all new connections be read-only, as those of a standby, or no more."""
    machines.rows(
        "BEGIN READ WRITE; DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only ="
        f" {value}', current_database()); END $$; COMMIT"
    )
    drop_connections(machines)


def test_a_read_only_database_is_waited_for(machines: Machines) -> None:
    crawl = machines.begin(*PATIENT)
    set_read_only(machines, "on")
    crawl.go_on()
    time.sleep(0.5)
    set_read_only(machines, "off")
    is_healthy(crawl.end())
    machines.has_all()


def test_a_database_that_stays_read_only_ends_the_run_with_one_line(machines: Machines) -> None:
    crawl = machines.begin(*IMPATIENT)
    set_read_only(machines, "on")
    ended = crawl.end()
    set_read_only(machines, "off")
    assert f"cannot execute SELECT FOR SHARE in a read-only transaction; {WHOLE}" in gave_up(
        ended, machines, reported=False
    )
    goes_on(machines)


def test_a_slow_database_holds_back_requests_and_nothing_else(machines: Machines) -> None:
    crawl = machines.begin(*PATIENT, "-s", "COMMIT_RECORDS=1")
    requests = machines.replica.requests
    with psycopg.connect(machines.address) as connection:
        connection.execute("LOCK TABLE ecnscrawl.records IN SHARE MODE")
        before = len(requests)
        crawl.go_on()
        wait_until(lambda: len(requests) > before)  # the event loop does not wait
        seen = [-1, len(requests)]
        while seen[-1] > seen[-2]:
            time.sleep(0.5)
            seen.append(len(requests))
        assert crawl.process.poll() is None
        assert machines.rows("SELECT count(*) FROM ecnscrawl.records")[0][0] < ARTICLES
    is_healthy(crawl.end())
    machines.has_all()


def test_a_run_that_was_frozen_past_its_lease_stores_nothing_more(machines: Machines) -> None:
    crawl = machines.begin("-s", "WORKER_LEASE_SECONDS=2")
    crawl.process.send_signal(signal.SIGSTOP)
    crawl.go_on()
    machines.let_lease_end()
    other = machines.crawl.run(*QUICK)
    assert other.status == 0, other.err
    time.sleep(2)  # the lease has ended by the frozen run's own clock too
    asked = len(machines.replica.requests)
    crawl.process.send_signal(signal.SIGCONT)
    ended = crawl.end()
    assert (ended.status, "Traceback" in ended.err) == (3, False), ended.err
    assert "may belong to another worker" in ended.stats["reason"]
    assert ended.stats["reason"].endswith("the report could not be written: another worker has taken over ecns")
    assert len(machines.replica.requests) == asked
    machines.has_all()


# A full disk.


@dataclass
class SmallDisk:
    """A disk on which a database has little room."""

    folder: Path
    machines: Machines

    def fill(self) -> None:
        """Leave no room."""
        with (self.folder / "filler").open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))

    def clear(self) -> None:
        """Make room again."""
        (self.folder / "filler").unlink()


@pytest.fixture
def disk(serve: Serve, postgres_server: dict[str, str], tmp_path: Path, mounts: Mounts) -> Iterator[SmallDisk]:
    """A database in a tablespace on a disk of its own."""
    folder = Path(postgres_server["PGHOST"]) / tmp_path.parent.name / tmp_path.name
    mounts.mount("-t", "tmpfs", "-o", "size=24m", "tmpfs", at=folder)
    owner = folder.parent.parent.owner()
    space = folder / "space"
    space.mkdir()
    shutil.chown(space, owner)
    name = f"small_{abs(hash(tmp_path.name)):x}"
    psql(postgres_server, f"CREATE TABLESPACE {name} LOCATION '{space}'", f"CREATE DATABASE {name} TABLESPACE {name}")
    host, user = quote(postgres_server["PGHOST"], safe=""), postgres_server["PGUSER"]
    address = f"postgresql://{user}@{host}/{name}"
    with open_connection(ServerAddress("a small one", address)) as connection:
        schema.create(connection)
    yield SmallDisk(folder, machines_at(serve, address, tmp_path))
    psql(postgres_server, f"DROP DATABASE {name} WITH (FORCE)", f"DROP TABLESPACE {name}")


def test_a_full_disk_is_waited_for(disk: SmallDisk) -> None:
    crawl = disk.machines.begin(*PATIENT)
    disk.fill()
    crawl.go_on()
    time.sleep(1)
    disk.clear()
    is_healthy(crawl.end())
    disk.machines.has_all()


def test_a_disk_that_stays_full_ends_the_run_with_one_line(disk: SmallDisk) -> None:
    crawl = disk.machines.begin(*IMPATIENT)
    disk.fill()
    ended = crawl.end()
    disk.clear()
    reason = gave_up(ended, disk.machines, reported=False)
    assert f"No space left on device; {WHOLE}" in reason
    goes_on(disk.machines)
