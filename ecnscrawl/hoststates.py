"""What a run has come to know of the hosts it asks: which of them want to be left alone, for a while or for good.

Times are seconds of a clock that never jumps (`time.monotonic`).
"""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing is asked of a host from here to there."""

    begun: float
    until: float


@dataclass(slots=True)
class Row:
    """The failures of a host since it last answered."""

    asked: int = 0  #: requests that failed; one that is tried again and fails again says nothing new
    reasons: Counter[str] = field(default_factory=Counter)


class HostStates:
    """Pauses, and hosts that are left alone for the rest of the run.

    >>> hosts = HostStates(most_failures=2)
    >>> hosts.pause("www.ecns.cn", now=100.0, seconds=30.0)
    >>> hosts.paused_until("www.ecns.cn")
    130.0
    >>> [hosts.has_failed("www.ecns.cn", reason) for reason in ("HTTP 503", "timed out")]
    [False, True]
    >>> hosts.left
    {'www.ecns.cn': '2 failures in a row, mostly HTTP 503'}
    """

    def __init__(self, most_failures: int) -> None:
        """A host is left after so many failures in a row; 0 leaves none."""
        self._most_failures = most_failures
        self._rows: dict[str, Row] = {}
        self._pauses: dict[str, Pause] = {}
        self.left: dict[str, str] = {}  #: why, by host

    @property
    def has_pauses(self) -> bool:
        """Whether any host was told to be paused, and not yet asked again."""
        return bool(self._pauses)

    def pause(self, host: str, now: float, seconds: float) -> None:
        """Ask nothing of a host for so long; one that is paused already for longer stays so."""
        before = self._pauses.get(host)
        if before is None or before.until <= now:
            self._pauses[host] = Pause(now, now + seconds)
        elif now + seconds > before.until:
            self._pauses[host] = Pause(before.begun, now + seconds)

    def paused_until(self, host: str) -> float:
        """Until when nothing is to be asked of a host; 0 where it is not paused, or is left: then nothing waits."""
        pause = self._pauses.get(host)
        return pause.until if pause and host not in self.left else 0.0

    def end_pause(self, host: str, now: float) -> float:
        """How long a pause was that is over by now and was not told before; 0 where there is none."""
        pause = self._pauses.get(host)
        if pause is None or pause.until > now:
            return 0.0
        del self._pauses[host]
        return pause.until - pause.begun

    def has_answered(self, host: str) -> None:
        """A host has answered, whatever it said of the page asked for."""
        self._rows.pop(host, None)

    def has_failed(self, host: str, reason: str, *, again: bool = False) -> bool:
        """Count a failure, `again` where the request had failed before; True where the host is left for it."""
        if host in self.left:
            return False
        row = self._rows.setdefault(host, Row())
        row.asked += not again
        row.reasons[reason] += 1
        if not self._most_failures or row.asked < self._most_failures:
            return False
        self.left[host] = f"{row.asked} failures in a row, mostly {row.reasons.most_common(1)[0][0]}"
        return True
