"""Names of runs and their files: they sort in the order in which they were given, whatever the clock does.

>>> from datetime import UTC, datetime
>>> next_name(datetime(2026, 11, 23, 7, 30, tzinfo=UTC), last="20261123T073000Z-0000ff", chance=0x1A2B3C)
'20261123T073000Z-000100'
>>> next_name(datetime(2026, 11, 23, 7, 31, tzinfo=UTC), last="20261123T073000Z-0000ff", chance=0x1A2B3C)
'20261123T073100Z-1a2b3c'
"""

import re
from datetime import UTC, datetime, timedelta

_FORM = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"(\d{8}T\d{6}Z)-([0-9a-f]{6})")
_CEILING = 0x1000000


def next_name(now: datetime, last: str | None, chance: int) -> str:
    """A name that sorts after `last`: the time in UTC, and six hex digits.

    Within a second, and where the clock stands before the last name, the last name is counted up. `chance`
    is any number: it tells apart the names of two data folders.
    """
    stamp, number = now.astimezone(UTC).strftime(_FORM), chance % (_CEILING // 2)
    if last and (match := _NAME.match(last)) and stamp <= match[1]:
        stamp, number = match[1], int(match[2], 16) + 1
        if number == _CEILING:
            stamp = (datetime.strptime(stamp, _FORM).replace(tzinfo=UTC) + timedelta(seconds=1)).strftime(_FORM)
            number = 0
    return f"{stamp}-{number:06x}"


def is_name(text: str) -> bool:
    """Whether a file's name, without its ending, was given by `next_name`."""
    return _NAME.fullmatch(text) is not None
