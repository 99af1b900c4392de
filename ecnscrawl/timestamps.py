"""Times: what a page or a user writes, to aware datetimes in UTC and to the record's form.

>>> from zoneinfo import ZoneInfo
>>> stated = parse("2024-06-21 07:58", ZoneInfo("Asia/Shanghai"))
>>> to_text(stated.at), stated.precision
('2024-06-20T23:58:00Z', 'minute')
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from email.utils import parsedate_to_datetime

from ecnscrawl.items import Precision

# 2026-10-03 09:34:32, 2018-05-03 16:06 (minutes only, to 2018), 2026-10-03T09:34:32+08:00, 2026-10-03T01:34:32.5Z
_ISO = re.compile(
    r"\s*(\d{4})-(\d\d?)-(\d\d?)(?:[T\s]+(\d\d?):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?\s*", re.IGNORECASE
)
_SECONDS = re.compile(r"\d:\d\d:\d\d")

# What a user may write instead of a date; more digits than these are a slip.
_DAYS_AGO = re.compile(r"([0-9]{1,6})d")
_HOURS_AGO = re.compile(r"([0-9]{1,7})h")
_DAY_WORDS = {"today": "0d", "yesterday": "1d"}


@dataclass(frozen=True, slots=True)
class StatedTime:
    """A time that a page or feed states: in UTC, and how much of it was stated."""

    at: datetime
    precision: Precision


def parse(text: str, zone: tzinfo | None) -> StatedTime | None:
    """The time that a page or feed states, in UTC; None where it states none.

    A time without a zone is the site's own, `zone`, and no time at all where that is not known; a date without
    a time is no time. RFC 822, as feeds should have it, is read too.
    """
    moment = _moment(text, zone)
    return StatedTime(moment, "second" if _SECONDS.search(text) else "minute") if moment else None


def _moment(text: str, zone: tzinfo | None) -> datetime | None:
    if match := _ISO.fullmatch(text):
        year, month, day, hour, minute, second, offset = match.groups()
        if hour is None or (zone is None and offset is None):
            return None
        try:
            moment = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), tzinfo=zone)
            if offset:
                moment = datetime.combine(moment.date(), moment.time(), _offset(offset))
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            return None
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None and zone is None:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _offset(text: str) -> tzinfo:
    return datetime.strptime(text.upper().replace("Z", "+0000").replace(":", ""), "%z").tzinfo or UTC


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
