"""A database that lets its user do less than a crawl needs, and one whose server hangs: what is printed and kept."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ecnscrawl.frontier.postgres.rights import OF_A_RUN
from replica import Replica, Site
from tests.postgres import Server, new_database, postgres_that_stops, psql
from tests.system.crawling import Ended
from tests.system.machines import QUICK, Machines, machines_at

pytestmark = pytest.mark.system

TABLE = '[[site]]\nspider = "ecns"\nevery = "1h"\n'
GRANT = "let its user read and write the tables of the schema ecnscrawl"


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of the test's own, whose roles it makes."""
    with postgres_that_stops() as started:
        yield started


@pytest.fixture
def machines(serve: Callable[[Site], Replica], server: Server, tmp_path: Path) -> Machines:
    """Machines on that server."""
    found = machines_at(serve, new_database(server.environment), tmp_path)
    (tmp_path / "sites.toml").write_text(TABLE, encoding="utf-8")
    return found


def grant(machines: Machines, role: str, *rights: str) -> str:
    """Make a role with these rights; return the address of the database with it as the user."""
    machines.rows(f"CREATE ROLE {role} LOGIN")
    for each in rights:
        machines.rows(f"{each} TO {role}")
    return machines.address.replace("user=postgres", f"user={role}")


USAGE = "GRANT USAGE ON SCHEMA ecnscrawl"
ALL = (USAGE, "GRANT ALL ON ALL TABLES IN SCHEMA ecnscrawl")
ENOUGH = (  # what a crawl carries out, and no more
    USAGE,
    "GRANT SELECT ON ecnscrawl.schema_version",
    *(f"GRANT {rights.replace(' ', ', ')} ON ecnscrawl.{table}" for table, rights in OF_A_RUN.items()),
)


def refused(ended: Ended) -> str:
    """The one line of a command that could not begin."""
    assert (ended.status, ended.out, ended.err.count("\n")) == (1, "", 1), ended.err
    return ended.err


def test_a_user_without_rights_is_refused_at_once_with_those_that_it_needs(machines: Machines, tmp_path: Path) -> None:
    nobody = grant(machines, "nobody")
    for words in (["crawl", "ecns"], ["status"], ["publish", str(tmp_path / "out")], ["state", "init"]):
        line = refused(machines.crawl.scrapy(*words, ECNSCRAWL_DATABASE_URL=nobody))
        assert "permission denied for " in line
        assert GRANT in line
    reader = grant(
        machines, "reader", "GRANT USAGE ON SCHEMA ecnscrawl", "GRANT SELECT ON ALL TABLES IN SCHEMA ecnscrawl"
    )
    watch = ["watch", str(tmp_path / "sites.toml"), "--once"]
    for words in (["crawl", "ecns"], watch):
        line = refused(machines.crawl.scrapy(*words, ECNSCRAWL_DATABASE_URL=reader))
        assert "permission denied for table sites" in line
        assert GRANT in line
    name = machines.rows("SELECT current_database()")[0][0]
    machines.rows(f"ALTER ROLE postgres IN DATABASE {name} SET default_transaction_read_only = on")
    line = refused(machines.crawl.scrapy(*watch))
    assert f"postgresql:///{name}: cannot execute CREATE TABLE in a read-only transaction; name the server that" in line
    machines.rows(f"BEGIN READ WRITE; ALTER ROLE postgres IN DATABASE {name} RESET ALL; COMMIT")
    machines.rows(f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC")
    line = refused(machines.crawl.scrapy(*watch, ECNSCRAWL_DATABASE_URL=grant(machines, "notemp", *ALL)))
    assert f"postgresql:///{name}: permission denied to create temporary tables" in line
    assert machines.rows("SELECT count(*) FROM ecnscrawl.records") == [(0,)]


def test_a_user_without_one_of_the_rights_is_refused_before_anything_is_begun(
    machines: Machines, tmp_path: Path
) -> None:
    keeps = grant(machines, "keeps", *ALL)
    machines.rows("REVOKE DELETE ON ALL TABLES IN SCHEMA ecnscrawl FROM keeps")
    for words in (["crawl", "ecns"], ["watch", str(tmp_path / "sites.toml")]):
        line = refused(machines.crawl.scrapy(*words, ECNSCRAWL_DATABASE_URL=keeps))
        assert f"postgresql:///{machines.rows('SELECT current_database()')[0][0]}: permission denied" in line
        assert "for table pending (DELETE)" in line
        assert GRANT in line
    publish = ["publish", str(tmp_path / "out")]
    line = refused(machines.crawl.scrapy(*publish, ECNSCRAWL_DATABASE_URL=keeps))
    assert "permission denied for sequence publication (USAGE)" in line
    machines.rows("REVOKE UPDATE ON ecnscrawl.records FROM keeps")
    line = refused(machines.crawl.scrapy(*publish, ECNSCRAWL_DATABASE_URL=keeps))
    assert "permission denied for table records (UPDATE)" in line
    assert not (tmp_path / "out").exists()
    assert not machines.replica.requests


def test_a_server_with_too_many_connections_is_waited_for(machines: Machines) -> None:
    few = grant(machines, "few", *ENOUGH)
    machines.rows("ALTER ROLE few CONNECTION LIMIT 2")  # a crawl reads, claims and writes
    process = machines.crawl.start(*QUICK, ECNSCRAWL_DATABASE_URL=few)
    until = time.monotonic() + 60
    while len(machines.replica.requests) < 10:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.05)
    machines.rows("ALTER ROLE few CONNECTION LIMIT -1")
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err.count("\n")) == (0, 1), err
    machines.has_all()


