"""The end of a run: what is published, counted, judged and reported, whatever went wrong before."""

import json
import re
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from ecnscrawl.exceptions import AlreadyRunning, StorageFailed
from ecnscrawl.monitoring.conclusion import Conclusion, CrawlTerms, conclude
from ecnscrawl.monitoring.dashboard import render
from ecnscrawl.monitoring.report_reader import last_reports, last_start
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.monitoring.status import status_of
from ecnscrawl.monitoring.thresholds import Thresholds
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.endings import Ending
from ecnscrawl.storage.folder.reports import FileReports
from ecnscrawl.storage.folder.run import FileRun
from ecnscrawl.storage.run_settings import RunSettings
from ecnscrawl.visits import Outcome
from tests.samples import Begin, Clock, address, article, known, visit
from tests.site_folder import no_file_larger_than, published, reported, store

TERMS = CrawlTerms("ecns", {"sections": "world"})


def latest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "reports" / "latest.json").read_bytes())
    return found


def stored(run: FileRun, stats: RunStats, *numbers: int) -> None:
    """Store and count articles, as the pipeline does."""
    for number in numbers:
        stats.add(visit(Outcome.NEW, number))
        stats.add_record(article(number), {}, Source(address(number).url, b"<p>x</p>"))
        store(run, article(number))


def counted(begin: Begin, **settings: Any) -> tuple[FileRun, RunStats]:
    run, stats = begin(run_settings=RunSettings(**settings)), RunStats()
    run.count_with(stats)
    return run, stats


def ended(run: FileRun, stats: RunStats, terms: CrawlTerms = TERMS, end: str | None = "finished") -> Conclusion:
    return conclude(run, stats, terms, end)


def test_what_was_stored_is_published_and_reported(begin: Begin, folder: Path) -> None:
    run, stats = counted(begin)
    stored(run, stats, 1, 2)
    found = ended(run, stats)
    assert (found.verdict.reasons, found.verdict.exit_status, found.notes) == ([], 0, [])
    assert published(folder) == run.files
    assert found.last_line == f"ecns healthy new=2 updated=0 unchanged=0 failed=0 seconds=0 file={run.files[0]}"
    report = latest(folder)
    assert (report["files"], report["counts"]["new"]) == (run.files, 2)
    assert (report["run"], report["site"], report["arguments"]) == (run.id, "ecns", {"sections": "world"})


def test_the_next_run_can_begin(begin: Begin) -> None:
    run, stats = counted(begin)
    ended(run, stats)
    begin().finish()


def test_a_run_that_gives_up_reports_what_is_stored_and_nothing_else(begin: Begin, folder: Path) -> None:
    run, stats = counted(begin, commit_records=1)
    stored(run, stats, 1)
    with no_file_larger_than(100), pytest.raises(StorageFailed):
        stored(run, stats, 2)
    assert stats.counts[Outcome.NEW] == 2
    found = ended(run, stats, end=run.failure)
    assert found.verdict.reasons == [run.failure]
    assert "new=1 " in found.last_line
    assert (latest(folder)["counts"]["new"], latest(folder)["exit_status"]) == (1, 3)
    assert sum(latest(folder)["records"].values()) == 1


def test_a_run_that_no_signal_has_ended_was_stopped(begin: Begin, folder: Path) -> None:
    run, stats = counted(begin)
    assert ended(run, stats, end=None).verdict.reasons == ["stopped by a signal"]
    assert latest(folder)["reasons"] == ["stopped by a signal"]


@pytest.mark.parametrize(
    ("end", "was_stopped"),
    [("shutdown", True), ("removed", True), (None, True), ("finished", False), ("RUN_MAX_BYTES", False)],
)
def test_a_run_that_was_stopped_is_no_start_from_which_the_next_one_counts(
    begin: Begin, folder: Path, end: str | None, was_stopped: bool
) -> None:
    run, stats = counted(begin)
    ended(run, stats, end=end)
    assert latest(folder)["was_stopped"] == was_stopped
    start = last_start(folder / "reports")
    assert start == (None if was_stopped else run.started_at.replace(microsecond=0).timestamp())


def test_a_feed_that_failed_is_the_last_of_the_reasons(begin: Begin, folder: Path) -> None:
    run, stats = counted(begin)
    stats.feed_failures.append("the feed one.jsonl is not finished")
    ended(run, stats, end=None)
    assert latest(folder)["reasons"] == ["stopped by a signal", "the feed one.jsonl is not finished"]


