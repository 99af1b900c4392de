"""Run ids, which name a run's files and sort in the order in which they were assigned, even if the clock jumps back.

>>> from datetime import UTC, datetime
>>> next_run_id(datetime(2026, 11, 23, 7, 30, tzinfo=UTC), last="20261123T073000Z-0000ff", chance=0x1A2B3C)
'20261123T073000Z-000100'
>>> next_run_id(datetime(2026, 11, 23, 7, 31, tzinfo=UTC), last="20261123T073000Z-0000ff", chance=0x1A2B3C)
'20261123T073100Z-1a2b3c'
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

_FORM = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"(\d{8}T\d{6}Z)-([0-9a-f]{6})")
_CEILING = 0x1000000


def next_run_id(now: datetime, last: str | None, chance: int) -> str:
    """Return a run id that sorts after `last`: the UTC time of `now`, a hyphen, and six hex digits.

    In the same second as `last`, or before it, the id is `last` plus one. `now` must have a time zone. `chance` is a
    random number that makes the ids of two data folders differ.
    """
    stamp, number = now.astimezone(UTC).strftime(_FORM), chance % (_CEILING // 2)
    if last and (match := _NAME.match(last)) and stamp <= match[1]:
        stamp, number = match[1], int(match[2], 16) + 1
        if number == _CEILING:
            stamp = (datetime.strptime(stamp, _FORM).replace(tzinfo=UTC) + timedelta(seconds=1)).strftime(_FORM)
            number = 0
    return f"{stamp}-{number:06x}"


def is_run_id(text: str) -> bool:
    """Whether a file name without its suffix is a run id."""
    return _NAME.fullmatch(text) is not None


def run_ids_of(names: Iterable[str], ending: str) -> list[str]:
    """Return the run ids among file names with this ending, in the order of the names.

    >>> run_ids_of(["20261123T073000Z-1a2b3c.json", "latest.json", "20261123T073000Z-1a2b3c.ids"], ".json")
    ['20261123T073000Z-1a2b3c']
    """
    stems = (name.removesuffix(ending) for name in names if name.endswith(ending))
    return [stem for stem in stems if is_run_id(stem)]
