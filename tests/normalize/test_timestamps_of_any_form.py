"""Times in every accepted form are read back; damaged ones are unknown, or read as another parser reads them."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from dateutil import parser as dateutil_parser  # type: ignore[import-untyped,unused-ignore]
from hypothesis import assume, given
from hypothesis import strategies as st

from ecnscrawl.normalize.timestamps import parse
from ecnscrawl.normalize.zones import NAMES, in_utc

QUARTERS = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(quarters * timedelta(minutes=15)))
TIMES = st.builds(
    datetime.combine, st.dates(date(2000, 1, 2), date(2099, 1, 1)), st.times().map(lambda at: at.replace(microsecond=0))
)
AWARE = st.builds(lambda local, zone: local.replace(tzinfo=zone), TIMES, QUARTERS)


def offset(at: datetime) -> str:
    return at.strftime("%z")


def with_colon(at: datetime) -> str:
    return f"{offset(at)[:3]}:{offset(at)[3:]}"


def half(at: datetime, am: str = "AM", pm: str = "PM") -> str:
    return f"{at.hour % 12 or 12}:{at:%M} {pm if at.hour >= 12 else am}"


def whole_minute(at: datetime) -> datetime:
    return at.replace(second=0)


# Each form that is named in the module, as the programs write it that are known to.
SECONDS: tuple[Callable[[datetime], str], ...] = (
    lambda at: at.isoformat(),
    lambda at: at.isoformat(sep=" "),
    lambda at: f"{at:%Y-%m-%dT%H:%M:%S}.123456{with_colon(at)}",
    lambda at: f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    lambda at: f"{at.year}/{at.month}/{at.day} {at:%H:%M:%S} {offset(at)}",
    lambda at: f"{at.year}.{at.month}.{at.day} {at:%H:%M:%S} GMT{with_colon(at)}",
    lambda at: f"{at.year}年{at.month}月{at.day}日 {at:%H:%M:%S} {offset(at)}",
    lambda at: f"{at:%Y%m%dT%H%M%S}{offset(at)}",
    lambda at: format_datetime(at) if at.utcoffset() else f"{at:%a, %d %b %Y %H:%M:%S} +0000",
    lambda at: format_datetime(at.astimezone(UTC), usegmt=True),
    lambda at: f"{at.astimezone(UTC):%A, %d-%b-%y %H:%M:%S GMT}",
    lambda at: f"{at:%a, %d %b %Y %H:%M:%S} {offset(at)} (some zone)",
    lambda at: f"{at:%a %b %d %Y %H:%M:%S} GMT{offset(at)} (Some Standard Time)",
    lambda at: f"{at:%a %b %d %H:%M:%S} {offset(at)} {at.year}",
    lambda at: f"{at.astimezone(UTC):%a %b %e %H:%M:%S UTC %Y}",
)
MINUTES: tuple[Callable[[datetime], str], ...] = (
    lambda at: f"{at:%Y-%m-%d %H:%M} {offset(at)}",
    lambda at: f"{at:%Y-%m-%dT%H:%M}{with_colon(at)}",
    lambda at: f"{at:%b %d, %Y} {half(at)} {offset(at)}",
    lambda at: f"{at:%A, %B} {at.day}, {at.year} at {half(at, 'a.m.', 'p.m.')} UTC{with_colon(at)}",
    lambda at: f"{at.day} {at:%B %Y}, {half(at, 'am', 'pm')} {with_colon(at)}",
    lambda at: f"{at:%Y%m%dT%H%M}{offset(at)}",
)
DAYS: tuple[Callable[[date], str], ...] = (
    lambda day: day.isoformat(),
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day:%d %B %Y}",
    lambda day: f"{day:%A, %B} {day.day}, {day.year}",
    lambda day: f"{day:%a, %d %b %y}",
    lambda day: f"{day:%b}. {day.day}, {day.year}" if day.month != 5 else f"May {day.day}, {day.year}",
)
ZONES = st.sampled_from([None, ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")])
LETTERS = st.sampled_from("0123456789:-+/., TZAPMapmJjdnE()年月日\u00a0")


@given(AWARE, st.sampled_from(SECONDS), ZONES)
def test_a_time_written_to_the_second_is_read_back(
    at: datetime, write: Callable[[datetime], str], zone: ZoneInfo
) -> None:
    assume(at.astimezone(UTC).year < 2050)  # what two digits of a year are taken for
    stated = parse(write(at), zone)
    assert stated is not None
    assert (stated.at, stated.precision) == (at, "second")


@given(AWARE.map(whole_minute), st.sampled_from(MINUTES), ZONES)
def test_a_time_written_to_the_minute_is_read_back(
    at: datetime, write: Callable[[datetime], str], zone: ZoneInfo
) -> None:
    stated = parse(write(at), zone)
    assert stated is not None
    assert (stated.at, stated.precision) == (at, "minute")


@given(st.dates(date(2000, 1, 2), date(2049, 12, 31)), st.sampled_from(DAYS), ZONES)
def test_a_day_is_read_back(day: date, write: Callable[[date], str], zone: ZoneInfo) -> None:
    stated = parse(write(day), zone)
    assert stated is not None
    assert (stated.at, stated.precision) == (datetime.combine(day, time(), UTC), "day")


@given(AWARE, st.sampled_from(sorted(NAMES)))
def test_a_named_zone_is_that_of_its_clocks(at: datetime, name: str) -> None:
    moment = in_utc(at.replace(tzinfo=None), name)
    stated = parse(f"{at:%a, %d %b %Y %H:%M:%S} {name}", None)
    assert (stated.at if stated else None) == moment


FAR_ZONES = st.sampled_from([*map(ZoneInfo, ("Etc/GMT+12", "Pacific/Kiritimati", "Asia/Shanghai"))]) | QUARTERS
ANY_TIME = st.datetimes().map(lambda at: at.replace(microsecond=0, tzinfo=UTC)) | st.sampled_from(
    [
        datetime(year, month, day, hour, tzinfo=UTC)
        for year, month, day in ((1, 1, 1), (9999, 12, 31))
        for hour in (0, 23)
    ]
)
WRITTEN = st.builds(
    lambda at, zone, write: write(at).replace("Z", zone),
    ANY_TIME,
    st.sampled_from(["Z", "", "+14:00", "-12:00", " EST", " NZDT"]),
    st.sampled_from(
        [
            lambda at: f"{at.year:04}-{at:%m-%d}",
            lambda at: f"{at.year:04}-{at:%m-%dT%H:%M:%S}Z",
            lambda at: f"{at.day} {at:%b} {at.year:04}",
            lambda at: f"{at:%A}, {at.day} {at:%b} {at.year:04} {at:%H:%M}Z",
        ]
    ),
)


@given(WRITTEN | st.text(LETTERS, max_size=30), FAR_ZONES, FAR_ZONES)
def test_any_text_in_any_zone_can_be_parsed(text: str, zone: tzinfo, other: tzinfo) -> None:
    if stated := parse(text, zone):
        first, last = stated.span(other)
        assert first <= last


MIDNIGHT = datetime(2000, 1, 1)  # noqa: DTZ001 - dateutil fills in what a text does not state


def read_by_dateutil(text: str) -> datetime | None:
    """Return what dateutil finds in a text that states a day, or a time and its zone; None if it finds none."""
    text = re.sub(
        r"(?:GMT|UTC) ?(?=[+-])", "", text, flags=re.IGNORECASE
    )  # dateutil has POSIX's sign, where GMT+8 is west
    zones = {name: int((at - moment) / timedelta(seconds=1)) for name, at, moment in OFFSETS}
    try:
        found: datetime = dateutil_parser.parse(
            text.replace("年", "-").replace("月", "-").replace("日", " "), tzinfos=zones, default=MIDNIGHT
        )
    except (ValueError, OverflowError, TypeError, AttributeError, ArithmeticError):
        return None
    return found.astimezone(UTC).replace(microsecond=0) if found.tzinfo else found.replace(tzinfo=UTC)


SEASONS = (datetime(2026, 1, 3, tzinfo=UTC), datetime(2026, 7, 3, tzinfo=UTC))
OFFSETS = [
    (name, at, moment)
    for name in NAMES
    for at in SEASONS
    if (moment := in_utc(at.replace(tzinfo=None), name)) is not None
]


@given(
    AWARE,
    st.sampled_from([*SECONDS, *MINUTES, *DAYS]),
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from("dri"), LETTERS), min_size=1, max_size=4),
)
def test_a_damaged_time_is_unknown_or_read_as_another_parser_reads_it(
    at: datetime, write: Callable[[datetime], str], damages: list[tuple[int, str, str]]
) -> None:
    text = write(at)
    for place, how, letter in damages:
        if how == "i":
            text = text[:place] + letter + text[place:]
        else:
            text = text[:place] + (letter if how == "r" else "") + text[place + 1 :]
    stated = parse(text, None)
    if stated is not None:
        assert read_by_dateutil(text) in (stated.at, None)
