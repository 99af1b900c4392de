"""The output for monitors: `scrapy status` and reports/metrics.prom, after healthy and unhealthy runs."""

import json
import re
import shutil
from pathlib import Path

import pytest

from ecnscrawl.monitoring.durations import format_duration
from replica import Replica
from tests.system.crawling import Crawl
from tests.system.judged_runs import COUNTS, STORIES, Runs, metrics, runs, stats
from tests.system.newsstand import Newsstand
from tests.system.rendering import until

__all__ = ["runs"]  # a fixture

pytestmark = pytest.mark.system


def test_the_runs_of_this_module_ended_as_planned(runs: Runs) -> None:
    assert [after.report["exit_status"] for after in (runs.first, runs.healthy, runs.last)] == [3, 0, 3]
    assert runs.healthy.report["counts"] == dict.fromkeys(COUNTS, 0) | {"new": 4, "failed": 1}


def test_the_metrics_of_a_healthy_run_are_those_of_its_report(runs: Runs) -> None:
    assert metrics(runs.healthy.prom) == stats(runs.healthy.report, last_healthy=runs.healthy.report)


def test_the_metrics_of_an_unhealthy_run_keep_the_time_of_the_last_healthy_one(runs: Runs) -> None:
    assert metrics(runs.last.prom) == stats(runs.last.report, last_healthy=runs.healthy.report)


def test_where_no_run_was_healthy_the_metrics_have_no_time_of_one(runs: Runs) -> None:
    assert metrics(runs.first.prom) == stats(runs.first.report, last_healthy=None)


def test_the_metrics_name_the_labels_by_what_they_are(runs: Runs) -> None:
    assert 'ecnscrawl_last_run_articles{site="ecns",outcome="new"} 4\n' in runs.healthy.prom
    assert 'ecnscrawl_last_run_responses{site="ecns",status="404"} ' in runs.healthy.prom


def test_the_table_shows_the_runs_newest_first_with_the_reasons(runs: Runs) -> None:
    ended = runs.status("ecns")
    assert ended.status == 0, ended.err
    rows = [line for line in ended.out.splitlines() if re.match(r"20\d\d-", line)]
    reports = [after.report for after in (runs.last, runs.healthy, runs.first)]
    assert len(rows) == len(reports)
    for row, report in zip(rows, reports, strict=True):
        outcomes = [str(report["counts"][outcome]) for outcome in ("new", "updated", "unchanged", "failed")]
        started = report["started_at"][:16].replace("T", " ")
        assert re.split("  +", row) == [started, report["status"], *outcomes, format_duration(report["seconds"])]
    assert runs.last.report["reasons"][0] in " ".join(ended.out.split())


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_the_table_fits_its_terminal(runs: Runs, columns: int) -> None:
    *lines, totals, _ = runs.status("ecns", columns=columns).out.splitlines()
    assert totals.startswith("ecns: runs=3 new=4 ")  # for grep, so on one line
    assert max(map(len, lines)) <= columns
    assert "".join("".join(lines).split()).count("|".join(runs.last.report["reasons"]).replace(" ", "")) == 2
    assert [line for line in lines if "…" in line] == []


def test_the_last_line_says_when_the_last_healthy_run_was(runs: Runs) -> None:
    ended = runs.status()
    assert re.fullmatch(r"ecns: last healthy run (\d+ min )?\d+ s ago", ended.out.splitlines()[-1])
    assert ended.err == ""


def test_json_has_the_runs_and_their_totals(runs: Runs) -> None:
    found = runs.json()
    assert found["site"] == "ecns"
    reports = [after.report for after in (runs.last, runs.healthy, runs.first)]
    keys = ("run", "started_at", "status", "exit_status", "reasons", "counts", "seconds", "files")
    assert found["runs"] == [{key: report[key] for key in keys} for report in reports]
    totals = {each: sum(report["counts"][each] for report in reports) for each in COUNTS}
    assert found["totals"] == {"runs": 3, **totals}
    assert found["last_healthy"] == runs.healthy.report["finished_at"]
    assert 0 <= found["hours_since_healthy"] < 0.1
    assert found["is_stale"] is False


