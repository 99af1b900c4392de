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
from pathlib import Path

from ecnscrawl.safe_files import file_names

_FORM = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"(\d{8}T\d{6}Z)-([0-9a-f]{6})")
_CEILING = 0x1000000
#: The endings of files that a run id names, by the folder that they are in, and whether they are hidden.
_ENDINGS = {
    "articles": ((".jsonl", False), (".jsonl.gz", False), (".part", True)),
    "published": ((".ids", False),),
    "archive": ((".warc.gz", False), (".warc.gz.part", True)),
    "gone": ((".jsonl", False), (".jsonl.gz", False)),
    "reports": ((".json", False),),
}


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


def run_ids_of(names: Iterable[str], ending: str, *, is_hidden: bool = False) -> list[str]:
    """The run ids of the files that are named by one and have this ending, in the order of the names.

    >>> run_ids_of(["20261123T073000Z-1a2b3c.json", "latest.json", "20261123T073000Z-1a2b3c.ids"], ".json")
    ['20261123T073000Z-1a2b3c']

    With `is_hidden` these are files whose name has a dot before the run id.

    >>> run_ids_of([".20261123T073000Z-1a2b3c.part", "20261123T073000Z-1a2b3c.part"], ".part", is_hidden=True)
    ['20261123T073000Z-1a2b3c']
    """
    prefix = "." if is_hidden else ""
    stems = (name[len(prefix) : -len(ending)] for name in names if name.startswith(prefix) and name.endswith(ending))
    return [stem for stem in stems if is_run_id(stem)]


def begins_before(run_id: str, moment: datetime) -> bool:
    """Whether a run id was assigned before a moment, which must have a time zone.

    >>> begins_before("20261123T073000Z-1a2b3c", datetime(2026, 11, 23, 8, tzinfo=UTC))
    True
    """
    return run_id < first_run_id(moment)


def first_run_id(moment: datetime) -> str:
    """Return what all run ids sort after that were assigned from this moment on. It must have a time zone.

    >>> first_run_id(datetime(2026, 11, 23, 8, tzinfo=UTC))
    '20261123T080000Z'
    """
    return moment.astimezone(UTC).strftime(_FORM)


def newest_run_id(folder: Path) -> str | None:
    """Return the last of the run ids that name files in a site's folder; None if there are none. Raises OSError."""
    found = []
    for kind, endings in _ENDINGS.items():
        names = file_names(folder / kind)
        for ending, is_hidden in endings:
            found += run_ids_of(names, ending, is_hidden=is_hidden)
    return max(found, default=None)


def time_of(run_id: str) -> datetime:
    """Return when a run id was assigned, UTC.

    >>> time_of("20261123T073000Z-1a2b3c")
    datetime.datetime(2026, 11, 23, 7, 30, tzinfo=datetime.timezone.utc)
    """
    return datetime.strptime(run_id[:16], _FORM).replace(tzinfo=UTC)
