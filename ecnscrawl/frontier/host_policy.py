"""Know when a host may be requested in this run: its pauses (Retry-After), its Crawl-delay, its failures in a row.

It holds nothing back itself. The components that do so ask it:

| informed by | event | asked by | answer |
| --- | --- | --- | --- |
| `middlewares/backoff` | answers, failures, Retry-After | `network/scheduler`, `backoff` | `due_at`, `is_left` |
| `middlewares/robots` | Crawl-delay | `network/throttle` | `least_delay` |
| `middlewares/backoff` | a request fails and is tried again | `middlewares/backoff` | `retry_delay` |

Times are seconds of a monotonic clock (`time.monotonic`).
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ecnscrawl.normalize.text import counted

_JITTER = 0.5  #: up to this share is added to a wait, so that requests that failed together are not retried together
MAX_PAUSES = 1000  #: of hosts; beyond it those that have ended are forgotten
_MAX_DOUBLINGS = 30  # beyond any maximum; a user may set RETRY_TIMES high


@dataclass(frozen=True, slots=True)
class HostLimits:
    """The policy's limits, in seconds; see HOST_MAX_CONSECUTIVE_FAILURES, CRAWL_DELAY_MAX and the settings RETRY_…."""

    max_failures: int = 0  #: failed requests in a row after which a host is given up; 0 means never
    max_retry_after: float = 300.0
    max_crawl_delay: float = 30.0
    retry_backoff: float = 1.0
    max_retry_backoff: float = 60.0


@dataclass(frozen=True, slots=True)
class Pause:
    """A host gets no requests from `begun` to `until`."""

    begun: float
    until: float


@dataclass(slots=True)
class FailureStreak:
    """The failures of a host since it last answered."""

    requests: int = 0  #: failed requests, without their retries
    reasons: Counter[str] = field(default_factory=Counter)


class HostPolicy:
    """Pauses, delays and failures of hosts, and the hosts that are given up for the rest of the run.

    >>> hosts = HostPolicy(HostLimits(max_failures=2))
    >>> hosts.pause("news.example", now=100.0, seconds=30.0)
    >>> hosts.due_at("news.example"), hosts.due_at("news.example", not_before=140.0), hosts.due_at("example.org")
    (130.0, 140.0, 0.0)
    >>> [hosts.note_failure("news.example", reason) for reason in ("HTTP 503", "timed out")]
    [False, True]
    >>> hosts.left
    {'news.example': '2 failures in a row, mostly HTTP 503'}
    """

    def __init__(self, limits: HostLimits, pauses: dict[str, Pause] | None = None) -> None:
        """`pauses` are those of all crawls of the process, by host: a pause that one was asked for holds for all."""
        self.limits = limits
        self.left: dict[str, str] = {}  #: host -> why it was given up
        self._streaks: dict[str, FailureStreak] = {}
        self._pauses = pauses if pauses is not None else {}
        self._crawl_delays: dict[str, float] = {}
        self.on_pause: Callable[[str, float], None] | None = None  #: called with a host and the seconds of its pause

    # Answers.

    def due_at(self, host: str, not_before: float = 0.0) -> float:
        """Return the earliest time for a request to this host; 0 means now, also for a host that was given up."""
        if host in self.left:
            return 0.0
        pause = self._pauses.get(host)
        return max(not_before, pause.until if pause else 0.0)

    def first_due_at(self, hosts: Iterable[str]) -> float:
        """Return the earliest time for a request to any of these hosts."""
        return min((self.due_at(host) for host in hosts), default=0.0) if self._pauses else 0.0

    def is_left(self, host: str) -> bool:
        """Whether the host gets no more requests in this run."""
        return host in self.left

    def least_delay(self, host: str) -> float:
        """Return the minimum delay between two requests, in seconds, from the host's robots.txt, or 0."""
        return self._crawl_delays.get(host, 0.0)

    def retry_delay(self, attempt: int, chance: float) -> float:
        """Return the seconds before a retry, which double with each attempt.

        `attempt` counts from 1; `chance` is a random number from 0 to 1.

        >>> [HostPolicy(HostLimits()).retry_delay(attempt, chance=0.5) for attempt in (1, 2, 3, 99)]
        [1.25, 2.5, 5.0, 60.0]
        """
        doubled = self.limits.retry_backoff * 2.0 ** min(attempt - 1, _MAX_DOUBLINGS)
        return min(self.limits.max_retry_backoff, doubled * (1 + _JITTER * chance))

    # Events.

    def pause(self, host: str, now: float, seconds: float) -> None:
        """Pause a host because of `Retry-After`. A longer pause stays."""
        seconds = min(seconds, self.limits.max_retry_after)
        if len(self._pauses) > MAX_PAUSES:
            for old in [each for each, pause in self._pauses.items() if pause.until <= now]:
                del self._pauses[old]
        before = self._pauses.get(host)
        if before is None or before.until <= now:
            self._pauses[host] = Pause(now, now + seconds)
        elif now + seconds > before.until:
            self._pauses[host] = Pause(before.begun, now + seconds)
        else:
            return
        if self.on_pause is not None:
            self.on_pause(host, seconds)

    def end_pause(self, host: str, now: float) -> float:
        """Return, once, the length of a pause that has ended; else 0."""
        pause = self._pauses.get(host)
        if pause is None or pause.until > now:
            return 0.0
        del self._pauses[host]
        return pause.until - pause.begun

    def set_crawl_delay(self, host: str, seconds: float) -> float:
        """Set the delay from a host's robots.txt; return the delay used, which `max_crawl_delay` limits."""
        kept = min(seconds, self.limits.max_crawl_delay)
        self._crawl_delays[host] = max(kept, self.least_delay(host))
        return kept

    def note_answer(self, host: str) -> None:
        """Note that a host has answered, with whatever status. This ends its streak of failures."""
        self._streaks.pop(host, None)

    def note_failure(self, host: str, reason: str, *, is_retry: bool = False) -> bool:
        """Count a failed request; return True if the host is given up because of it.

        A failed retry (`is_retry`) does not count as another request.
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