def test_without_a_healthy_run_in_three_hours_the_status_is_3(runs: Runs) -> None:
    ended = runs.status("ecns", hours_later=3.2)
    assert (ended.status, ended.out.splitlines()[0].split()[0]) == (3, "started")
    assert re.fullmatch(r"ecns: last healthy run 3 h \d+ min ago, too long: HEALTH_STALE_HOURS is 3\n", ended.err)


def test_how_many_hours_are_too_long_is_a_setting(runs: Runs) -> None:
    assert runs.status("-s", "HEALTH_STALE_HOURS=30", hours_later=29).status == 0


def test_the_old_name_of_that_setting_works_in_a_settings_module_too(runs: Runs, tmp_path: Path) -> None:
    (tmp_path / "old_names.py").write_text("from ecnscrawl.settings import *\n\nSTALE_HOURS = 30\n")
    environment = {"PYTHONPATH": str(tmp_path), "SCRAPY_SETTINGS_MODULE": "old_names"}
    ended = Crawl(runs.crawl.data, runs.crawl.environment | environment).scrapy("status", "-s", "HEALTH_STALE_HOURS=0")
    assert (ended.status, ended.err.splitlines()[1:]) == (3, [ended.err.splitlines()[-1]])
    assert ended.err.endswith("too long: HEALTH_STALE_HOURS is 0\n")  # -s comes before any module
    ended = Crawl(runs.crawl.data, runs.crawl.environment | environment).scrapy("crawl", "ecns", "-a", "sections=?")
    assert ended.status == 0
    assert ended.err == (
        "ecnscrawl: warning: the setting STALE_HOURS is now HEALTH_STALE_HOURS; the old name works in this release only\n"
    )


def test_a_site_that_never_ran_is_stale(runs: Runs, tmp_path: Path) -> None:
    never = Crawl(tmp_path / "data", runs.crawl.environment)
    ended = never.scrapy("status", "--json")
    assert (ended.status, ended.err) == (3, "")
    sites = json.loads(ended.out)
    assert [found["site"] for found in sites] == ["chinanews", "ecns"]
    for found in sites:
        assert (found["runs"], found["last_healthy"], found["hours_since_healthy"]) == ([], None, None)
        assert found["is_stale"] is True
    assert not never.data.exists()


def test_where_nothing_ever_ran_one_line_for_each_site_says_so_and_where(runs: Runs, tmp_path: Path) -> None:
    never = Crawl(tmp_path / "data", runs.crawl.environment)
    chinanews, ecns = (
        f"{site}: no run yet in {never.data / site / 'reports'}; run `scrapy crawl {site}`\n"
        for site in ("chinanews", "ecns")
    )
    ended = never.scrapy("status", "ecns")
    assert (ended.status, ended.out, ended.err) == (3, "", ecns)
    ended = never.scrapy("status")
    assert (ended.status, ended.out, ended.err) == (3, "", chinanews + ecns)


@pytest.mark.parametrize("below", ["", "/deeper"])
@pytest.mark.parametrize(
    "words", [("status",), ("status", "ecns", "--json"), ("export", "a.csv"), ("browse",), ("state", "rebuild", "ecns")]
)
def test_a_data_folder_that_is_a_file_is_refused_with_the_way_out(
    runs: Runs, tmp_path: Path, words: tuple[str, ...], below: str
) -> None:
    (tmp_path / "file").write_text("mine")
    ended = Crawl(Path(f"{tmp_path}/file{below}"), runs.crawl.environment).scrapy(*words)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == (
        f"ecnscrawl: error: {tmp_path}/file is a file, not a folder; name a folder with ECNSCRAWL_DATA_DIR\n"
    )


@pytest.mark.parametrize("command", ["status", "export", "browse", "state"])
def test_a_setting_without_a_value_is_refused_in_one_line(runs: Runs, command: str) -> None:
    ended = runs.crawl.scrapy(command, "-s", "HEALTH_STALE_HOURS")
    assert (ended.status, ended.out) == (2, "")
    refusal = f"Invalid -s value, use -s NAME=VALUE; `scrapy {command} -h` lists the options"
    assert ended.err == f"ecnscrawl: error: {refusal}\n"


