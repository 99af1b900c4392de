"""Runs on a real database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ecnscrawl.frontier.postgres import schema
from ecnscrawl.frontier.postgres.connection import open_connection
from ecnscrawl.frontier.postgres.worker import Worker, WorkerTerms
from ecnscrawl.frontier.server_address import ServerAddress
from ecnscrawl.storage.database.run import DatabaseRun
from ecnscrawl.storage.run_settings import RunSettings
from tests.samples import Clock

BeginRun = Callable[..., DatabaseRun]  #: enters a run of a worker


@pytest.fixture
def worker(database: ServerAddress) -> Iterator[Worker]:
    """A worker on a database with tables."""
    with open_connection(database) as connection:
        schema.create(connection)
    made = Worker(database, WorkerTerms(retry_seconds=1))
    yield made
    made.close()


@pytest.fixture
def begin_run(worker: Worker, tmp_path: Path, clock: Clock) -> Iterator[BeginRun]:
    """Enters runs of the site `ecns`; those still under way end with the test."""
    begun: list[DatabaseRun] = []

    def enter(by: Worker = worker, **settings: object) -> DatabaseRun:
        run = DatabaseRun(tmp_path / "data" / "ecns", by, clock, RunSettings(**settings))  # type: ignore[arg-type]
        run.enter()
        begun.append(run)
        return run

    yield enter
    for run in begun:
        run.finish()
