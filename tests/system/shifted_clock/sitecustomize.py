"""Moves this process's clock: this folder stands on PYTHONPATH, CLOCK_SHIFT is in seconds, backwards below zero.

With CLOCK_JUMPS_AFTER=20 the clock is right for the first twenty readings. Modules that are loaded already, as in a forked
process, get the same clock.
"""

import os
import sys
import time
from datetime import datetime, timedelta, tzinfo
from itertools import count
from types import ModuleType
from typing import Self

SECONDS = float(os.environ["CLOCK_SHIFT"])
JUMPS_AFTER = int(os.environ.get("CLOCK_JUMPS_AFTER", "0"))
real_time = time.time
readings = count(1)


class ShiftedDatetime(datetime):
    """A datetime that believes the shifted clock."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        """As ever, but shifted."""
        moment = datetime.now(tz) + timedelta(seconds=SECONDS if next(readings) > JUMPS_AFTER else 0)
        return cls.combine(moment.date(), moment.timetz())

    @classmethod
    def fromisoformat(cls, text: str, /) -> datetime:  # type: ignore[override]
        """A datetime of the standard library, as msgspec encodes no other."""
        return datetime.fromisoformat(text)


def replace(name: str, old: object, new: object) -> None:
    """Let a name mean something else in each module that has imported it, and in its own."""
    for each in list(sys.modules.values()):
        if isinstance(each, ModuleType) and each.__name__ != __name__ and vars(each).get(name) is old:
            setattr(each, name, new)


if not JUMPS_AFTER:
    replace("time", real_time, lambda: real_time() + SECONDS)
replace("datetime", datetime, ShiftedDatetime)
