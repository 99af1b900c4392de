"""Time zones as pages and feeds write them: offsets from UTC, and the few names that mean one offset only."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_UTC_NAMES = frozenset({"Z", "UTC", "UT", "GMT"})  # RFC 3339, RFC 822

# What else is taken at its name. The tz database (2000 to today) has each with one offset only, and no other zone is
# commonly known by it. For the same reason these are unknown, though RFC 822 names some of them:
#   CST  -06:00 US, -05:00 Cuba, +08:00 China           CDT  -05:00 US, -04:00 Cuba
#   PST  -08:00 US, +08:00 Philippines                  MST  -07:00 US, +08:00 Malaysia
#   IST  +05:30 India, +01:00 Ireland, +02:00 Israel    BST  +01:00 Britain, +06:00 Bangladesh, +11:00 Bougainville
#   AST  -04:00 Canada, +03:00 Arabia                   SST  -11:00 Samoa, +08:00 Singapore
#   KST  +09:00 South Korea, +08:30 North Korea         MSK  +03:00, and +04:00 from 2011 to 2014
# The letters A to Y of RFC 822 were defined with the wrong sign, so nobody knows what they mean: RFC 5322, 4.3.
_KEEPERS = {
    **dict.fromkeys(("EST", "EDT"), "America/New_York"),
    "MDT": "America/Denver",
    "PDT": "America/Los_Angeles",
    **dict.fromkeys(("WET", "WEST"), "Europe/Lisbon"),
    **dict.fromkeys(("CET", "CEST"), "Europe/Berlin"),
    **dict.fromkeys(("EET", "EEST"), "Europe/Helsinki"),
    "SAST": "Africa/Johannesburg",
    "HKT": "Asia/Hong_Kong",
    "JST": "Asia/Tokyo",
    **dict.fromkeys(("AEST", "AEDT"), "Australia/Sydney"),
    **dict.fromkeys(("NZST", "NZDT"), "Pacific/Auckland"),
}  # fmt: skip
NAMES = frozenset({*_UTC_NAMES, *_KEEPERS})

_OFFSET = re.compile(r"(?:(?:GMT|UTC)([+-])([0-9]{1,2})|([+-])([0-9]{2}))(?::?([0-9]{2}))?", re.ASCII)
_WEST, _EAST = timedelta(hours=-12), timedelta(hours=14)  # of the clocks in the tz database since 2000,
_STEP = 15  # minutes: each of them differs from UTC by whole quarters of an hour
_UNKNOWN = frozenset({"-0000", "-00:00", "-00"})


def in_utc(local: datetime, written: str) -> datetime | None:
    """The moment, in UTC, of a naive local time in the zone that is written behind it: `+08:00`, `GMT+8`, `Z`, `EDT`.

    None where that is no zone, or more than one: `CST`; where the clocks of that zone never showed that time under
    that name: `EST` in July, which is a slip, either in the name or in the hour; and for `-0000`. RFC 5322 has that
    for UTC of a writer who knows no zone, but what writes it, Python's `format_datetime` of a naive time, writes
    local times too.
    """
    name = written.upper().replace(" ", "")
    if name in _UTC_NAMES:
        return local.replace(tzinfo=UTC)
    if name in _KEEPERS:
        shown = (moment for moment in _moments(local, ZoneInfo(_KEEPERS[name])) if moment.tzname() == name)
        return next((moment.astimezone(UTC) for moment in shown), None)
    offset = _offset(name)
    try:
        return local.replace(tzinfo=timezone(offset)).astimezone(UTC) if offset is not None else None
    except OverflowError:  # before the year 1 or after 9999
        return None


def at_site(local: datetime, zone: tzinfo) -> datetime | None:
    """The moment, in UTC, of a naive local time by a site's clock; None where it showed that time never, or twice."""
    moments = {moment.astimezone(UTC) for moment in _moments(local, zone)}
    return moments.pop() if len(moments) == 1 else None


def _moments(local: datetime, zone: tzinfo) -> Iterator[datetime]:
    """When the clocks of a zone showed this time: twice in the hour that is put back, never in the one left out."""
    for fold in (0, 1):
        moment = local.replace(tzinfo=zone, fold=fold)
        with suppress(OverflowError):
            if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local:
                yield moment


def _offset(written: str) -> timedelta | None:
    match = _OFFSET.fullmatch(written)
    if not match or written in _UNKNOWN:
        return None
    sign, hours, minutes = match[1] or match[3], int(match[2] or match[4]), int(match[5] or 0)
    if minutes % _STEP:
        return None
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if sign == "-" else 1)
    return offset if _WEST <= offset <= _EAST else None