def test_a_server_that_hangs_ends_the_run_with_one_line(machines: Machines, server: Server) -> None:
    address = f"{machines.address}&connect_timeout=2"
    lease = ("-s", "WORKER_LEASE_SECONDS=6", "-s", "DATABASE_RETRY_SECONDS=1")
    process = machines.crawl.start(*QUICK, *lease, "-s", "DOWNLOAD_DELAY=0.05", ECNSCRAWL_DATABASE_URL=address)
    while not machines.rows("SELECT 1 FROM ecnscrawl.records LIMIT 1"):
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    frozen = freeze(server)
    try:
        ended = Ended(0, *process.communicate(timeout=120))
    finally:
        thaw(frozen)
    assert (process.returncode, ended.stats["status"]) == (3, "unhealthy"), ended.err
    assert "what was stored before is whole" in ended.stats["reason"]
    assert "Traceback" not in ended.err
    machines.let_lease_end()
    assert machines.crawl.run(*QUICK).status == 0
    machines.has_all()


def test_a_signal_ends_what_waits_for_a_server_that_hangs(machines: Machines, server: Server, tmp_path: Path) -> None:
    """With the settings as they are: a lease of a minute."""
    crawl = machines.begin()
    (tmp_path / "others.toml").write_text('[[site]]\nspider = "news"\nsite = "other.example"\n', encoding="utf-8")
    watch = machines.crawl.start_scrapy("watch", str(tmp_path / "others.toml"))
    while not machines.rows("SELECT 1 FROM ecnscrawl.sites WHERE site = 'other.example' AND owner IS NOT NULL"):
        assert watch.poll() is None, watch.communicate()
        time.sleep(0.02)
    frozen = freeze(server)
    try:
        crawl.go_on()
        time.sleep(1)
        for process in (crawl.process, watch):
            process.send_signal(signal.SIGTERM)
        ends = [process.communicate(timeout=25) for process in (crawl.process, watch)]
    finally:
        thaw(frozen)
    assert (crawl.process.returncode, watch.returncode) == (3, 0), ends
    assert "Traceback" not in "".join(err for _, err in ends)
    (line,) = ends[0][1].splitlines()
    assert "did not answer before the process had to end; what was stored before is whole" in line
    machines.let_lease_end()
    assert machines.crawl.run(*QUICK).status == 0
    machines.has_all()


def thaw(frozen: list[int]) -> None:
    """Let the processes go on; the parent last, as it takes no ended child away meanwhile."""
    for pid in reversed(frozen):
        os.kill(pid, signal.SIGCONT)


def freeze(server: Server) -> list[int]:
    """Freeze the processes of a server: the one that takes connections, and then its children. Returns all."""
    folder = psql(server.environment, "SHOW data_directory").strip()
    first = int(Path(folder, "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
    os.kill(first, signal.SIGSTOP)
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(first)], capture_output=True, text=True, check=True)
    children = [int(pid) for pid in listed.stdout.split()]
    for pid in children:
        os.kill(pid, signal.SIGSTOP)
    return [first, *children]