def test_an_unknown_option_is_refused_in_one_line(runs: Runs) -> None:
    ended = runs.status("--jsno")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == "ecnscrawl: error: unknown option '--jsno'; `scrapy status -h` lists the options\n"


def test_a_site_that_never_was_healthy_is_stale(runs: Runs, tmp_path: Path) -> None:
    unlucky = Crawl(tmp_path / "data", runs.crawl.environment)
    report = f"{runs.first.report['run']}.json"
    (unlucky.folder / "reports").mkdir(parents=True)
    shutil.copy(runs.crawl.folder / "reports" / report, unlucky.folder / "reports" / report)
    ended = unlucky.scrapy("status")
    assert (ended.status, ended.err) == (3, "ecns: no healthy run yet\n")


def test_an_unknown_site_is_refused_in_one_line(runs: Runs) -> None:
    ended = runs.status("ecsn")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == "ecnscrawl: error: unknown site 'ecsn' (did you mean 'ecns'?); known are chinanews, ecns\n"


def beside(runs: Runs, folder: Path, *contents: bytes) -> Crawl:
    """A copy of the data with files in place of older reports that hold this."""
    copy = Crawl(folder, runs.crawl.environment)
    shutil.copytree(runs.crawl.folder, copy.folder)
    for number, content in enumerate(contents):
        (copy.folder / "reports" / f"20200101T000000Z-00000{number}.json").write_bytes(content)
    return copy


def test_invalid_reports_are_ignored(runs: Runs, tmp_path: Path) -> None:
    torn = b'{"run": "20200101T000000Z-000000", "sta'
    ended = beside(runs, tmp_path, torn, b"", b"[]", b"\xff").scrapy("status", "--json")
    assert (ended.status, ended.err) == (0, "")
    assert len(json.loads(ended.out)[0]["runs"]) == 3


def test_a_report_without_a_shown_key_is_ignored(runs: Runs, tmp_path: Path) -> None:
    ended = beside(runs, tmp_path, b'{"run": "20200101T000000Z-000000"}').scrapy("status", "--json")
    assert (ended.status, ended.err) == (0, "")
    assert len(json.loads(ended.out)[0]["runs"]) == 3


def test_a_report_without_a_shown_key_does_not_disturb_a_run(runs: Runs, tmp_path: Path) -> None:
    crawl = beside(runs, tmp_path, b'{"run": "20200101T000000Z-000000"}')
    ended = crawl.run("-a", "sections=world")
    assert ended.stats["status"] == "unhealthy"  # the site still forbids all
    assert ended.err.splitlines() == [ended.last_line]
    assert metrics((crawl.folder / "reports" / "metrics.prom").read_text()) == stats(
        crawl.report, last_healthy=runs.healthy.report
    )


def test_after_a_first_run_that_was_killed_it_says_so(tmp_path: Path) -> None:
    stand = Newsstand()
    stand.publish(*STORIES)
    stand.list("/world/", [story.url for story in STORIES])
    for story in STORIES[1:]:
        stand.site.replace(story.path(), delay=60)
    with Replica(stand.site) as replica:
        crawl = Crawl(tmp_path / "data", replica.environment())
        process = crawl.start("-a", "sections=world", "-s", "COMMIT_RECORDS=1")
        until(lambda: list((crawl.folder / "articles").glob(".*.part")))
        running = crawl.scrapy("status")
        assert running.err == "ecns: a run is under way; it writes its report when it ends\n"
        process.kill()
        process.communicate()
        killed = crawl.scrapy("status")
        assert killed.err == "ecns: a run was killed; the next run recovers what it stored\n"
        assert "no run yet" not in killed.out + killed.err
        assert (killed.status, json.loads(crawl.scrapy("status", "--json").out)[0]["unfinished"]) == (3, "killed")
