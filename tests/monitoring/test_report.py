"""A run's report: its keys, what it keeps of earlier ones, its files, and the last line."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ecnscrawl.items import Image
from ecnscrawl.monitoring.drift import BEFORE, FIELDS, RECENT
from ecnscrawl.monitoring.health import Alarm, HealthVerdict, Sample
from ecnscrawl.monitoring.record_stats import MAX_ADDRESSES
from ecnscrawl.monitoring.report import RunFacts, last_line
from ecnscrawl.monitoring.report import report as build_report
from ecnscrawl.monitoring.report_files import MAX_SAMPLES_KEPT, read_earlier, save_samples, write
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.normalize.timestamps import to_text
from ecnscrawl.pages.document import Source
from ecnscrawl.storage.folder.reports import FileReports
from ecnscrawl.visits import Outcome
from tests.samples import MORNING, address, article, visit

PROMISED = {
    "run", "site", "started_at", "finished_at", "status", "exit_status", "reasons", "counts", "requests",
    "bytes_received", "fields", "alarms", "files", "recovered",
}  # fmt: skip
COUNTS = (
    "new", "updated", "unchanged", "duplicate", "rejected", "failed", "gone", "end_mark_missing", "end_not_seen",
)  # fmt: skip
RUN_ID = "20261123T073000Z-1a2b3c"
ALARM = Alarm("layout-lost", "title: 0 of 3 from the layout", "title", [Sample("a.html", address().url)])


@dataclass
class Ran:
    """A run that was, as its report sees it."""

    reports: FileReports
    id: str
    started_at: datetime
    stats: RunStats = field(default_factory=RunStats)
    files: list[str] = field(default_factory=list)

    def facts(self, seconds: float, given: dict[str, str] | None = None) -> RunFacts:
        return RunFacts(
            id=self.id,
            site="ecns",
            started_at=self.started_at,
            finished_at=self.started_at + timedelta(seconds=seconds),
            arguments=given or {},
            files=self.files,
        )


def a_run(folder: Path, run_id: str = RUN_ID, at: datetime = MORNING) -> Ran:
    """A run with a folder for its reports."""
    (folder / "reports").mkdir(parents=True, exist_ok=True)
    return Ran(FileReports(folder / "reports"), run_id, at)


def report(run: Ran, *reasons: str, alarms: Sequence[Alarm] = (), seconds: float = 95, **given: str) -> dict[str, Any]:
    """Its report, as it is read from the disk."""
    verdict = HealthVerdict([*reasons, *(alarm.message for alarm in alarms)], list(alarms))
    made = build_report(run.facts(seconds, given), run.stats, verdict, read_earlier(run.reports))
    document: dict[str, Any] = json.loads(json.dumps(made))
    return document


def store(run: Ran, number: int, extractors: dict[str, str] | None = None, **changes: Any) -> None:
    """Count a record."""
    record = article(number, **changes)
    run.stats.add_record(record, extractors or {}, Source(record.url, b"<p>x</p>"))
    run.stats.add(visit(Outcome.NEW if record.revision == 1 else Outcome.UPDATED, number))


@pytest.fixture
def run(folder: Path) -> Ran:
    return a_run(folder)


def test_a_report_has_every_key_that_is_promised(run: Ran) -> None:
    assert set(report(run)) >= PROMISED


def test_a_healthy_report(run: Ran) -> None:
    document = report(run, sections="world")
    assert (document["status"], document["exit_status"], document["reasons"]) == ("healthy", 0, [])
    assert (document["run"], document["site"], document["report_version"]) == (RUN_ID, "ecns", 1)
    assert (document["started_at"], document["finished_at"]) == ("2026-11-23T07:30:00Z", "2026-11-23T07:31:35Z")
    assert document["seconds"] == 95
    assert document["arguments"] == {"sections": "world"}


def test_an_unhealthy_report_has_its_reasons_and_alarms(run: Ran) -> None:
    document = report(run, "disk full", alarms=[ALARM])
    assert (document["status"], document["exit_status"]) == ("unhealthy", 3)
    assert document["reasons"] == ["disk full", ALARM.message]
    sample = {"file": "a.html", "url": address().url}
    assert document["alarms"] == [
        {"code": "layout-lost", "field": "title", "message": ALARM.message, "samples": [sample]}
    ]


def test_a_report_always_has_all_counts(run: Ran) -> None:
    assert report(run)["counts"] == dict.fromkeys(COUNTS, 0)
    run.stats.add(visit(Outcome.GONE))
    assert tuple(report(run)["counts"]) == COUNTS
    assert report(run)["counts"]["gone"] == 1


def test_a_clock_that_goes_back_makes_no_negative_time(run: Ran) -> None:
    assert report(run, seconds=-30)["seconds"] == 0


def test_failing_addresses_are_named_up_to_a_number_and_counted_beyond(run: Ran) -> None:
    for number in range(MAX_ADDRESSES + 20):
        run.stats.add(visit(Outcome.FAILED, number, reasons=["HTTP 503"]))
    run.stats.add(visit(Outcome.REJECTED, 999, reasons=["no title", "no publication time"]))
    document = report(run)
    assert len(document["failing"]) == MAX_ADDRESSES
    assert document["failing"][0] == {"url": address(0).url, "reason": "HTTP 503"}
    assert document["failures"] == {"HTTP 503": MAX_ADDRESSES + 20, "no title; no publication time": 1}


def test_a_share_is_of_the_stored_records(run: Ran) -> None:
    layout = {"title": "layout", "blocks": "layout"}
    store(run, 1, layout, images=[Image("https://a/b.jpg")], source="Xinhua")
    store(run, 2, layout | {"title": "metadata"})
    store(run, 3, layout)
    fields = report(run)["fields"]
    assert fields["title"] == {"filled": 1, "from_layout": 0.6667, "by_rung": {"layout": 2, "metadata": 1}}
    assert fields["images"] == {"filled": 0.3333, "from_layout": 0.3333, "by_rung": {"layout": 1}}
    assert fields["source"]["filled"] == 0.3333
    assert fields["schema_version"]["filled"] == 1


def test_without_records_there_is_no_share(run: Ran) -> None:
    assert {(each["filled"], each["from_layout"]) for each in report(run)["fields"].values()} == {(None, None)}


def test_freshness_counts_new_articles_only(run: Ran) -> None:
    for number, minutes in enumerate((10, 20, 90)):
        store(run, number, fetched_at=to_text(MORNING), published_at=to_text(MORNING - timedelta(minutes=minutes)))
    store(run, 4, revision=2, fetched_at=to_text(MORNING), published_at="2020-01-01T00:00:00Z")
    assert report(run)["freshness"] == {"median_seconds": 1200, "worst_seconds": 5400}


def test_an_article_that_is_dated_ahead_is_no_older_than_now(run: Ran) -> None:
    store(run, 1, fetched_at=to_text(MORNING), published_at=to_text(MORNING + timedelta(hours=2)))
    assert report(run)["freshness"] == {"median_seconds": 0, "worst_seconds": 0}


def test_sections_come_by_their_numbers_and_hours_all_twenty_four(run: Ran) -> None:
    for number, section in enumerate(["World", None, "World", "Travel", "World", None]):
        store(run, number, section=section, published_at="2026-11-23T06:59:59Z")
    document = report(run)
    assert list(document["sections"].items()) == [("World", 3), ("-", 2), ("Travel", 1)]
    assert list(document["hours"]) == [f"{hour:02}" for hour in range(24)]
    assert (document["hours"]["06"], sum(document["hours"].values())) == (6, 6)


def test_a_listing_has_its_pages_links_and_failure(run: Ran) -> None:
    world, voices = run.stats.listing("world"), run.stats.listing("voices")
    world.pages, world.links, world.ends_at = 2, 90, date(2026, 11, 1)
    voices.failure = "HTTP 404"
    listings = report(run)["listings"]
    well = {"failure": None, "was_there": False, "was_left": False, "ends_at": "2026-11-01"}
    assert listings["world"] == {"pages": 2, "links": 90, **well}
    assert listings["voices"]["failure"] == "HTTP 404"


def test_responses_are_counted_by_status_and_the_slowest_come_first(run: Ran) -> None:
    for number, status in enumerate([200, 304, 200, 404]):
        run.stats.add_response(f"https://a/{number}", status, number / 10, waited=0.25)
    document = report(run)
    assert document["requests"]["by_status"] == {"200": 2, "304": 1, "404": 1}
    assert document["requests"]["not_modified"] == 1
    assert document["waited_seconds"] == 1
    assert [each["url"] for each in document["slowest"]] == [f"https://a/{number}" for number in (3, 2, 1, 0)]


# What is kept from report to report.


def test_a_history_goes_on_from_the_last_report(folder: Path) -> None:
    for number in range(3):
        run = a_run(folder, f"20261123T07300{number}Z-000000")
        store(run, number, {"title": "layout" if number < 2 else "metadata"})
        write(run.reports, report(run))
    assert read_earlier(FileReports(folder / "reports")).history["title"] == "llm"


def test_a_history_is_limited(folder: Path) -> None:
    run = a_run(folder)
    for number in range(RECENT + BEFORE + 9):
        store(run, number, {"title": "layout"})
    assert report(run)["history"]["title"] == "l" * (RECENT + BEFORE)


@pytest.mark.parametrize("content", [None, b"", b"[]", b"{", b"\xff", b"null", b'{"history": []}', b'{"history": 7}'])
def test_where_the_last_report_cannot_be_read_there_is_no_history(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "latest.json").write_bytes(content)
    assert read_earlier(FileReports(tmp_path)).history == {}


def test_a_history_with_other_fields_is_read_for_those_that_are_known(tmp_path: Path) -> None:
    (tmp_path / "latest.json").write_text('{"history": {"title": "ll", "mood": "ll"}}')
    assert read_earlier(FileReports(tmp_path)).history == dict.fromkeys(FIELDS, "") | {"title": "ll"}


def test_the_time_of_the_last_healthy_run_is_kept_through_unhealthy_ones(folder: Path) -> None:
    for number, reasons in enumerate([[], ["disk full"], ["disk full"]]):
        run = a_run(folder, f"20261123T07300{number}Z-000000", MORNING + timedelta(hours=number))
        document = report(run, *reasons)
        write(run.reports, document)
    assert document["finished_at"] == "2026-11-23T09:31:35Z"
    epoch = int(datetime(2026, 11, 23, 7, 31, 35, tzinfo=UTC).timestamp())
    prom = (folder / "reports" / "metrics.prom").read_text()
    assert f'ecnscrawl_last_healthy_timestamp_seconds{{site="ecns"}} {epoch}\n' in prom


# Files.


def test_what_is_written_is_the_report_twice_the_page_and_the_metrics(run: Ran) -> None:
    write(run.reports, report(run))
    assert {path.name for path in run.reports.folder.iterdir()} == {
        f"{RUN_ID}.json", "latest.json", "index.html", "metrics.prom"
    }  # fmt: skip
    assert (run.reports.folder / "latest.json").read_bytes() == (run.reports.folder / f"{RUN_ID}.json").read_bytes()


def test_a_report_is_utf_8_to_be_read_by_people(run: Ran) -> None:
    write(run.reports, report(run, "café"))
    assert "café" in (run.reports.folder / "latest.json").read_text(encoding="utf-8")


def test_samples_are_the_bytes_that_were_received(tmp_path: Path) -> None:
    sources = [Source("https://a/1", b"\xff\x00<p>"), Source("https://a/2", b"")]
    samples = save_samples(tmp_path / "samples", RUN_ID, "title", sources)
    assert [sample.url for sample in samples] == ["https://a/1", "https://a/2"]
    assert [sample.file for sample in samples] == [f"{RUN_ID}-title-1.html", f"{RUN_ID}-title-2.html"]
    assert [(tmp_path / "samples" / sample.file).read_bytes() for sample in samples] == [b"\xff\x00<p>", b""]


def test_the_oldest_samples_are_removed(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    for number in range(MAX_SAMPLES_KEPT + 5):
        save_samples(tmp_path, f"20261123T07{number // 60:02}{number % 60:02}Z-000000", "title", [Source("", b"")])
    names = sorted(path.name for path in tmp_path.glob("*.html"))
    assert len(names) == MAX_SAMPLES_KEPT
    assert names[0].startswith("20261123T070005Z")
    assert (tmp_path / "notes.txt").read_text() == "mine"


# The last line.


def line(run: Ran, *reasons: str) -> str:
    return last_line(run.facts(95), run.stats, HealthVerdict(list(reasons)))


def test_the_last_line_of_a_healthy_run(run: Ran) -> None:
    run.stats.counts.update({Outcome.NEW: 12, Outcome.UPDATED: 1, Outcome.UNCHANGED: 140})
    run.files.append("20261123T073000Z-1a2b3c.jsonl")
    assert line(run) == (
        "ecns healthy new=12 updated=1 unchanged=140 failed=0 seconds=95 file=20261123T073000Z-1a2b3c.jsonl"
    )


def test_the_last_line_of_a_run_that_published_nothing(run: Ran) -> None:
    assert line(run).endswith(" file=-")


def test_the_last_line_names_all_files(run: Ran) -> None:
    run.files.extend(["a.jsonl", "b.jsonl"])
    assert line(run).endswith(" file=a.jsonl,b.jsonl")


def test_the_last_line_of_an_unhealthy_run_ends_in_its_reasons(run: Ran) -> None:
    assert line(run, "disk full", "listing world is gone").endswith(' reason="disk full; listing world is gone"')


def test_any_reason_is_one_line_in_one_pair_of_quotes(run: Ran) -> None:
    found = line(run, 'he said "no"\nand\r\nleft\u2028for\x1b[31m good')
    assert len(found.splitlines()) == 1
    assert found.count('"') == 2
    assert "\x1b" not in found
