"""Parse the times of pages, feeds and users to aware datetimes in UTC, and format them for records.

>>> from zoneinfo import ZoneInfo
>>> stated = parse("2024-06-21 07:58", ZoneInfo("Asia/Shanghai"))
>>> to_text(stated.at), stated.precision
('2024-06-20T23:58:00Z', 'minute')
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from ecnscrawl.items import Precision
from ecnscrawl.normalize.zones import at_site, in_utc

_TIME = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?"  # 9:34 | 09:34:32.5
    r"(?: ?(?P<half>[ap])\.?m\b\.?)?"  # 9:34 AM | 9:34:32 p.m.
)
_ZONE = (
    r"(?: ?(?P<zone>(?:GMT|UTC) ?[+-][0-9:]{1,5}|[+-][0-9:]{2,6}|[A-Z]{1,5})"  # +0800 | GMT+8 | Z | EDT
    r"(?P<remark> ?\([^()]+\))?)?"  # RFC 822 and JavaScript add a comment: (China Standard Time)
)
_WEEKDAY = r"(?P<weekday>Mon|Tue|Tues|Wed|Thu|Thur|Thurs|Fri|Sat|Sun|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b\.?"
_MONTH = (
    r"(?P<name>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|June|July"
    r"|January|February|March|April|August|September|October|November|December)\b\.?"
)
_DAY = r"(?P<day>[0-9]{1,2})"
_NTH = rf"{_DAY}(?:st|nd|rd|th)?"
_2, _4 = r"[0-9]{2}", r"[0-9]{4}"
_YEAR = rf"(?P<year>{_4})"
_AT = r"(?:,|,? at| [|@])? "

# The accepted forms, each with examples; white space is collapsed before. In each of them the year comes first, or the
# month has a name. 03/10/2026 is not accepted: it can be the 3rd of October or the 10th of March.
_FORMS = tuple(
    re.compile(form, re.ASCII | re.IGNORECASE)
    for form in (
        # ISO 8601, RFC 3339: 2026-10-03T09:34:32+08:00 | 2026-10-03 09:34:32 | 2018-05-03 16:06 | 2026/10/03
        rf"{_YEAR}(?P<between>[-/.])(?P<month>[0-9]{{1,2}})(?P=between){_DAY}(?:[T ]{_TIME}{_ZONE})?",
        # ISO 8601, basic: 20261003T093432Z | 20261003T0934+0800
        rf"(?P<year>{_4})(?P<month>{_2})(?P<day>{_2})T(?P<hour>{_2})(?P<minute>{_2})(?P<second>{_2})?{_ZONE}",
        # RFC 822, 850, 5322: Sat, 03 Oct 2026 09:34:32 +0800 | Saturday, 03-Oct-26 09:34:32 GMT | 3 October 2026
        rf"(?:{_WEEKDAY},? ?)?{_NTH}[ -]{_MONTH},?[ -](?P<year>{_4}|{_2})(?:{_AT}{_TIME}{_ZONE})?",
        # American pages: Aug 06, 2018 05:05 PM EDT | Saturday, October 3rd, 2026 at 9:34 a.m. | Oct. 3, 2026 @ 9:34
        # JavaScript: Sat Oct 03 2026 09:34:32 GMT+0800 (China Standard Time)
        rf"(?:{_WEEKDAY},? )?{_MONTH} {_NTH},? {_YEAR}(?:{_AT}{_TIME}{_ZONE})?",
        # C, Unix, Java: Sat Oct  3 09:34:32 2026 | Sat Oct 03 09:34:32 EDT 2026
        rf"{_WEEKDAY} {_MONTH} {_DAY} {_TIME}{_ZONE} {_YEAR}",
        # Chinese pages: 2026年10月3日 09:34
        rf"{_YEAR}年(?P<month>[0-9]{{1,2}})月{_DAY}日(?: ?{_TIME}{_ZONE})?",
    )
)
_OF_RECORDS = re.compile(rf"{_4}-{_2}-{_2}T{_2}:{_2}:{_2}Z")  # 2024-06-20T23:58:00Z
_MAX_LENGTH = 100  #: characters
# Programs write 0001-01-01 or 9999-12-31 if there is no date. No news is outside of these years, and inside of them
# Python can convert a day from any time zone.
_FIRST_YEAR, _LAST_YEAR = 1900, 2999
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WEEKDAYS = "mon tue wed thu fri sat sun".split()

# What a user may write instead of a date. More digits are a typo.
_DAYS_AGO = re.compile(r"([0-9]{1,6})d")
_HOURS_AGO = re.compile(r"([0-9]{1,7})h")
_DAY_WORDS = {"today": "0d", "yesterday": "1d"}


@dataclass(frozen=True, slots=True)
class StatedTime:
    """A time that a page or feed states, in UTC, and its precision.

    If the precision is `day`, `at` is 00:00:00 UTC on that day, whatever the time zone of the page.
    """

    at: datetime
    precision: Precision

    def span(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Return the earliest and latest possible time. For a day they are its start and end in the site's `zone`."""
        if self.precision != "day":
            return self.at, self.at
        day = self.at.astimezone(UTC).date()
        return _edge_of_day(day, zone, end=False), _edge_of_day(day, zone, end=True)


