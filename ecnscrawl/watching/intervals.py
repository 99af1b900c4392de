"""Read how often a site is crawled: `90s`, `30m`, `1h` or `2d`."""

import re

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_INTERVAL = re.compile(r"\s*(\d{1,9})\s*([smhd])\s*", re.ASCII)
_MAX_SECONDS = 366 * 86_400  # an interval of more than a year is a typo
DEFAULT = 3600  #: seconds: hourly, as the single crawl is recommended


def interval_seconds(text: str, least: float = 0) -> int:
    """Return the seconds of an interval. Raises ValueError with what is wrong and the way out.

    >>> interval_seconds("30m"), interval_seconds("2 d")
    (1800, 172800)
    """
    match = _INTERVAL.fullmatch(text)
    if not match:
        raise ValueError("is not a length of time; write 90s, 30m, 1h or 2d")
    seconds = int(match[1]) * _SECONDS[match[2]]
    if seconds < least:
        raise ValueError(f"is less than {least:g} seconds, in which a site has nothing new; write 30m or 1h")
    if seconds > _MAX_SECONDS:
        raise ValueError("is more than a year; write 90s, 30m, 1h or 2d")
    return seconds
