"""Durations formatted for people."""

import pytest

from ecnscrawl.monitoring.durations import format_duration


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (95, "1 min 35 s"),
        (7261, "2 h 1 min"),
        (86400 * 400, "400 d"),
        (None, "–"),
    ],
)
def test_a_duration_has_at_most_two_units(seconds: int | None, text: str) -> None:
    assert format_duration(seconds) == text
