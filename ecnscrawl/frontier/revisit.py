"""When to ask again: for known articles, that may be corrected, and for links that failed.

All times are whole seconds since 1970.
"""

from collections.abc import Sequence


def next_check(published_at: int | None, looked_at: int, ages: Sequence[int]) -> int | None:
    """When an article next passes one of these ages (seconds, ascending); None where it has passed them all.

    >>> next_check(0, looked_at=4000, ages=[3600, 10800])
    10800
    """
    if published_at is None:
        return None
    return next((published_at + age for age in ages if published_at + age > looked_at), None)


def is_due(at: int | None, now: int, attempts: int, *, backoff: int) -> bool:
    """Whether a link is to be tried: its time has come, or was set by a clock that was wrong.

    >>> is_due(7200, 0, attempts=1, backoff=3600), is_due(7200, 0, attempts=2, backoff=3600)
    (True, False)
    """
    return at is not None and not now < at <= now + longest_wait(attempts, backoff=backoff)


def longest_wait(attempts: int, *, backoff: int) -> int:
    """How long a link that failed so many times waits, in seconds."""
    return backoff * 2 ** (attempts - 1) if attempts else 0


def next_try(now: int, attempts: int, *, limit: int, backoff: int) -> int | None:
    """When to try a failed link again: after `backoff` seconds, each time twice as long; None past the limit.

    >>> next_try(0, attempts=3, limit=5, backoff=3600)
    14400
    """
    return None if attempts >= limit else now + longest_wait(attempts, backoff=backoff)
