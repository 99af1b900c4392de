"""`python -m bench.records [ARTICLES] [ROWS]`: measure how much room records take in a database, and publishing them.

A crawl of `bench.site` with ARTICLES (1,000) stores the records, and three more crawls find nothing new; the growth of
PostgreSQL's log (WAL) is measured. Then ROWS (100,000) copies of the records, under other ids, are stored and published
in five parts, with a VACUUM between them, so that PostgreSQL uses the room of old row versions again. Only the speed
depends on the machine. The server is Debian's, on the same machine, and waits for its disk. docs/scaling.md has the
figures.
"""

import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg

from bench.ours import FULL_SPEED, ROOT, SCRAPY, environment, numbers
from bench.site import Served, served
from bench.whole_process import Measured, measured
from tests.postgres import new_database, postgres

ARTICLES, ROWS = 1_000, 100_000
PARTS = 5
IDLE_RUNS = 3
REPORTS = 10_000
_STATEMENT = re.compile(r"LOG:  (?:execute [^:]*|statement): *(\w+)")
_COPY = """
INSERT INTO ecnscrawl.records (site, id, revision, run, content_hash, record)
SELECT site, id || '-' || %(part)s || '-' || row_number() OVER (), revision, run, content_hash, record
FROM ecnscrawl.records, generate_series(1, %(times)s) WHERE run = %(run)s LIMIT %(most)s
"""
_COPY_REPORT = """
INSERT INTO ecnscrawl.reports (site, run, started_at, finished_at, status, was_stopped, is_idle, report)
SELECT site, run || '-' || number, started_at, finished_at, status, was_stopped, is_idle, report
FROM ecnscrawl.reports, generate_series(1, %s) AS number WHERE run = %s
"""


class Database:
    """The database of the benchmark."""

    def __init__(self, server: dict[str, str]) -> None:
        self.address = new_database(server)
        self._log = Path(server["PGHOST"]) / "server.log"
        self._seen = 0
        self.execute(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET log_statement = ''all''', current_database()); END $$"
        )

    def execute(self, statement: str, values: Sequence[Any] | dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Carry out a statement, and return its rows."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def number(self, expression: str) -> float:
        """Return the value of an expression."""
        return float(self.execute(f"SELECT {expression}")[0][0])

    def wal(self) -> float:
        """Return how many bytes the log has."""
        return self.number("pg_current_wal_lsn() - '0/0'")

    def statements(self) -> list[str]:
        """Return the first words of the statements since the last call."""
        text = self._log.read_text(encoding="utf-8", errors="replace")
        found, self._seen = _STATEMENT.findall(text[self._seen :]), len(text)
        return found

    def bytes_a_row(self, table: str) -> float:
        """Return the size of a table with its indexes, by its rows."""
        self.execute(f"VACUUM ANALYZE ecnscrawl.{table}")
        return self.number(f"pg_total_relation_size('ecnscrawl.{table}')::float8 / count(*) FROM ecnscrawl.{table}")


def scrapy(database: Database, variables: Mapping[str, str], *words: str) -> Measured:
    """Run a command with the database. Ends the program if it fails."""
    with tempfile.TemporaryDirectory() as data:
        names = {"ECNSCRAWL_DATABASE_URL": database.address, "ECNSCRAWL_DATA_DIR": data}
        run = measured([SCRAPY, *words], environment(variables, names), ROOT)
    if run.status:
        sys.exit(run.err[-2000:])
    return run


def crawl(database: Database, site: Served) -> tuple[float, list[str]]:
    """Crawl, and return how many bytes that has added to the log, and the statements."""
    variables = dict(site.environment) | {"CHROMIUM_PATH": sys.executable}
    database.statements()
    before = database.wal()
    scrapy(database, variables, "crawl", "ecns", *FULL_SPEED)
    return database.wal() - before, database.statements()


def measure_runs(database: Database, articles: int) -> None:
    """Crawl once with new articles and then without, and print what the runs wrote."""
    with served(articles) as site:
        new, _ = crawl(database, site)
        stored = database.number("count(*) FROM ecnscrawl.records")
        idle = [crawl(database, site) for _ in range(IDLE_RUNS)]
    print(f"| written to the log (WAL) for a new article | {new / stored:,.0f} bytes |")
    least, most = (round(function(wal for wal, _ in idle), -2) for function in (min, max))
    print(f"| written to the log by a run that finds nothing new | {least:,.0f} to {most:,.0f} bytes |")
    words = idle[-1][1]
    print(f"| statements of such a run, transactions among them | {len(words)}, {words.count('COMMIT')} |", flush=True)


def measure_reports(database: Database) -> None:
    """Print what the report of each kind of run takes."""
    runs = database.execute("SELECT run, is_idle FROM ecnscrawl.reports ORDER BY run")
    for run, name in ((runs[0][0], "with new articles"), (runs[-1][0], "that finds nothing new")):
        database.execute("CREATE TABLE ecnscrawl.kept AS TABLE ecnscrawl.reports")
        database.execute(_COPY_REPORT, [REPORTS, run])
        size = database.bytes_a_row("reports")
        print(f"| a report of a run {name}: row and indexes | {size:,.0f} bytes |", flush=True)
        database.execute("TRUNCATE ecnscrawl.reports")
        database.execute("INSERT INTO ecnscrawl.reports TABLE ecnscrawl.kept")
        database.execute("DROP TABLE ecnscrawl.kept")


def measure_records(database: Database, rows: int) -> None:
    """Store and publish records, and print how fast that is and what they take."""
    stored = int(database.number("count(*) FROM ecnscrawl.records"))
    run = database.execute("SELECT run FROM ecnscrawl.records LIMIT 1")[0][0]
    part, seconds = rows // PARTS, 0.0
    database.execute("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET log_statement', current_database()); END $$")
    with tempfile.TemporaryDirectory() as published:
        scrapy(database, {}, "publish", published)
        for number in range(PARTS):
            values = {"part": number, "times": part // stored + 1, "run": run, "most": part}
            database.execute(_COPY, values)
            database.execute("VACUUM ANALYZE ecnscrawl.records")
            seconds += scrapy(database, {}, "publish", published).seconds
    length = database.number("avg(octet_length(record)) FROM ecnscrawl.records")
    size = database.bytes_a_row("records")
    print(f"| a record of {length:,.0f} bytes: row and indexes | {size:,.0f} bytes |")
    print(f"| `scrapy publish` of {part:,} records, the start included | {rows / seconds:,.0f} records/s |", flush=True)


def main(words: Sequence[str]) -> None:
    """Print the table."""
    articles, rows = numbers(words, ARTICLES, ROWS)
    print("| what | figure |\n| --- | ---: |")
    with postgres(synced=True) as server:
        database = Database(server)
        measure_runs(database, articles)
        measure_reports(database)
        measure_records(database, rows)


if __name__ == "__main__":
    main(sys.argv[1:])
