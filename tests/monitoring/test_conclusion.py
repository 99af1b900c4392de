"""The end of a run: what is published, counted, judged and reported, whatever went wrong before."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from ecnscrawl.exceptions import StorageFailed
from ecnscrawl.monitoring.conclusion import Conclusion, CrawlTerms, conclude
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.monitoring.thresholds import Thresholds
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.endings import Ending
from ecnscrawl.storage.run import Run
from ecnscrawl.storage.run_settings import RunSettings
from ecnscrawl.visits import Outcome
from tests.samples import Begin, Clock, address, article, visit
from tests.site_folder import no_file_larger_than, published, store

TERMS = CrawlTerms("ecns", {"sections": "world"})


def latest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "reports" / "latest.json").read_bytes())
    return found


def stored(run: Run, stats: RunStats, *numbers: int) -> None:
    """Store and count articles, as the pipeline does."""
    for number in numbers:
        stats.add(visit(Outcome.NEW, number))
        stats.add_record(article(number), {}, Source(address(number).url, b"<p>x</p>"))
        store(run, article(number))


def counted(begin: Begin, **settings: Any) -> tuple[Run, RunStats]:
    run, stats = begin(run_settings=RunSettings(**settings)), RunStats()
    run.count_with(stats)
    return run, stats


def ended(run: Run, stats: RunStats, terms: CrawlTerms = TERMS, end: str | None = "finished") -> Conclusion:
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
    there = {path.name for path in (folder / "reports").glob("2*.json")}
    expected = {*old, *kept} if days > 400 else {*old[9:], *kept}  # the newest 90, this run's included
    assert there == expected | {f"{run.id}.json", "20000101T000000Z-note.json"}


def test_without_a_limit_all_reports_are_kept(begin: Begin, folder: Path, clock: Clock) -> None:
    old = old_reports(folder, clock, 4_000, 95)
    run, stats = counted(begin)
    ended(run, stats)
    assert {*old} <= {path.name for path in (folder / "reports").iterdir()}
