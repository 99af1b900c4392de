"""`python -m bench.load [N] [KIND ...]`: measure time and peak memory of a load of N records into a database.

It loads into SQLite, DuckDB and PostgreSQL if no kind is named, and fails below the promised rate. Each rate
is compared with that of a plain program, which only reads the lines and writes them to SQLite, without checks, keys and
further tables. Processor time hardly depends on other work on the machine; it leaves out that of PostgreSQL's server.

100,000 records, 316 MB of JSON Lines, on two cores with little else to do (26 November 2026):

    plain         3 s   30,221 records/s
    sqlite        4 s   22,758 records/s    4 s of the processor     79 MB
    duckdb        5 s   19,660 records/s    5 s of the processor    839 MB
    postgresql    5 s   21,279 records/s    3 s of the processor    114 MB

Of 1,000,000 records SQLite takes 45 s. While ten other processes keep the cores busy, each rate falls to a fifth of
this, also that of the plain program.
"""

import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from bench.export import publish
from bench.ours import ROOT, SCRAPY, numbers
from bench.whole_process import Measured, measured
from tests.postgres import postgres
from tests.system.loading import KINDS, Target, file_target, server_target

MIN_RATE = 5000  # records a second


def load(data: Path, target: Target) -> Measured:
    """Run the load, and return what it cost."""
    loaded = measured([SCRAPY, "load", target.address], os.environ | {"ECNSCRAWL_DATA_DIR": str(data)}, ROOT)
    if loaded.status:
        sys.exit(f"the load failed with exit status {loaded.status}: {loaded.err}")
    return loaded


def plain_seconds(articles: Path, target: Path) -> float:
    """Return the seconds in which a program without checks and further tables writes the records to SQLite."""
    started = time.monotonic()
    with closing(sqlite3.connect(target)) as database:
        for file in sorted(articles.iterdir()):
            rows = [tuple(map(_cell, json.loads(line).values())) for line in file.open("rb")]
            if file == min(articles.iterdir()):
                database.execute(f"CREATE TABLE articles ({', '.join(f'c{number}' for number in range(len(rows[0])))})")
            database.executemany(f"INSERT INTO articles VALUES ({', '.join('?' * len(rows[0]))})", rows)
        database.commit()
    return time.monotonic() - started


def _cell(value: object) -> object:
    return json.dumps(value) if isinstance(value, list) else value


def main(words: Sequence[str]) -> int:
    """Print the results; return the exit status."""
    kinds = [word for word in words if word in KINDS] or KINDS
    (count,) = numbers(words, 1_000_000)
    rates = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        articles = folder / "data" / "ecns" / "articles"
        size = publish(articles, count)
        print(f"{count:,} records, {size:,.0f} MB")
        plain = plain_seconds(articles, folder / "plain.sqlite")
        (folder / "plain.sqlite").unlink()
        print(
            f"{'into':>12} {'seconds':>8} {'records/s':>10} {'to plain':>9} {'processor s':>12} {'peak MB':>8}"
            f" {'at least':>9}"
        )
        print(f"{'plain':>12} {plain:>8.0f} {count / plain:>10,.0f} {1:>9.2f}", flush=True)
        for kind in kinds:
            target = _new_target(kind, folder, stack.enter_context)
            loaded = load(folder / "data", target)
            assert target.counts["articles"] == count
            rates.append(count / loaded.seconds)
            print(
                f"{kind:>12} {loaded.seconds:>8.0f} {rates[-1]:>10,.0f} {plain / loaded.seconds:>9.2f}"
                f" {loaded.processor:>12.0f} {loaded.peak_memory / 1e6:>8.0f}"
                f" {MIN_RATE:>9,}",
                flush=True,
            )
    is_slow = min(rates) < MIN_RATE
    print(f"below the {MIN_RATE:,} records a second that are promised" if is_slow else "all are fast enough")
    return int(is_slow)


def _new_target(kind: str, folder: Path, enter: Callable[..., dict[str, str]]) -> Target:
    if kind == "postgresql":
        return server_target(enter(postgres()))
    return file_target(kind, folder / f"news.{kind}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
