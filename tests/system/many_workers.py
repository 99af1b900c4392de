"""Several workers of `scrapy watch` on one database, and what their sites' server saw of each."""

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg

from replica import LoggedRequest, Replica
from replica.gazette import Gazette
from tests.system.launching import Process
from tests.system.many_sites import Log, Watcher, watcher

LEASE = 3.0  #: seconds
SETTINGS = ("-s", f"WORKER_LEASE_SECONDS={LEASE:g}", "-s", "WATCH_EVERY_MIN=1", "-s", "COMMIT_SECONDS=0.5")


@dataclass
class RunningWorker:
    """A worker under way."""

    name: str
    process: Process
    log: Log

    def freeze(self) -> None:
        """Stop it as a machine that sleeps does."""
        self.process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        """Let it go on."""
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait(timeout=60)

    def stop(self) -> int:
        """Stop it as a service manager does; return its status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


@dataclass
class Fleet:
    """The workers of a table. Each names itself to the server in its User-Agent."""

    user: Watcher
    replica: Replica
    database: str
    folder: Path
    workers: list[RunningWorker] = field(default_factory=list)
    _connection: psycopg.Connection[Any] | None = field(default=None, init=False)

    def start(self, *words: str, **environment: str) -> RunningWorker:
        """Start one more worker, with a machine's disk of its own."""
        name = f"worker{len(self.workers)}"
        own = {
            "ECNSCRAWL_CONTACT": f"{name}@example.org",
            "ECNSCRAWL_DATABASE_URL": f"{self.database}&application_name={name}",  # as the server shows it
            "ECNSCRAWL_DATA_DIR": str(self.folder / name),
        }
        process = self.user.start_scrapy(*self.user.words(*SETTINGS, *words), **own, **environment)
        self.workers.append(RunningWorker(name, process, Log(process)))
        return self.workers[-1]

    def end(self) -> None:
        """End what is still under way."""
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.process.kill()
                worker.process.wait(timeout=60)
        self._disconnect()

    # What the database has.

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What a statement returns; it is repeated where the server was started again since the last one."""
        try:
            return self._rows(statement, values)
        except psycopg.OperationalError:
            self._disconnect()
            return self._rows(statement, values)

    def _rows(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        if self._connection is None:
            self._connection = psycopg.connect(self.database, autocommit=True)
        cursor = self._connection.execute(statement.encode(), values)
        return cursor.fetchall() if cursor.description else []

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def owners(self) -> dict[str, str]:
        """The process id of each site's owner."""
        return {
            site: owner.split(":")[1]
            for site, owner in self.rows("SELECT site, owner FROM ecnscrawl.sites WHERE owner IS NOT NULL")
        }

    def sites_of(self, worker: RunningWorker) -> list[str]:
        """The sites that a worker owns."""
        return [site for site, pid in self.owners().items() if pid == str(worker.process.pid)]

    # What the server saw.

    def requests_of(self, worker: RunningWorker) -> list[LoggedRequest]:
        """The requests of a worker."""
        return [each for each in self.replica.requests if worker_of(each) == worker.name]

    def last_request_of(self, worker: RunningWorker) -> LoggedRequest:
        """The last request of a worker that has sent some."""
        return next(each for each in reversed(self.replica.requests) if worker_of(each) == worker.name)


def worker_of(request: LoggedRequest) -> str:
    """The name of the worker that sent a request."""
    return request.headers["user-agent"].partition("+")[2].partition("@")[0]


def overlaps(requests: Sequence[LoggedRequest]) -> list[str]:
    """Each site inside which a worker sent a request between two of another one's."""
    found = []
    for host in {each.host for each in requests}:
        order = [worker_of(each) for each in sorted(requests, key=lambda each: each.time) if each.host == host]
        turns = [name for name, before in zip(order, [None, *order], strict=False) if name != before]
        if len(turns) > len(set(turns)):
            found.append(f"{host}: {turns}")
    return found


def shortest_gap(requests: Sequence[LoggedRequest], host: str) -> float:
    """The shortest time between two requests to a host, in seconds."""
    times = sorted(each.time for each in requests if each.host == host)
    return min((later - earlier for earlier, later in pairwise(times)), default=float("inf"))


@contextmanager
def fleet_of(sites: Sequence[Gazette], folder: Path, database: str) -> Iterator[Fleet]:
    """The workers of a table of these sites, none of which is started yet."""
    with Replica([site.site for site in sites]) as replica:
        user = watcher(replica, folder, sites)
        fleet = Fleet(user, replica, database, folder)
        try:
            yield fleet
        finally:
            fleet.end()
