"""The documented keys of a report are exactly those that are written."""

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from ecnscrawl.monitoring.drift import EXTRACTORS
from ecnscrawl.monitoring.health import Alarm, HealthVerdict, Sample
from ecnscrawl.monitoring.prometheus import metrics
from ecnscrawl.monitoring.report import EarlierRuns, RunFacts, report
from ecnscrawl.monitoring.report_files import write
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.pages.document import Source
from ecnscrawl.storage.folder.reports import FileReports
from ecnscrawl.visits import Outcome
from tests.docs.markdown import code, table
from tests.docs.report_keys import DOCUMENTED, METRICS, REPORT, keys, pattern, undocumented
from tests.samples import MORNING, article, visit


@pytest.fixture
def written(tmp_path: Path) -> dict[str, Any]:
    """The report of a run in which everything happened that a report tells."""
    stats = RunStats()
    record = article(1, summary="Snow.")
    stats.add_record(record, {"title": "layout", "summary": "metadata"}, Source(record.url, b"<p>"))
    stats.add(visit(Outcome.NEW, 1, is_incomplete=True))
    stats.add(visit(Outcome.FAILED, 2, reasons=["HTTP 503"]))
    stats.add(visit(Outcome.SKIPPED, 3, reasons=["no headline"]))
    stats.reserved["noarchive"] += 1
    stats.listing("world").ends_at = date(2026, 11, 5)
    stats.kinds["article"] += 1
    stats.add_response(record.url, 200, 0.1, waited=0.2)
    stats.hosts_left["www.example.org"] = "it only failed"
    stats.overspent["world"] = 500
    stats.rendering.asked["article"] += 1
    stats.rendering.gain(record.url, "blocks", 4)
    stats.rendering.failed["the page crashed"] += 1
    stats.rendering.refused["image"] += 1
    facts = RunFacts(
        id="20261123T073000Z-1a2b3c",
        site="ecns",
        started_at=MORNING,
        finished_at=MORNING + timedelta(seconds=95),
        arguments={"sections": "world"},
        files=["a.jsonl"],
        recovered=["b.jsonl"],
        records={"a.jsonl": 1, "b.jsonl": 2},
        archives=["a.warc.gz"],
        archived=3,
        warnings=["the state was damaged"],
    )
    alarm = Alarm("layout-lost", "title: lost", "title", [Sample("title-1.html", record.url)])
    verdict = HealthVerdict([alarm.message], [alarm])
    (tmp_path / "reports").mkdir()
    write(FileReports(tmp_path / "reports"), report(facts, stats, verdict, EarlierRuns()))
    found: dict[str, Any] = json.loads((tmp_path / "reports" / "latest.json").read_bytes())
    return found


def test_every_key_that_is_written_is_documented(written: dict[str, Any]) -> None:
    assert undocumented(written) == []


def test_every_documented_key_is_written(written: dict[str, Any]) -> None:
    found = list(keys(written))
    assert [key for key in DOCUMENTED if not any(pattern(key).fullmatch(each) for each in found)] == []


def test_keys_are_documented_once_in_the_order_in_which_they_are_written(written: dict[str, Any]) -> None:
    order = list(dict.fromkeys(key.partition(".")[0].partition("[")[0] for key in DOCUMENTED))
    assert order == list(written)
    assert len(set(DOCUMENTED)) == len(DOCUMENTED)


def test_every_extractor_is_named() -> None:
    (row,) = (row for row in table(REPORT, "key", "example", "meaning") if code(row[0]).endswith("<rung>"))
    assert [extractor for extractor in EXTRACTORS.values() if f"`{extractor}`" not in row[2]] == []


def test_the_metrics_are_those_that_are_written(written: dict[str, Any]) -> None:
    found = re.findall(r"^# TYPE (\w+) gauge$", metrics(written), re.MULTILINE)
    assert sorted(found) == sorted(METRICS)
