"""The table of `scrapy status`, at any width."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from ecnscrawl.monitoring.report_reader import Report
from ecnscrawl.monitoring.status import SiteStatus, status_of
from ecnscrawl.monitoring.status_table import since_healthy, table
from tests.run_reports import ordinary, report

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def status(*reasons: str) -> SiteStatus:
    """The status after two runs, of which the newer one was unhealthy for these reasons."""
    unhealthy = report(1, failed=31, reasons=list(reasons) or ["31 of 171 articles failed"])
    unhealthy["counts"]["new"] = 1_234_567
    return status_of("ecns", as_read([*ordinary(1), unhealthy]), NOW, 3)


def as_read(reports: Sequence[dict[str, Any]]) -> list[Report]:
    """The reports as read from files."""
    return [msgspec.json.decode(json.dumps(each), type=Report) for each in reports]


def lines(of: SiteStatus, width: int) -> list[str]:
    return [line.plain for line in table(of, width)]


@pytest.mark.parametrize("width", [40, 71, 72, 80, 120])
def test_no_line_of_a_run_is_wider_than_the_terminal(width: int) -> None:
    shown = lines(status("a reason of several words, as many as it takes to fill more than one line of it"), width)
    assert max(map(len, shown[:-1])) <= width


def test_numbers_are_right_aligned_below_their_names() -> None:
    head, unhealthy, _, healthy, _ = lines(status(), 120)
    for name in ("new", "updated", "unchanged", "failed"):
        end = head.index(name) + len(name)
        for row in (unhealthy, healthy):
            assert row[end - 1].isdigit()
            assert row[end] == " "


def test_a_reason_is_below_its_run_without_control_characters() -> None:
    shown = lines(status("gone\x1b[2J\x07 for good", "and\nmore"), 80)
    assert shown[2] == r"  gone\x1b[2J\x07 for good; and more"


def test_on_a_narrow_terminal_each_count_keeps_its_name() -> None:
    shown = lines(status(), 40)
    assert shown[0].split("  ")[1] == "unhealthy"
    assert shown[1].startswith("  new 1234567 ")
    assert "  31 of 171 articles failed" in shown


def test_duplicate_and_rejected_articles_have_columns_if_there_are_any() -> None:
    assert not {"duplicate", "rejected"} & set(lines(status(), 120)[0].split())
    some = report(1)
    some["counts"] |= {"duplicate": 4, "rejected": 0}
    head, newer, older, _ = lines(status_of("ecns", as_read([*ordinary(1), some]), NOW, 3), 120)
    end = head.index("duplicate") + len("duplicate")
    assert (newer[end - 1], older[end - 1], newer[end]) == ("4", "0", " ")
    assert "rejected" not in head


@pytest.mark.parametrize("every", [None, 1800])
def test_without_a_healthy_run_no_time_is_said_to_be_too_long(every: float | None) -> None:
    first = as_read([report(1, reasons=["no listing could be read"])])
    status = SiteStatus("ecns", first, NOW, 3, None, every)
    assert (status.is_stale, since_healthy(status)) == (True, "no healthy run yet")


def test_a_report_from_the_future_gives_no_negative_time() -> None:
    ahead = status_of("ecns", as_read(ordinary(1)), datetime(2020, 1, 1, tzinfo=UTC), 3)
    assert since_healthy(ahead) == "last healthy run 0 s ago"
