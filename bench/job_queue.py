"""`python -m bench.job_queue [JOBS]`: Procrastinate as the queue of sites, against our row: speed, and three scenes.

Both have so many sites that are due, 10,000 by default, in a PostgreSQL that waits for the disk, and one worker takes
and ends one after the other. Fresh tables have no statistics until PostgreSQL has analyzed them, which it does by
itself after up to a minute. Procrastinate is installed from PyPI into an environment of its own. docs/scaling.md has
figures.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence

import psycopg

from bench import claims
from bench.environments import ROOT, python_with, version_in
from ecnscrawl.frontier.postgres import schema
from tests.postgres import Server, address_of, postgres_that_stops

JOBS = 10_000
SECONDS = 20.0  #: of taking jobs, at most
REQUIREMENTS = ("procrastinate", "psycopg[binary,pool]")
PEER = ROOT / "bench" / "peers" / "procrastinate_queue.py"
OUTAGE, PATIENCE = 45.0, 60.0  #: seconds without a server; for a worker to do something


def peer(server: Server, *words: str) -> list[str]:
    """Return the command of the peer's program."""
    return [python_with(REQUIREMENTS, "procrastinate"), str(PEER), address_of(server.environment), *words]


def ask(server: Server, *words: str) -> str:
    """Run it, and return what it prints."""
    return subprocess.run(peer(server, *words), capture_output=True, text=True, check=True).stdout


def execute(server: Server, statement: str) -> None:
    """Carry out a statement."""
    with psycopg.connect(address_of(server.environment), autocommit=True) as connection:
        connection.execute(statement.encode())


def rate(server: Server) -> float:
    """Return how many jobs a second one worker of the peer takes and ends."""
    fetched, seconds = ask(server, "fetch", str(SECONDS)).split()
    return int(fetched) / float(seconds)


def measure(server: Server, jobs: int) -> None:
    """Print the rates."""
    execute(server, "ALTER SYSTEM SET autovacuum = off")  # it would analyze at a time that nobody knows
    execute(server, "SELECT pg_reload_conf()")
    ask(server, "fill", str(jobs))
    fresh = rate(server)
    execute(server, "ANALYZE")
    analyzed = rate(server)
    version = version_in(python_with(REQUIREMENTS, "procrastinate"), "procrastinate")
    with psycopg.connect(address_of(server.environment), autocommit=True) as connection:
        schema.create(connection)
    ours, _ = claims.measure(address_of(server.environment), jobs, 1)
    print(f"{jobs:,} sites due, one worker\n")
    print("| queue | claims/s, fresh tables | after `ANALYZE` |\n| --- | ---: | ---: |")
    print(f"| Procrastinate {version}, a job a site | {fresh:,.1f} | {analyzed:,.1f} |")
    print(f"| a row of `sites` | {ours:,.1f} | |\n", flush=True)


def after_outage(server: Server) -> str:
    """What a worker of the peer does after the server was away for a moment."""
    worker = subprocess.Popen(peer(server, "work"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: ask(server, "left").strip() == "0")  # the worker has begun
        server.kill()
        time.sleep(OUTAGE)
        server.start()
        ask(server, "add")
        wait_for(lambda: worker.poll() is not None or ask(server, "left").strip() == "0")
        return "it goes on" if worker.poll() is None else "it has ended by itself"
    finally:
        worker.kill()
        worker.wait()


def wait_for(is_so: Callable[[], bool]) -> bool:
    """Wait for something; return whether it came about."""
    until = time.monotonic() + PATIENCE
    while not (came := is_so()) and time.monotonic() < until:
        time.sleep(0.5)
    return came


def main(words: Sequence[str]) -> None:
    """Measure, and play the scenes on a server of their own."""
    jobs = int(words[0]) if words else JOBS
    with postgres_that_stops(synced=True) as server:
        measure(server, jobs)
    with postgres_that_stops(synced=True) as server:
        for line in ask(server, "faults").splitlines():
            print(f"- {line}")
    with postgres_that_stops(synced=True) as server:
        ask(server, "fill", "1")
        print(f"- a worker whose server was away for {OUTAGE:g} s: {after_outage(server)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
