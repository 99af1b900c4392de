"""Times as pages, feeds and users write them."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.normalize.timestamps import StatedTime, from_text, parse, to_text, window_edge

NOW = datetime(2026, 11, 23, 18, 30, 15, tzinfo=UTC)  # 02:30 of the 24th in China, 13:30 of the 23rd in New York
CHINA = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")  # with daylight saving time
DAYS = st.dates(date(2000, 1, 1), date(2099, 1, 1))
TIMES = st.builds(datetime.combine, DAYS, st.times())
MOMENTS = TIMES.map(lambda written: written.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-03 09:34:32", "2026-10-03T01:34:32Z"),
        ("2018-05-03 16:06", "2018-05-03T08:06:00Z"),
        ("2024-06-21 07:58:00", "2024-06-20T23:58:00Z"),
        ("2026-01-01 00:00:00", "2025-12-31T16:00:00Z"),
        ("2026-1-3 9:05", "2026-01-03T01:05:00Z"),
        (" 2026-10-03  09:34:32\n", "2026-10-03T01:34:32Z"),
        ("2026-10-03T09:34:32", "2026-10-03T01:34:32Z"),
        ("2026-10-03T09:34:32+08:00", "2026-10-03T01:34:32Z"),
        ("2026-10-03T09:34:32+0800", "2026-10-03T01:34:32Z"),
        ("2026-10-03T01:34:32Z", "2026-10-03T01:34:32Z"),
        ("2026-10-03T01:34:32.5z", "2026-10-03T01:34:32Z"),
        ("2026-10-02T20:34:32-05:00", "2026-10-03T01:34:32Z"),
        ("Sat, 03 Oct 2026 09:34:32 +0800", "2026-10-03T01:34:32Z"),
        ("Sat, 03 Oct 2026 01:34:32 GMT", "2026-10-03T01:34:32Z"),
        ("Sat, 03 Oct 2026 09:34:32", "2026-10-03T01:34:32Z"),
        ("sat,3 oct 2026 01:34:32 z", "2026-10-03T01:34:32Z"),
        ("Saturday, 03-Oct-26 01:34:32 GMT", "2026-10-03T01:34:32Z"),
        ("Thu, 01 Jan 04 19:48:21 GMT", "2004-01-01T19:48:21Z"),
        ("Thu, 01 Jan 70 00:00:01 GMT", "1970-01-01T00:00:01Z"),
        ("12 Feb 2015 8:30 PM +0100", "2015-02-12T19:30:00Z"),
        ("3 October 2026, 9:34 a.m.", "2026-10-03T01:34:00Z"),
        ("Sat Oct  3 09:34:32 2026", "2026-10-03T01:34:32Z"),
        ("Sat Oct 03 09:34:32 EDT 2026", "2026-10-03T13:34:32Z"),
        ("Sat Oct 03 01:34:32 +0000 2026", "2026-10-03T01:34:32Z"),
        ("Sat Oct 03 2026 09:34:32 GMT+0800 (China Standard Time)", "2026-10-03T01:34:32Z"),
        ("Sat, 03 Oct 2026 09:34:32 +0800 (CST)", "2026-10-03T01:34:32Z"),
        ("Aug 06, 2018 05:05 PM EDT", "2018-08-06T21:05:00Z"),
        ("Aug 06, 2018 05:05 PM", "2018-08-06T09:05:00Z"),
        ("Saturday, October 3rd, 2026 at 12:34 a.m. UTC+8", "2026-10-02T16:34:00Z"),
        ("Sept. 3, 2026 12:34 PM GMT", "2026-09-03T12:34:00Z"),
        ("Sep 03 2014 | 4:32 pm EDT", "2014-09-03T20:32:00Z"),
        ("17th October, 2034 @ 01:08 am PDT", "2034-10-17T08:08:00Z"),
        ("Mon, 13 Feb, 2012 06:28:00 UTC", "2012-02-13T06:28:00Z"),
        ("20261003T093432+0800", "2026-10-03T01:34:32Z"),
        ("20261003T0934Z", "2026-10-03T09:34:00Z"),
        ("2026/10/03 09:34:32", "2026-10-03T01:34:32Z"),
        ("2026.10.3 9:34", "2026-10-03T01:34:00Z"),
        ("2026年10月3日 09:34", "2026-10-03T01:34:00Z"),
        ("2026-10-03T09:34:32,123456 +08", "2026-10-03T01:34:32Z"),
    ],
)
def test_a_time_without_a_zone_is_in_the_sites_zone(text: str, expected: str) -> None:
    stated = parse(text, CHINA)
    assert stated is not None
    assert to_text(stated.at) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-03 09:34:32", "second"),
        ("2018-05-03 16:06", "minute"),
        ("2018-05-03 16:06:00", "second"),
        ("2026-10-03T01:34:32.5Z", "second"),
        ("2026-10-03T09:34+08:00", "minute"),
        ("Sat, 03 Oct 2026 09:34:32 +0800", "second"),
        ("Sat, 03 Oct 2026 09:34 GMT", "minute"),
        ("Aug 06, 2018 05:05 PM EDT", "minute"),
        ("2026年10月3日 09:34", "minute"),
        ("20261003T093432Z", "second"),
    ],
)
def test_the_precision_is_what_was_stated(text: str, expected: str) -> None:
    stated = parse(text, CHINA)
    assert stated is not None
    assert stated.precision == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-03", "2026-10-3", "2026/10/03", "2026.10.03", "2026年10月3日", "Oct 3, 2026", "October 3rd 2026", "3 Oct 2026", "03-Oct-2026",
        "Sat, 03 Oct 2026", "Saturday, Oct. 3, 2026", "Sat, 03 Oct 26",
    ],
)  # fmt: skip
@pytest.mark.parametrize("zone", [CHINA, NEW_YORK, None], ids=str)
def test_a_day_is_the_same_day_in_every_zone(text: str, zone: ZoneInfo | None) -> None:
    assert parse(text, zone) == StatedTime(datetime(2026, 10, 3, tzinfo=UTC), "day")


NO_TIMES = (
    "", " ", "today", "yesterday", "3 hours ago", "09:34:32", "Oct 2026", "2026", "2026-10", "20261003", "20261003093432", "1790990072",
    # Impossible, or at odds with itself.
    "2026-13-03 09:34:32", "2026-02-30 09:34:32", "0000-00-00 00:00:00", "2026-10-03 09:61:00", "2026-10-03 25:00", "Wed, 32 Oct 2026 09:34:32 +0800",
    "Mon, 03 Oct 2026 09:34:32 +0800", "Sunday, October 4th, 2026 at 13:05 PM", "Oct 3, 2026 0:05 AM", "Fri Oct 03 09:34:32 2026", "Sun, 03 Oct 2026",
    "2026-10-03T09:34:32+99:99", "2026-10-03T09:34:32+15:00", "2026-10-03T09:34:32-12:15", "2026-10-03T09:34:32+08:07", "9999-12-31T23:59:59-10:00",
    "0001-01-01T00:00:00+08:00", "2026-10-03T09:34:32+8:00", "2026-10-03T09:34:32 08:00", "2026-10-03T09:34:32+", "2026-10-03T09:34:32++08:00",
    # The beginning of the 3rd where hours are counted from 1 to 24, the beginning of the 4th by ISO 8601; leap seconds.
    "2026-10-03 24:00:00", "2026-10-03T24:00:00Z", "2016-12-31T23:59:60Z", "Sat, 31 Dec 2016 23:59:60 GMT",
    # Zones that are more than one, or none.
    "Aug 06, 2018 05:05 PM CDT", "Sat, 03 Oct 2026 09:34:32 CST", "Sat, 03 Oct 2026 09:34:32 BST", "Sat, 03 Oct 2026 09:34:32 IST",
    "Sat, 03 Oct 2026 09:34:32 PST", "Sat, 03 Oct 2026 09:34:32 -0000", "2026-10-03T09:34:32-00:00", "Sat, 03 Oct 2026 09:34:32 A",
    "Sat, 03 Oct 2026 09:34:32 XYZ", "Sat, 03 Oct 2026 09:34:32 Asia/Shanghai", "Sat, 03 Oct 2026 09:34:32 (CST)", "Sat, 03 Oct 2026 09:34:32 GMT (CST)",
    # Names of another half of the year.
    "Sat, 03 Oct 2026 09:34:32 CET", "Jul 4, 2026 9:34 AM EST", "Jan 4, 2026 9:34 AM EDT",
    # Days and months, or centuries, that may be others.
    "03/10/2026 09:34", "10/13/2026", "03.10.2026", "26-10-03", "3 Oct 26 09:34", "Oct 3, 26", "2026-W40-6", "2026-276", "2026W406", "2026-10/03",
    "2026-10-03 09:34:32 and more", "Published: 2026-10-03 09:34", "2026-10-03T09.5", "2026-10-03T09:34.5", "2026-10-03 0934", "3 Okt 2026", "Marchy 3, 2026",
    "２０２６-10-03", "Auguſt 3, 2026", "9" * 200, "2026-10-03" + " " * 10_000 + "x",
)  # fmt: skip


@pytest.mark.parametrize("text", NO_TIMES, ids=lambda text: text[:40])
@pytest.mark.parametrize("zone", [CHINA, None], ids=str)
def test_no_time_is_guessed(text: str, zone: ZoneInfo | None) -> None:
    assert parse(text, zone) is None


@pytest.mark.parametrize("text", ["2026-10-03 09:34:32", "Oct 3, 2026 9:34 AM", "Sat, 03 Oct 2026 09:34:32"])
def test_a_time_without_a_zone_is_unknown_if_the_site_has_no_zone(text: str) -> None:
    assert parse(text, None) is None


@pytest.mark.parametrize("text", ["2026-03-08 02:30", "2026-11-01 01:30"])
def test_an_hour_skipped_or_repeated_by_a_clock_change_is_unknown(text: str) -> None:
    assert parse(text, NEW_YORK) is None
    assert parse(f"{text} GMT", NEW_YORK) is not None


def test_the_name_of_the_zone_decides_between_two_repeated_hours() -> None:
    first, second = parse("Nov 1, 2026 1:30 AM EDT", None), parse("Nov 1, 2026 1:30 AM EST", None)
    assert first is not None
    assert second is not None
    assert (to_text(first.at), to_text(second.at)) == ("2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z")


def test_daylight_saving_time_of_a_site_is_kept() -> None:
    summer, winter = parse("2026-07-01 12:00:00", NEW_YORK), parse("2026-12-01 12:00:00", NEW_YORK)
    assert summer is not None
    assert winter is not None
    assert (to_text(summer.at), to_text(winter.at)) == ("2026-07-01T16:00:00Z", "2026-12-01T17:00:00Z")


@given(st.text())
def test_any_text_is_a_time_or_none(text: str) -> None:
    stated = parse(text, CHINA)
    assert stated is None or stated.at.tzinfo is UTC


@given(st.from_regex(r"\s*\d{4}-\d\d?-\d\d?([T ]\d\d?:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d:?\d\d)?)?", fullmatch=True))
def test_any_text_in_the_form_of_a_time_can_be_stored_or_is_unknown(text: str) -> None:
    stated = parse(text, CHINA)
    assert stated is None or from_text(to_text(stated.at)) == stated.at


@given(TIMES)
def test_a_time_of_the_site_is_eight_hours_ahead_of_utc(local: datetime) -> None:
    stated = parse(local.strftime("%Y-%m-%d %H:%M:%S"), CHINA)
    assert stated is not None
    assert stated.at == local.replace(microsecond=0, tzinfo=timezone(timedelta(hours=8)))


@given(MOMENTS)
def test_the_form_of_the_record_is_read_back(moment: datetime) -> None:
    assert from_text(to_text(moment)) == moment.replace(microsecond=0)


@given(MOMENTS, st.timedeltas(timedelta(hours=-14), timedelta(hours=14)))
def test_the_form_of_the_record_is_utc_whatever_the_zone(moment: datetime, offset: timedelta) -> None:
    assert to_text(moment.astimezone(timezone(offset))) == to_text(moment)


@pytest.mark.parametrize("zone", [CHINA, NEW_YORK, UTC])
@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01", "0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "Mon, 01 Jan 0001 00:00:00 GMT", "0001-06-01 00:00:00",
        "9999-12-31", "9999-12-31T23:59:59", "9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 GMT", "1899-12-31", "3000-01-01",
    ],
)  # fmt: skip
def test_a_year_outside_of_1900_to_2999_is_unknown(text: str, zone: tzinfo) -> None:
    assert parse(text, zone) is None


@pytest.mark.parametrize("text", ["1900-01-01", "2999-12-31"])
def test_the_first_and_the_last_possible_day_are_accepted(text: str) -> None:
    stated = parse(text, CHINA)
    assert stated is not None
    assert (stated.at, stated.precision) == (datetime.fromisoformat(text).replace(tzinfo=UTC), "day")
    assert stated.span(NEW_YORK)[0].date().isoformat() == text


def test_a_year_has_four_digits() -> None:
    assert to_text(datetime(1, 6, 1, tzinfo=UTC)) == "0001-06-01T00:00:00Z"


@pytest.mark.parametrize(
    "text", ["2026-10-03", "2026-10-03T09:34:32", "2026-10-03T09:34:32+08:00", "2026-W40-6T09:34:32Z", "", "now"]
)
def test_another_form_is_refused_as_a_time_of_a_record(text: str) -> None:
    with pytest.raises(ValueError, match="does not match"):
        from_text(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-11-01", "2026-10-31T16:00:00", "2026-11-01T15:59:59.999999"),
        ("2026-11-01T10:30", "2026-11-01T02:30:00", "2026-11-01T02:30:59.999999"),
        ("2026-11-01 10:30:15", "2026-11-01T02:30:15", "2026-11-01T02:30:15.999999"),
        ("2026-11-01T10:30:15Z", "2026-11-01T10:30:15", "2026-11-01T10:30:15.999999"),
        ("2026-11-01T10:30+01:00", "2026-11-01T09:30:00", "2026-11-01T09:30:59.999999"),
    ],
)
def test_a_users_date_means_its_whole_day_in_the_sites_time(text: str, first: str, last: str) -> None:
    assert window_edge(text, CHINA, now=NOW, end=False) == datetime.fromisoformat(first).replace(tzinfo=UTC)
    assert window_edge(text, CHINA, now=NOW, end=True) == datetime.fromisoformat(last).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone", "first", "last"),
    [
        ("today", CHINA, "2026-11-23T16:00:00", "2026-11-24T15:59:59.999999"),
        ("today", NEW_YORK, "2026-11-23T05:00:00", "2026-11-24T04:59:59.999999"),
        ("yesterday", CHINA, "2026-11-22T16:00:00", "2026-11-23T15:59:59.999999"),
        ("1d", CHINA, "2026-11-22T16:00:00", "2026-11-23T15:59:59.999999"),
        ("0d", CHINA, "2026-11-23T16:00:00", "2026-11-24T15:59:59.999999"),
        (" 30D ", CHINA, "2026-10-24T16:00:00", "2026-10-25T15:59:59.999999"),
        ("30d", NEW_YORK, "2026-10-24T04:00:00", "2026-10-25T03:59:59.999999"),  # by summer time
        ("12h", CHINA, "2026-11-23T06:30:15", "2026-11-23T06:30:15"),
        ("720h", NEW_YORK, "2026-10-24T18:30:15", "2026-10-24T18:30:15"),  # hours, whatever the clocks of the site did
    ],
)
def test_a_distance_from_now_is_a_day_at_the_site_or_a_moment(text: str, zone: ZoneInfo, first: str, last: str) -> None:
    assert window_edge(text, zone, now=NOW, end=False) == datetime.fromisoformat(first).replace(tzinfo=UTC)
    assert window_edge(text, zone, now=NOW, end=True) == datetime.fromisoformat(last).replace(tzinfo=UTC)


@given(MOMENTS, st.integers(0, 3000))
def test_days_ago_are_as_many_days_before_today(now: datetime, days: int) -> None:
    edge = window_edge(f"{days}d", CHINA, now=now, end=False)
    assert (window_edge("today", CHINA, now=now, end=False) - edge) == timedelta(days=days)
    assert edge <= now - timedelta(days=days) <= window_edge(f"{days}d", CHINA, now=now, end=True)


@pytest.mark.parametrize(
    "text",
    [
        "", "tomorrow", "d", "h", "30", "30 d", "-1d", "+1d", "1.5d", "3m", "\u0663d", "12h30", "99999999d", "999999d",
        "2026-13-01", "2026-02-30", "01.11.2026", "2026-11-01T25:00",
    ],
)  # fmt: skip
def test_a_text_that_is_not_a_date_is_refused(text: str) -> None:
    with pytest.raises((ValueError, OverflowError)):
        window_edge(text, CHINA, now=NOW, end=False)


@given(DAYS)
def test_days_follow_each_other_without_gap_or_overlap(day: date) -> None:
    last = window_edge(day.isoformat(), CHINA, now=NOW, end=True)
    next_first = window_edge((day + timedelta(days=1)).isoformat(), CHINA, now=NOW, end=False)
    assert next_first - last == timedelta(microseconds=1)
