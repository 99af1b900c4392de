"""`python -m bench.job_queue [JOBS ...]`: Procrastinate as the queue of sites, against our table: speed, failures.

By default 5,000 and 10,000 sites are due in each. One worker takes and finishes one after the other. PostgreSQL waits
for the disk. Fresh tables have no statistics until PostgreSQL analyzes them, which it does by itself within a minute.
On a machine that does other work too, compare the processor's time; for our table it includes the start, in which the
worker enters all sites. Then Procrastinate's worker is frozen, dies, and loses its server for a while. Procrastinate
is installed from PyPI into an environment of its own. docs/scaling.md has figures.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg

from bench.environments import python_with, version_in
from bench.ours import ROOT
from ecnscrawl.frontier.postgres import schema
from tests.postgres import Server, address_of, postgres_that_stops, psql

JOBS = (5_000, 10_000)
SECONDS = 20.0  #: of taking jobs, at most
REQUIREMENTS = ("procrastinate", "psycopg[binary,pool]")
PEER = ROOT / "bench" / "peers" / "procrastinate_queue.py"
OUTAGE, PATIENCE = 45.0, 60.0  #: seconds without a server; at most for a worker to react


def peer(server: Server, *words: str) -> list[str]:
    """Return the command of the peer's program."""
    return [python_with(REQUIREMENTS, "procrastinate"), str(PEER), address_of(server.environment), *words]


def ask(server: Server, *words: str) -> str:
    """Run the peer's program, and return what it prints."""
    return subprocess.run(peer(server, *words), capture_output=True, text=True, check=True).stdout


def execute(server: Server, statement: str) -> None:
    """Execute a statement."""
    with psycopg.connect(address_of(server.environment), autocommit=True) as connection:
        connection.execute(statement.encode())


def server_seconds(server: Server) -> float:
    """Return the processor time of a server and its processes so far, in seconds. It reads Linux's /proc."""
    folder = psql(server.environment, "SHOW data_directory").strip()
    first = Path(folder, "postmaster.pid").read_text(encoding="utf-8").split()[0]
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        own, ended = [
            sum(map(int, fields[start : start + 2])) for start in (11, 13)
        ]  # user and system, of children too
        if path.parent.name == first:
            ticks += own + ended
        elif fields[1] == first:
            ticks += own
    return ticks / os.sysconf("SC_CLK_TCK")


def measured(server: Server, work: Callable[[], tuple[int, float]]) -> str:
    """Return the cells of a row: claims a second, and milliseconds of the server's processor for each."""
    before = server_seconds(server)
    claimed, seconds = work()
    return f"{claimed / seconds:,.1f} | {(server_seconds(server) - before) * 1000 / claimed:,.2f}"


def fetch(server: Server) -> tuple[int, float]:
    """Let one worker of the peer fetch and finish jobs; return how many, and in how many seconds."""
    fetched, seconds = ask(server, "fetch", str(SECONDS)).split()
    return int(fetched), float(seconds)


def claim(server: Server, sites: int) -> tuple[int, float]:
    """Let one of our workers claim and release sites; return how many, and in how many seconds."""
    command = [sys.executable, "-m", "bench.claims", "--work", address_of(server.environment), str(sites)]
    claimed, seconds = subprocess.run(command, input="\n", capture_output=True, text=True, check=True).stdout.split()[
        1:
    ]
    return int(claimed), float(seconds)


def measure(server: Server, jobs: int) -> None:
    """Print a row for each queue."""
    execute(server, "ALTER SYSTEM SET autovacuum = off")  # it would analyze at a time that nobody knows
    execute(server, "SELECT pg_reload_conf()")
    version = version_in(python_with(REQUIREMENTS, "procrastinate"), "procrastinate")
    print(f"{jobs:,} sites due, one worker, PostgreSQL {psql(server.environment, 'SHOW server_version').strip()}\n")
    print("| queue | tables | claims/s | ms of the server's processor a claim |\n| --- | --- | ---: | ---: |")
    ask(server, "fill", str(jobs))
    for tables in ("fresh", "analyzed"):
        print(
            f"| Procrastinate {version}, a job a site | {tables} | {measured(server, lambda: fetch(server))} |",
            flush=True,
        )
        execute(server, "ANALYZE")
    with psycopg.connect(address_of(server.environment), autocommit=True) as connection:
        schema.create(connection)
    print(f"| a row of `sites` | fresh | {measured(server, lambda: claim(server, jobs))} |\n", flush=True)


def after_outage(server: Server) -> str:
    """Take the server away for OUTAGE seconds; return what the peer's worker does when it is back."""
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
    """Wait up to PATIENCE seconds until something is so; return whether it is."""
    until = time.monotonic() + PATIENCE
    while not (came := is_so()) and time.monotonic() < until:
        time.sleep(0.5)
    return came


def main(words: Sequence[str]) -> None:
    """Measure the speed, and then the failures on servers of their own."""
    for jobs in [int(word) for word in words] or JOBS:
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
