"""Times: what a page or a user writes, to aware datetimes in UTC and to the record's form.

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
    r"(?P<remark> ?\([^()]+\))?)?"  # RFC 822 and JavaScript have a comment behind it: (China Standard Time)
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

# The forms that are read, each with examples; white space is collapsed before. The years come first or the months have
# names: 03/10/2026 is the 3rd of October or the 10th of March.
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
_LONGEST = 100  # letters
# Programs write 0001-01-01 or 9999-12-31 where there is no date. No news stands outside of these years, and the days of
# all zones can be computed in them.
_FIRST_YEAR, _LAST_YEAR = 1900, 2999
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WEEKDAYS = "mon tue wed thu fri sat sun".split()

# What a user may write instead of a date; more digits than these are a slip.
_DAYS_AGO = re.compile(r"([0-9]{1,6})d")
_HOURS_AGO = re.compile(r"([0-9]{1,7})h")
_DAY_WORDS = {"today": "0d", "yesterday": "1d"}


@dataclass(frozen=True, slots=True)
class StatedTime:
    """A time that a page or feed states: in UTC, and how much of it was stated.

    Where that is a day, `at` is its 00:00:00 in UTC, whatever the zone of the page.
    """

    at: datetime
    precision: Precision

    def span(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """The first and last moment that it may mean: of a day all of it, by the clock of the site."""
        if self.precision != "day":
            return self.at, self.at
        day = self.at.astimezone(UTC).date()
        return _edge_of_day(day, zone, end=False), _edge_of_day(day, zone, end=True)


def parse(text: str, zone: tzinfo | None) -> StatedTime | None:
    """The time that a page or feed states; None where it states none, or one that could be another.

    A time without a zone is the site's own, `zone`, and no time at all where that is not known. None are: a weekday
    that is not the date's; a zone's name that means several, see `zones`; 24:00, which is the beginning or the end
    of that day; a second 60; a year of two digits, but for the form of RFC 822 with a weekday that fits; a year
    before 1900 or after 2999. A fraction of a second is dropped.
    """
    text = " ".join(text.split())
    if len(text) > _LONGEST:
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
        if not weekday:  # which is the proof that they were understood
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
        raise ValueError(f"{written} o'clock is not of a clock of twelve hours")
    return written % 12 + (12 if half.lower() == "p" else 0)


def of_record(published_at: str, precision: Precision) -> StatedTime | None:
    """The time of publishing of a record; None of one that has none yet."""
    return StatedTime(from_text(published_at), precision) if published_at else None


def to_text(moment: datetime) -> str:
    """The record's form, UTC to the second."""
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def from_text(text: str) -> datetime:
    """The time of a record; raises ValueError where it is none."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def window_edge(text: str, zone: tzinfo, *, now: datetime, end: bool) -> datetime:
    """The first, or with `end` the last, moment that a date, a date-time or a distance from now means, in UTC.

    `2026-11-01` and `2026-11-01T08:00` are ISO 8601; without a zone they are the site's time, `zone`. `today`,
    `yesterday` and `30d` (30 days ago) are days of the site, `12h` is the moment 12 hours before `now` (aware).
    A day means all of it, a time its whole second or minute. Raises ValueError, or OverflowError for a distance
    that leads before the year 1.

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
