"""The report of a run on a database is a row, also where the run has failed."""

import json

import pytest

from ecnscrawl.frontier.postgres.connection import open_connection
from ecnscrawl.frontier.server_address import ServerAddress
from ecnscrawl.monitoring.conclusion import Conclusion, CrawlTerms, conclude
from ecnscrawl.monitoring.report_files import read_earlier
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.storage.database.run import DatabaseRun
from tests.samples import MORNING, Clock
from tests.storage.database.conftest import BeginRun
from tests.storage.database.stored_rows import read_only, rows, stored

pytestmark = pytest.mark.system


def ended(run: DatabaseRun, stats: RunStats) -> Conclusion:
    run.count_with(stats)
    return conclude(run, stats, CrawlTerms("ecns", keep_days=1), "finished")


def test_the_report_is_a_row_and_the_next_run_goes_on_with_it(begin_run: BeginRun, database: ServerAddress) -> None:
    run, stats = begin_run(), RunStats()
    run.count_with(stats)
    stored(run, stats, 1)
    assert ended(run, stats).last_line == "ecns healthy new=1 updated=0 unchanged=0 failed=0 seconds=0 file=-"
    columns = "run, started_at, status, was_stopped, is_idle, report"
    ((name, started_at, *facts, report),) = rows(database, f"SELECT {columns} FROM ecnscrawl.reports")
    assert (name, started_at, *facts) == (run.id, MORNING, "healthy", False, False)
    assert json.loads(str(report))["counts"]["new"] == 1
    idle = begin_run()
    earlier = read_earlier(idle.reports)
    assert earlier.last_healthy == "2026-11-23T07:30:00Z"
    assert earlier.history["title"] != ""
    ended(idle, RunStats())
    assert [each.run_id for each in idle.reports.newest_first()] == [idle.id, run.id]
    latest = json.loads(idle.reports.latest() or b"")
    assert (latest["run"], latest["history"]["title"]) == (idle.id, earlier.history["title"])
    kept = json.loads(next(idle.reports.newest_first()).read())
    assert (kept["run"], "history" in kept) == (idle.id, False)


def test_old_reports_are_removed_but_for_the_newest(begin_run: BeginRun, database: ServerAddress, clock: Clock) -> None:
    with open_connection(database) as connection:
        for number in range(100):
            connection.execute(
                "INSERT INTO ecnscrawl.reports VALUES ('ecns', %s, now(), now(), 'healthy', false, false, '{}')",
                [f"20261001T0000{number:02}Z-000000"],
            )
    clock.go(3 * 86_400)
    ended(begin_run(), RunStats())
    found = rows(database, "SELECT count(*), min(run) FROM ecnscrawl.reports")
    assert found == [(90, "20261001T000011Z-000000")]


def test_a_run_that_failed_says_so_in_its_report_when_the_database_is_back(
    begin_run: BeginRun, database: ServerAddress
) -> None:
    run, stats = begin_run(commit_records=1), RunStats()
    run.count_with(stats)
    with read_only(database):
        stored(run, stats, 1)
        run.publish()
    found = ended(run, stats)
    assert found.verdict.exit_status == 3
    assert "new=0 " in found.last_line
    assert rows(database, "SELECT status FROM ecnscrawl.reports") == [("unhealthy",)]


def test_a_report_that_cannot_be_written_is_a_reason_in_the_last_line(
    begin_run: BeginRun, database: ServerAddress
) -> None:
    run, stats = begin_run(), RunStats()
    with read_only(database):
        found = ended(run, stats)
    assert found.verdict.exit_status == 3
    assert "the report could not be written: cannot execute SELECT FOR SHARE in a read-only" in found.last_line