def test_a_report_that_cannot_be_written_is_a_reason_in_the_last_line(begin: Begin, folder: Path) -> None:
    run, stats = counted(begin)
    (folder / "reports" / "latest.json").mkdir()
    found = ended(run, stats)
    assert found.verdict.exit_status == 3
    assert 'reason="the report could not be written: Is a directory"' in found.last_line


def test_the_report_has_warnings_that_only_the_end_can_give_beside_the_earlier_ones(begin: Begin, folder: Path) -> None:
    run, stats = counted(begin)
    run.warnings = ["the state was damaged"]
    stats.listing("world").ends_at = date(2026, 11, 5)
    stats.listing("business").reaches_since = True
    found = ended(run, stats)
    assert found.notes == ["listing world ends at 2026-11-05; others reach back to since"]
    assert latest(folder)["warnings"] == ["the state was damaged", *found.notes]
    assert found.verdict.reasons == []


@pytest.mark.parametrize(
    ("has_begun_a_walk", "ignores_stop_rule", "expected"), [(True, False, 1), (False, False, 0), (True, True, 0)]
)
@pytest.mark.parametrize("how", ["requests", "dead links"])
def test_a_listing_without_an_end_gets_less_next_time(
    begin: Begin, how: str, has_begun_a_walk: bool, ignores_stop_rule: bool, expected: int
) -> None:
    run, stats = counted(begin)
    if has_begun_a_walk:
        with run.changing() as state:
            state.begin_walk("world", run.number)
    if how == "requests":
        stats.overspent["world"] = 500
    else:
        stats.listings_left.add("world")
    ended(run, stats, CrawlTerms("ecns", ignores_stop_rule=ignores_stop_rule))
    assert begin().state.overspent("world") == expected


def test_an_alarm_has_pages_that_show_it(begin: Begin, folder: Path) -> None:
    run, stats = counted(begin)
    source = Source(address().url, b"<p>no end")
    for number in range(3):
        stats.add(visit(Outcome.NEW, number, source=source, endings=(Ending.UNSEEN,)))
    found = ended(run, stats, CrawlTerms("ecns", thresholds=Thresholds(sample=3)))
    (alarm,) = found.verdict.alarms
    assert alarm.code == "end-not-seen"
    assert [(folder / "samples" / each.file).read_bytes() for each in alarm.samples] == [b"<p>no end"] * 3


