"""A run whose connections are lost, one of them at each exchange with the server: it ends as if nothing had happened."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ecnscrawl.frontier.postgres import schema
from ecnscrawl.frontier.postgres.connection import open_connection
from ecnscrawl.frontier.postgres.site_lease import pauses_of_hosts
from ecnscrawl.frontier.postgres.worker import Worker, WorkerTerms
from ecnscrawl.frontier.server_address import ServerAddress
from ecnscrawl.monitoring.conclusion import CrawlTerms, conclude
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.storage.database.run import DatabaseRun
from ecnscrawl.storage.run_settings import RunSettings
from ecnscrawl.visits import Outcome
from tests.samples import Clock, article, known, visit
from tests.site_folder import store

pytestmark = pytest.mark.system


class CutWorker(Worker):
    """A worker one of whose connections is ended by the server, before an exchange or before its answer arrives."""

    def __init__(self, address: ServerAddress) -> None:
        super().__init__(address, WorkerTerms(retry_seconds=30))
        self.exchanges = 0
        self.cut_at: int | None = None  #: the number of an exchange
        self.loses_answer = False

    def connect(self) -> "psycopg.Connection[Any]":
        connection = super().connect()
        carry_out = connection.wait

        def wait(*arguments: Any, **named: Any) -> object:
            self.exchanges += 1
            is_cut = self.exchanges == self.cut_at
            if is_cut and not self.loses_answer:
                self._cut(connection)
            answer = carry_out(*arguments, **named)
            if is_cut and self.loses_answer:
                self._cut(connection)
                raise psycopg.OperationalError("the answer is lost")
            return answer

        connection.wait = wait  # type: ignore[method-assign, assignment]
        return connection

    def _cut(self, connection: "psycopg.Connection[Any]") -> None:
        with open_connection(self.address) as other:
            other.execute("SELECT pg_terminate_backend(%s, 30000)", [connection.info.backend_pid])


def play(run: DatabaseRun) -> None:
    """Store, read, commit, report and end, as a crawl does."""
    stats = RunStats()
    run.count_with(stats)
    pauses_of_hosts(run)
    for number in (1, 2):
        stats.add(visit(Outcome.NEW, number))
        store(run, article(number))
        run.commit_and_wait()
        assert run.state.article(f"ecns:ihtest{number + 10}") is None
    run.reject(article(3), ["no title"])
    run.note_gone(known(article(4)), 1)
    assert run.state.count() == 2
    conclude(run, stats, CrawlTerms("ecns", keep_days=1), "finished")
    run.finish(is_done=True)
    assert run.failure is None


@pytest.mark.parametrize("loses_answer", [False, True])
def test_a_connection_may_be_lost_at_any_exchange(
    database: ServerAddress, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, *, loses_answer: bool
) -> None:
    monkeypatch.setattr("ecnscrawl.frontier.postgres.connection._FIRST_PAUSE", 0.01)
    with open_connection(database) as connection:
        schema.create(connection)
    worker = CutWorker(database)
    worker.loses_answer = loses_answer

    def run_of(site: str) -> DatabaseRun:
        run = DatabaseRun(tmp_path / site, worker, clock, RunSettings(commit_records=9))
        run.enter()  # at its start nothing is tried again
        return run

    exchanges = count(worker, lambda: play(run_of("uncut")))
    assert exchanges > 20
    for number in range(1, exchanges + 1):
        run = run_of(f"cut-{number}")
        worker.cut_at = worker.exchanges + number
        play(run)
        worker.cut_at = None
    with open_connection(database) as connection:
        for table, rows in (("records", 2), ("articles", 2), ("rejected", 1), ("gone", 1), ("latest_reports", 1)):
            found = connection.execute(f"SELECT site, count(*) FROM ecnscrawl.{table} GROUP BY site".encode())
            assert {rows} == {each for _, each in found.fetchall()}, table
        found = connection.execute(
            "SELECT count(*) FROM ecnscrawl.sites WHERE owner IS NULL AND last_start IS NOT NULL"
        )
        assert found.fetchone() == (exchanges + 1,)
    worker.close()


def count(worker: CutWorker, work: Callable[[], None]) -> int:
    """The number of exchanges of some work."""
    before = worker.exchanges
    work()
    return worker.exchanges - before
