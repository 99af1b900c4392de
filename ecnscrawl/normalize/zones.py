"""Parse time zones in pages and feeds: offsets from UTC, and the few names that are not ambiguous."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_UTC_NAMES = frozenset({"Z", "UTC", "UT", "GMT"})  # RFC 3339, RFC 822

# The other accepted names, each with a zone that uses it. The tz database (2000 to today) has only one offset for each,
# and no other zone is commonly called so. These names have several meanings and are not accepted, though RFC 822
# defines some of them:
#   CST  -06:00 US, -05:00 Cuba, +08:00 China           CDT  -05:00 US, -04:00 Cuba
#   PST  -08:00 US, +08:00 Philippines                  MST  -07:00 US, +08:00 Malaysia
#   IST  +05:30 India, +01:00 Ireland, +02:00 Israel    BST  +01:00 Britain, +06:00 Bangladesh, +11:00 Bougainville
#   AST  -04:00 Canada, +03:00 Arabia                   SST  -11:00 Samoa, +08:00 Singapore
#   KST  +09:00 South Korea, +08:30 North Korea         MSK  +03:00, and +04:00 from 2011 to 2014
# RFC 822 defined the letters A to Y with the wrong sign, so their meaning is unknown (RFC 5322, 4.3).
_ZONES = {
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
NAMES = frozenset({*_UTC_NAMES, *_ZONES})

_OFFSET = re.compile(r"(?:(?:GMT|UTC)([+-])([0-9]{1,2})|([+-])([0-9]{2}))(?::?([0-9]{2}))?", re.ASCII)
_WEST, _EAST = timedelta(hours=-12), timedelta(hours=14)  # the range of offsets in the tz database since 2000
_STEP = 15  #: minutes: all of these offsets are multiples
_UNKNOWN = frozenset({"-0000", "-00:00", "-00"})


def in_utc(local: datetime, written: str) -> datetime | None:
    """Convert a naive local time to UTC by the zone `written` after it: `+08:00`, `GMT+8`, `Z`, `EDT`.

    Returns None for an unknown or ambiguous zone (`CST`), and for a time that the zone never had under that name. `EST`
    in July is a mistake, either in the name or in the hour. Also returns None for `-0000`. RFC 5322 says that this is
    UTC without a known zone. But Python's `format_datetime` writes it for any naive time, also for a local one.
    """
    name = written.upper().replace(" ", "")
    if name in _UTC_NAMES:
        return local.replace(tzinfo=UTC)
    if name in _ZONES:
        shown = (moment for moment in _moments(local, ZoneInfo(_ZONES[name])) if moment.tzname() == name)
        return next((moment.astimezone(UTC) for moment in shown), None)
    offset = _offset(name)
    try:
        return local.replace(tzinfo=timezone(offset)).astimezone(UTC) if offset is not None else None
    except OverflowError:  # before the year 1 or after 9999
        return None


def at_site(local: datetime, zone: tzinfo) -> datetime | None:
    """Convert a naive local time at a site to UTC; None if a clock change skipped or repeated that time."""
    moment = local.replace(tzinfo=zone, fold=0)
    if moment.utcoffset() != moment.replace(fold=1).utcoffset():  # PEP 495: only where a change skips or repeats it
        return None
    with suppress(OverflowError):
        return moment.astimezone(UTC)
    return None


def _moments(local: datetime, zone: tzinfo) -> Iterator[datetime]:
    """Yield each time when clocks in a zone showed this local time: none if it was skipped, two if it was repeated."""
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
