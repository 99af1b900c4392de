"""The status of many sites: read from their last reports, the worst first, as a table."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ecnscrawl.monitoring.overview import LatestReports, read_statuses, state_of, totals
from ecnscrawl.monitoring.overview_table import overview_table
from ecnscrawl.monitoring.site_index import SiteIndex
from ecnscrawl.monitoring.status import SiteStatus
from ecnscrawl.normalize.timestamps import from_text, to_text
from ecnscrawl.storage.folder.last_reports import FolderLastReports
from tests import run_reports
from tests.run_reports import report

HOUR = timedelta(hours=1)
NOW = from_text(report(10)["finished_at"])


def leave_report(
    data: Path, site: str, number: int, *, last_healthy: int | None = None, is_latest: bool = True, **what: Any
) -> None:
    """The last report of a site: of the run that started at this hour; NOW is the end of that of hour 10."""
    document = report(number, **what) | {"site": site}
    healthy = report(last_healthy)["finished_at"] if last_healthy is not None else None
    document["last_healthy"] = document["finished_at"] if document["status"] == "healthy" else healthy
    run_reports.write(data / site / "reports", [document])
    if is_latest:
        (data / site / "reports" / "latest.json").write_text(json.dumps(document))


def read(data: Path, sites: Mapping[str, float | None], now: datetime = NOW) -> list[SiteStatus]:
    return read_statuses(LatestReports(FolderLastReports(data)), sites, now, 3)


def index_of(data: Path) -> SiteIndex:
    return SiteIndex(data, 3, LatestReports(FolderLastReports(data)))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Sites of every state."""
    leave_report(tmp_path, "calm.example", 9)
    leave_report(tmp_path, "bold.example", 10)
    leave_report(tmp_path, "torn.example", 10, last_healthy=9, reasons=["no listing could be read"])
    leave_report(tmp_path, "late.example", 6)
    leave_report(tmp_path, "lost.example", 10, last_healthy=1, reasons=["12 of 20 articles failed"])
    leave_report(tmp_path, "sick.example", 10, reasons=["no listing could be read"])
    (tmp_path / "new.example").mkdir()
    return tmp_path


ALL = dict.fromkeys(
    ("bold.example", "calm.example", "late.example", "lost.example", "new.example", "sick.example", "torn.example")
)


def test_the_worst_site_is_first(data: Path) -> None:
    found = [(status.site, state_of(status)) for status in read(data, ALL)]
    assert found == [
        ("sick.example", "stale"),
        ("new.example", "stale"),
        ("lost.example", "stale"),
        ("late.example", "stale"),
        ("torn.example", "unhealthy"),
        ("bold.example", "healthy"),
        ("calm.example", "healthy"),
    ]
    assert totals(read(data, ALL)) == {"sites": 7, "healthy": 2, "unhealthy": 1, "stale": 4, "never_run": 1}


def test_a_site_of_a_table_is_stale_after_three_of_its_rounds(data: Path) -> None:
    day, minutes = read(data, {"late.example": 86_400, "calm.example": 900})
    assert (day.site, state_of(day)) == ("calm.example", "stale")
    assert (minutes.site, state_of(minutes)) == ("late.example", "healthy")
    assert state_of(read(data, {"late.example": 86_400}, NOW + 67 * HOUR)[0]) == "healthy"
    assert state_of(read(data, {"late.example": 86_400}, NOW + 69 * HOUR)[0]) == "stale"


def test_the_report_that_is_named_latest_is_the_only_one_that_is_read(data: Path) -> None:
    for path in (data / "calm.example" / "reports").glob("2*.json"):
        path.write_text("{")
    assert state_of(read(data, {"calm.example": None})[0]) == "healthy"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"run": "x"}', '{"report_version": 1, "last_healthy": "soon"}'])
def test_where_the_latest_one_is_broken_the_newest_report_counts(data: Path, content: str) -> None:
    (data / "calm.example" / "reports" / "latest.json").write_text(content)
    (status,) = read(data, {"calm.example": None})
    assert (state_of(status), status.reports[0].run) == ("healthy", report(9)["run"])


def test_a_report_is_read_again_only_when_it_has_changed(data: Path) -> None:
    latest = LatestReports(FolderLastReports(data))
    first = latest.read("calm.example")
    assert latest.read("calm.example") is first
    path = data / "calm.example" / "reports" / "latest.json"
    new = path.with_name("new")
    new.write_text(path.read_text())
    new.rename(path)
    assert latest.read("calm.example") is not first
    assert latest.read("none.example") is None


def lines(data: Path, width: int, sites: Mapping[str, float | None] = ALL) -> list[str]:
    return [line.plain for line in overview_table(read(data, sites), width)]


def test_the_table_has_a_line_for_each_site_and_its_reasons(data: Path) -> None:
    assert lines(data, 80) == [
        "site          last run  status      last healthy  new  failed",
        "sick.example  0 s ago   unhealthy   never           3       0",
        "  no listing could be read",
        "new.example   –         no run yet  never           –       –",
        "lost.example  0 s ago   unhealthy   9 h ago         3       0",
        "  12 of 20 articles failed",
        "late.example  4 h ago   healthy     4 h ago         3       0",
        "torn.example  0 s ago   unhealthy   1 h ago         3       0",
        "  no listing could be read",
        "bold.example  0 s ago   healthy     0 s ago         3       0",
        "calm.example  1 h ago   healthy     1 h ago         3       0",
        "all: sites=7 healthy=3 unhealthy=3 never_run=1 stale=4",
    ]


@pytest.mark.parametrize("width", [58, 62, 80, 200])
def test_no_line_of_a_site_is_wider_than_the_terminal(data: Path, width: int) -> None:
    leave_report(data, f"{'a' * 60}.example", 10, reasons=["words " * 40, "gone\x1b[2J"])
    shown = lines(data, width, {**ALL, f"{'a' * 60}.example": None})
    assert max(map(len, shown)) <= width
    assert "\x1b" not in "".join(shown)


def test_a_run_that_was_killed_is_named(data: Path) -> None:
    articles = data / "bold.example" / "articles"
    articles.mkdir()
    (articles / ".20261123T073000Z-1a2b3c.part").write_text("")
    assert lines(data, 80, {"bold.example": None})[1].split()[4] == "killed"


def test_the_time_of_a_report_may_be_in_the_future(data: Path) -> None:
    leave_report(data, "bold.example", 12)
    assert lines(data, 80, {"bold.example": None})[1].split("  ")[1].strip() == "0 s ago"
    assert to_text(NOW)