def lines(folder: Path) -> list[dict[str, Any]]:
    """The reports of idle runs."""
    paths = sorted((folder / "reports").glob("*.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_bytes().splitlines()]


def test_an_idle_run_adds_a_line_to_the_file_of_its_day(begin: Begin, folder: Path, clock: Clock) -> None:
    ids = []
    for number in range(3):
        run, stats = counted(begin)
        stats.add(visit(Outcome.UNCHANGED, number))
        ended(run, stats)
        ids.append(run.id)
        clock.go(10 * 3600)
    assert [path.name for path in sorted((folder / "reports").glob("2*"))] == ["20261123.jsonl", "20261124.jsonl"]
    assert [line["run"] for line in lines(folder)] == ids
    whole = latest(folder)
    assert lines(folder)[-1] == {key: whole[key] for key in whole if key not in ("fields", "hours", "history")}


@pytest.mark.parametrize("outcome", [Outcome.DUPLICATE, Outcome.REJECTED, Outcome.FAILED, Outcome.GONE], ids=str)
def test_a_run_with_any_other_outcome_has_a_file_of_its_own(begin: Begin, folder: Path, outcome: Outcome) -> None:
    run, stats = counted(begin)
    stats.add(visit(Outcome.UNCHANGED, 1))
    stats.add(visit(outcome, 2))
    assert ended(run, stats).verdict.reasons == []
    assert lines(folder) == []
    assert latest(folder) == json.loads((folder / "reports" / f"{run.id}.json").read_bytes())


def test_an_unhealthy_run_has_a_file_of_its_own(begin: Begin, folder: Path) -> None:
    run, stats = counted(begin)
    assert ended(run, stats, end="shutdown").verdict.exit_status == 3
    assert (lines(folder), reported(folder)) == ([], [run.id])


def test_a_run_that_published_the_return_of_an_article_has_a_file_of_its_own(begin: Begin, folder: Path) -> None:
    run, stats = counted(begin)
    stats.add(visit(Outcome.UNCHANGED))
    run.note_return(known(article(), gone_at=1_700_000_000), 1_700_003_600)
    ended(run, stats)
    assert (folder / "gone" / f"{run.id}.jsonl").is_file()
    assert (lines(folder), reported(folder)) == ([], [run.id])


def test_a_run_that_recovered_a_killed_one_has_a_file_of_its_own(begin: Begin, folder: Path, tmp_path: Path) -> None:
    killed = begin()
    store(killed, article())
    killed.commit()
    copy = Path(shutil.copytree(folder, tmp_path / "killed"))  # as a kill would leave it now
    run = begin(copy)
    ended(run, RunStats())
    assert latest(copy)["recovered"] == published(copy)
    assert (lines(copy), reported(copy)) == ([], [run.id])


def test_a_line_that_cannot_be_written_makes_the_run_unhealthy(begin: Begin, folder: Path) -> None:
    run, stats = counted(begin)
    (folder / "reports" / "20261123.jsonl").mkdir()
    assert ended(run, stats).verdict.reasons == ["the report could not be written: it is not a file; move it away"]


def test_the_next_run_can_begin_only_when_the_report_is_written(begin: Begin) -> None:
    run, _ = counted(begin)
    run.publish()
    with pytest.raises(AlreadyRunning):
        begin()
    run.finish()
    begin()


def test_pages_and_status_show_an_idle_run_as_if_it_had_a_file(
    begin: Begin, folder: Path, clock: Clock, tmp_path: Path
) -> None:
    """As an earlier version left it: a file for each run, the idle ones too."""
    before = tmp_path / "before"
    before.mkdir()
    for number in range(6):
        run, stats = counted(begin)
        stats.add(visit(Outcome.UNCHANGED, 9))
        if number % 3 == 0:
            stored(run, stats, number)
        ended(run, stats, end="shutdown" if number == 2 else "finished")
        (before / f"{run.id}.json").write_bytes((folder / "reports" / "latest.json").read_bytes())
        clock.go(3600)
    assert len(lines(folder)) == 3
    now, then = last_reports(FileReports(folder / "reports"), 90), last_reports(FileReports(before), 90)
    assert len(now) == len(then) == 6
    assert status_of("ecns", now, clock(), 3).as_json() == status_of("ecns", then, clock(), 3).as_json()
    assert render(now).replace("20261123.jsonl", "FILE") == re.sub(
        "|".join(re.escape(f"{line['run']}.json") for line in lines(folder)), "FILE", render(then)
    )


def old_reports(folder: Path, clock: Clock, days: int, number: int) -> list[str]:
    """Files of reports that were written so many days before this run, in the order of their names."""
    reports = folder / "reports"
    reports.mkdir(parents=True, exist_ok=True)
    day = (clock() - timedelta(days=days)).strftime("%Y%m%dT%H%M%SZ")
    names = [f"{day}-{each:06x}.json" for each in range(number)]
    for name in names:
        (reports / name).write_text("{}")
    return names


@pytest.mark.parametrize("days", [400, 1e9])
def test_reports_older_than_the_limit_are_removed_but_for_the_newest(
    begin: Begin, folder: Path, clock: Clock, days: float
) -> None:
    old = old_reports(folder, clock, 401, 95)
    kept = old_reports(folder, clock, 399, 3)
    (folder / "reports" / "20000101T000000Z-note.json").write_text("of somebody else")
    run, stats = counted(begin)
    ended(run, stats, CrawlTerms("ecns", keep_days=days))
    there = {path.name for path in (folder / "reports").glob("2*.json*")}
    expected = {*old, *kept} if days > 400 else {*old[9:], *kept}  # the newest 90, this run's included
    assert there == expected | {f"{run.id[:8]}.jsonl", "20000101T000000Z-note.json"}


def test_without_a_limit_all_reports_are_kept(begin: Begin, folder: Path, clock: Clock) -> None:
    old = old_reports(folder, clock, 4_000, 95)
    run, stats = counted(begin)
    ended(run, stats)
    assert {*old} <= {path.name for path in (folder / "reports").iterdir()}