def parse(text: str, zone: tzinfo | None) -> StatedTime | None:
    """Parse the time that a page or feed states; return None for no time and for an ambiguous one.

    A time without a time zone is in the site's `zone`; if that is None, the result is None. The result is also None for
    a weekday that does not match the date; for the name of a zone that has several meanings, see `zones`; for 24:00,
    which can be the start or the end of the day; for the second 60; for a year of two digits, except in the form of
    RFC 822 with a matching weekday; and for a year before 1900 or after 2999. Fractions of a second are dropped.
    """
    text = " ".join(text.split())
    if len(text) > _MAX_LENGTH:
        return None
    match = next((match for form in _FORMS if (match := form.fullmatch(text))), None)
    try:
        return _stated(match.groupdict(), zone) if match else None
    except ValueError:  # the 30th of February, 25:00
        return None


def _stated(parts: Mapping[str, str | None], zone: tzinfo | None) -> StatedTime | None:
    day = _day(parts)
    if day is None:
        return None
    hour = parts.get("hour")
    if hour is None:
        return StatedTime(datetime.combine(day, time.min, UTC), "day")
    second = parts.get("second")
    clock = time(_hour(int(hour), parts.get("half")), int(parts["minute"] or 0), int(second or 0))
    local, written = datetime.combine(day, clock), parts["zone"]
    if written and parts["remark"] and not written[-1].isdigit():  # GMT (China Standard Time)
        return None
    at = in_utc(local, written) if written else at_site(local, zone) if zone else None
    return StatedTime(at, "second" if second else "minute") if at else None


def _day(parts: Mapping[str, str | None]) -> date | None:
    year, month, name, weekday = (parts.get(key) or "" for key in ("year", "month", "name", "weekday"))
    if len(year) == 2:
        if not weekday:  # a matching weekday shows that the century is right
            return None
        year = f"{'20' if year < '50' else '19'}{year}"  # RFC 5322, 4.3
    number = _MONTHS.index(name[:3].lower()) + 1 if name else int(month)
    if not _FIRST_YEAR <= int(year) <= _LAST_YEAR:
        return None
    day = date(int(year), number, int(parts["day"] or 0))
    return day if not weekday or _WEEKDAYS[day.weekday()] == weekday[:3].lower() else None


def _hour(written: int, half: str | None) -> int:
    if half is None:
        return written
    if not 1 <= written <= 12:
        raise ValueError(f"hour {written} does not exist on a 12-hour clock")
    return written % 12 + (12 if half.lower() == "p" else 0)


def of_record(published_at: str, precision: Precision) -> StatedTime | None:
    """Return a record's time of publication, or None if it has none yet."""
    return StatedTime(from_text(published_at), precision) if published_at else None


def to_text(moment: datetime) -> str:
    """Format an aware datetime for a record: UTC, without fractions of a second."""
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def from_text(text: str) -> datetime:
    """Parse a time in a record's format. Raises ValueError."""
    if not _OF_RECORDS.fullmatch(text):
        raise ValueError(f"{text!r} does not match 2024-06-20T23:58:00Z")
    return datetime.fromisoformat(text)  # ten times as fast as `strptime`


def window_edge(text: str, zone: tzinfo, *, now: datetime, end: bool) -> datetime:
    """Parse what a user writes for `since` or `until`; return its first moment, or with `end` its last one, in UTC.

    `2026-11-01` and `2026-11-01T08:00` are ISO 8601; without a time zone they are in the site's `zone`. `today`,
    `yesterday` and `30d` (30 days ago) are days in that zone. `12h` is the time 12 hours before `now` (aware). A day
    lasts from its first to its last moment, and a time lasts for its whole second or minute. Raises ValueError, or
    OverflowError if the result would be before the year 1.

    >>> from zoneinfo import ZoneInfo
    >>> noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    >>> window_edge("1d", ZoneInfo("Asia/Shanghai"), now=noon, end=True).isoformat(timespec="seconds")
    '2026-11-22T15:59:59+00:00'
    """
    word = text.strip().lower()
    if match := _HOURS_AGO.fullmatch(word):
        return now.astimezone(UTC) - timedelta(hours=int(match[1]))
    if match := _DAYS_AGO.fullmatch(_DAY_WORDS.get(word, word)):
        day = now.astimezone(zone).date() - timedelta(days=int(match[1]))
        return _edge_of_day(day, zone, end=end)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        seconds_given = re.search(r"\d\d:\d\d:\d\d", text)
        span = timedelta(seconds=1) if seconds_given else timedelta(minutes=1)
        return moment.astimezone(UTC) + (span - timedelta(microseconds=1) if end else timedelta())
    return _edge_of_day(day, zone, end=end)


def _edge_of_day(day: date, zone: tzinfo, *, end: bool) -> datetime:
    return datetime.combine(day, time.max if end else time.min, zone).astimezone(UTC)
