"""The time zones in pages, compared with the tz database."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest

from ecnscrawl.normalize.zones import NAMES, at_site, in_utc

WINTER, SUMMER = datetime(2026, 1, 3, 9, 34), datetime(2026, 7, 3, 9, 34)  # noqa: DTZ001 - as a page writes it


@cache
def offsets() -> dict[str, set[timedelta]]:
    """For each name in the tz database every offset that it had since 2000, in whatever place."""
    found = defaultdict(set)
    weeks = [datetime(2000, 1, 1, tzinfo=UTC) + timedelta(days=7 * number) for number in range(52 * 27)]
    for key in available_timezones():
        if not key.startswith("Etc/"):
            for moment in (week.astimezone(ZoneInfo(key)) for week in weeks):
                found[moment.tzname() or ""].add(moment.utcoffset() or timedelta())
    return found


def stated(name: str) -> timedelta | None:
    """The offset that a name is read as, in whichever half of the year it is one."""
    moments = [(local, in_utc(local, name)) for local in (WINTER, SUMMER)]
    return next((local.replace(tzinfo=UTC) - moment for local, moment in moments if moment), None)


@pytest.mark.parametrize("name", sorted(NAMES - {"Z", "UT"}))
def test_an_accepted_name_has_had_only_one_offset(name: str) -> None:
    assert offsets()[name] == {stated(name)}


@pytest.mark.parametrize("name", ["CST", "CDT", "PST", "IST", "KST", "MSK"])
def test_a_name_with_several_offsets_is_refused(name: str) -> None:
    assert len(offsets()[name]) > 1
    assert stated(name) is None


@pytest.mark.parametrize(
    "name", ["BST", "MST", "AST", "SST", "A", "Y", "X", "", "GM", "EASTERN", "America/New_York", "+", "GMT+"]
)
def test_an_unknown_name_is_refused(name: str) -> None:
    assert stated(name) is None


def test_all_offsets_of_the_tz_database_are_read() -> None:
    for offset in set().union(*offsets().values()):
        minutes = round(offset / timedelta(minutes=1))
        written = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
        assert stated(written) == offset
        assert stated(f"GMT{written}") == offset
        assert stated(written.replace(":", "")) == offset


@pytest.mark.parametrize("name", ["EST", "WET", "CET", "EET", "AEDT", "NZDT"])
def test_a_name_counts_only_in_its_half_of_the_year(name: str) -> None:
    assert in_utc(WINTER, name) is not None
    assert in_utc(SUMMER, name) is None


@pytest.mark.parametrize("written", ["-0000", "-00:00", "-00"])
def test_an_unknown_zone_of_the_writer_is_not_taken_for_utc(written: str) -> None:
    assert in_utc(WINTER, written) is None


def test_a_local_time_at_a_site_is_converted() -> None:
    assert at_site(WINTER, ZoneInfo("Asia/Shanghai")) == datetime(2026, 1, 3, 1, 34, tzinfo=UTC)
