"""`python -m bench.claims [SITES …]`: measure how many due sites workers claim a second.

Each worker is a process with a table of all sites. It claims what is due and releases it as done, as `scrapy watch`
does, but it runs nothing. The server is that of the tests, but it waits for its disk. docs/scaling.md has figures.
"""

import subprocess
import sys
import time

import psycopg

from ecnscrawl.frontier.postgres import schema
from ecnscrawl.frontier.postgres.due_sites import DueSites
from ecnscrawl.frontier.postgres.held_claims import HeldClaims
from ecnscrawl.frontier.sharing import WatchedSite
from tests.postgres import address_of, postgres

SIZES = (1_000, 10_000, 100_000)
WORKERS = 8
SECONDS = 10.0  #: of claiming, at most
HELD = 32  #: claims that a worker has at once: WORKER_RUNS
LEASE, DAY = 60.0, 86_400.0


def sites(number: int) -> list[WatchedSite]:
    """Return a table of so many sites."""
    return [WatchedSite(f"paper{place:06d}.example", DAY, "here") for place in range(number)]


def work(address: str, number: int) -> None:
    """Claim and release sites as a worker. Begins at a line on standard input; prints the claims, and the seconds."""
    claims = HeldClaims(lambda: psycopg.connect(address, autocommit=True), LEASE)
    table = DueSites(claims, sites(number))
    table.now()
    print("ready", flush=True)
    sys.stdin.readline()
    until, claimed, held = time.monotonic() + SECONDS, 0, []
    began = time.monotonic()
    while time.monotonic() < until and (claim := table.claim(["here"])) is not None:
        claimed += 1
        held.append(claim)
        if len(held) > HELD:
            claims.release(held.pop(0), is_done=True)
    print(claimed, time.monotonic() - began, flush=True)
    claims.close()


def measure(address: str, number: int, workers: int) -> tuple[float, float]:
    """Return the claims a second of so many workers, and the seconds in which the first one made its table known."""
    command = [sys.executable, "-m", "bench.claims", "--work", address, str(number)]
    began = time.monotonic()
    processes: list[subprocess.Popen[str]] = []
    for _ in range(workers):  # one after the other: all would insert the same sites at once
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        process.stdout.readline()
        if not processes:
            filled = time.monotonic() - began
        processes.append(process)
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    results = [process.communicate()[0].split() for process in processes]
    return sum(int(claimed) for claimed, _ in results) / max(float(seconds) for _, seconds in results), filled


def main(sizes: list[int]) -> None:
    """Print a line for each number of sites."""
    print("| sites due | claims/s, 1 worker | claims/s, 8 workers | table known after |\n| --- | --- | --- | --- |")
    with postgres(synced=True) as server:
        address = address_of(server)
        for number in sizes:
            rates = []
            for workers in (1, WORKERS):
                with psycopg.connect(address, autocommit=True) as connection:
                    connection.execute("DROP SCHEMA IF EXISTS ecnscrawl CASCADE")
                    schema.create(connection)
                rate, filled = measure(address, number, workers)
                rates.append(rate)
            print(f"| {number:,} | {rates[0]:,.0f} | {rates[1]:,.0f} | {filled:.1f} s |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        work(sys.argv[2], int(sys.argv[3]))
    else:
        main([int(each) for each in sys.argv[1:]] or list(SIZES))
