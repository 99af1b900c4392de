"""When may this host be asked? The one policy that scheduler, throttle, robots.txt and retries go by.

It only decides; who holds requests back asks it. What it hears and what it answers:

| heard from | event | asked by | answer |
| --- | --- | --- | --- |
| `middlewares/backoff` | answers, failures, Retry-After | `scheduler`, `middlewares/backoff` | `due_at`, `is_left` |
| `middlewares/robots` | Crawl-delay | `extensions/throttle` | `least_delay` |
| `middlewares/backoff` | a request fails and is tried again | `middlewares/backoff` | `retry_delay` |

Times are seconds of a clock that never jumps (`time.monotonic`).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from ecnscrawl.normalize.text import counted

_JITTER = 0.5  # of a wait, on top of it: so that what failed together does not come back together
_MAX_DOUBLINGS = 30  # beyond any maximum; a user may set RETRY_TIMES high


@dataclass(frozen=True, slots=True)
class HostLimits:
    """What a host may ask for, and how long it is tried; see the settings of these names. Times in seconds."""

    max_failures: int = 0  #: requests that fail in a row, then the host is left; 0 leaves none
    max_retry_after: float = 300.0
    max_crawl_delay: float = 30.0
    retry_backoff: float = 1.0
    max_retry_backoff: float = 60.0


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing is asked of a host from `begun` to `until`."""

    begun: float
    until: float


@dataclass(slots=True)
class FailureStreak:
    """The failures of a host since it last answered."""

    requests: int = 0  #: that failed; one that is tried again and fails again says nothing new
    reasons: Counter[str] = field(default_factory=Counter)


class HostPolicy:
    """Pauses, delays, failures and the hosts that are left for the rest of the run.

    >>> hosts = HostPolicy(HostLimits(max_failures=2))
    >>> hosts.pause("www.ecns.cn", now=100.0, seconds=30.0)
    >>> hosts.due_at("www.ecns.cn"), hosts.due_at("www.ecns.cn", not_before=140.0), hosts.due_at("example.org")
    (130.0, 140.0, 0.0)
    >>> [hosts.note_failure("www.ecns.cn", reason) for reason in ("HTTP 503", "timed out")]
    [False, True]
    >>> hosts.left
    {'www.ecns.cn': '2 failures in a row, mostly HTTP 503'}
    """

    def __init__(self, limits: HostLimits) -> None:
        self.limits = limits
        self.left: dict[str, str] = {}  #: why, by host
        self._streaks: dict[str, FailureStreak] = {}
        self._pauses: dict[str, Pause] = {}
        self._crawl_delays: dict[str, float] = {}

    # Answers.

    def due_at(self, host: str, not_before: float = 0.0) -> float:
        """The earliest time for a request of this host; 0 is now. Nothing waits for a host that is left."""
        if host in self.left:
            return 0.0
        pause = self._pauses.get(host)
        return max(not_before, pause.until if pause else 0.0)

    def first_due_at(self, hosts: Iterable[str]) -> float:
        """The earliest time for a request of any of these hosts."""
        return min((self.due_at(host) for host in hosts), default=0.0) if self._pauses else 0.0

    def is_left(self, host: str) -> bool:
        """Whether the host is left alone for the rest of the run."""
        return host in self.left

    def least_delay(self, host: str) -> float:
        """Seconds between two requests that the host's robots.txt asks for, at least; 0 where it asks for none."""
        return self._crawl_delays.get(host, 0.0)

    def retry_delay(self, attempt: int, chance: float) -> float:
        """Seconds before a request is tried again: twice as long each time. `attempt` is from 1, `chance` 0 to 1.

        >>> [HostPolicy(HostLimits()).retry_delay(attempt, chance=0.5) for attempt in (1, 2, 3, 99)]
        [1.25, 2.5, 5.0, 60.0]
        """
        doubled = self.limits.retry_backoff * 2.0 ** min(attempt - 1, _MAX_DOUBLINGS)
        return min(self.limits.max_retry_backoff, doubled * (1 + _JITTER * chance))

    # Events.

    def pause(self, host: str, now: float, seconds: float) -> None:
        """A host asks to be left alone for so long (`Retry-After`); a longer pause that it has already stays."""
        seconds = min(seconds, self.limits.max_retry_after)
        before = self._pauses.get(host)
        if before is None or before.until <= now:
            self._pauses[host] = Pause(now, now + seconds)
        elif now + seconds > before.until:
            self._pauses[host] = Pause(before.begun, now + seconds)

    def end_pause(self, host: str, now: float) -> float:
        """Return, once, the length of a pause that has ended; else 0."""
        pause = self._pauses.get(host)
        if pause is None or pause.until > now:
            return 0.0
        del self._pauses[host]
        return pause.until - pause.begun

    def set_crawl_delay(self, host: str, seconds: float) -> float:
        """The host's robots.txt asks for a delay; returns the one that is kept."""
        kept = min(seconds, self.limits.max_crawl_delay)
        self._crawl_delays[host] = max(kept, self.least_delay(host))
        return kept

    def note_answer(self, host: str) -> None:
        """A host has answered, whatever it said of the page."""
        self._streaks.pop(host, None)

    def note_failure(self, host: str, reason: str, *, is_retry: bool = False) -> bool:
        """Count a failed request, and return True where the host is left because of it.

        A request that is tried again and fails again (`is_retry`) counts once.
        """
        if host in self.left:
            return False
        streak = self._streaks.setdefault(host, FailureStreak())
        streak.requests += not is_retry
        streak.reasons[reason] += 1
        if not self.limits.max_failures or streak.requests < self.limits.max_failures:
            return False
        self.left[host] = (
            f"{counted(streak.requests, 'failure')} in a row, mostly {streak.reasons.most_common(1)[0][0]}"
        )
        return True
