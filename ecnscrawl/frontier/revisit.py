"""Schedule the next check of a known article, which may have been corrected, and the next try of a failed link.

All times are whole seconds since 1970.
"""

from collections.abc import Sequence


def next_check(published_at: int | None, looked_at: int, ages: Sequence[int]) -> int | None:
    """Return when an article reaches the next of these ages (seconds, ascending), or None if it has reached them all.

    >>> next_check(0, looked_at=4000, ages=[3600, 10800])
    10800
    """
    if published_at is None:
        return None
    return next((published_at + age for age in ages if published_at + age > looked_at), None)


def is_due(at: int | None, now: int, attempts: int, *, backoff: int) -> bool:
    """Whether a failed link should be tried now: its time has come, or is so far away that the clock was wrong.

    >>> is_due(7200, 0, attempts=1, backoff=3600), is_due(7200, 0, attempts=2, backoff=3600)
    (True, False)
    """
    return at is not None and not now < at <= now + longest_wait(attempts, backoff=backoff)


def longest_wait(attempts: int, *, backoff: int) -> int:
    """Return the seconds that a link waits after so many failed attempts."""
    return backoff * 2 ** (attempts - 1) if attempts else 0


def next_try(now: int, attempts: int, *, limit: int, backoff: int) -> int | None:
    """Return when to try a failed link again, or None past the limit. The wait starts at `backoff` and doubles.

    >>> next_try(0, attempts=3, limit=5, backoff=3600)
    14400
    """
    return None if attempts >= limit else now + longest_wait(attempts, backoff=backoff)
