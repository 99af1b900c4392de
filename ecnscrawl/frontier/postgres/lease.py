"""How long a worker may act on a site that it has claimed: until its lease ends, which each renewal moves on.

The database decides who may claim a site; this decides, on the worker's own clock, whether the worker may still send a
request. A lease is counted from before the statement was sent, so it never ends later than the database's.
"""

import time
from collections.abc import Callable
from threading import Event, Lock, Thread

#: Seconds of a clock that goes on while the machine sleeps, where there is one.
CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
RENEWALS = 4  #: in the time of a lease
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 2.0  # seconds before a renewal that got no answer is repeated

Clock = Callable[[], float]


def boot_time() -> float:
    """Return the seconds since the machine was started, sleep included."""
    return time.clock_gettime(CLOCK)


class Lease:
    """The lease of one claim. Once it was seen to have ended, it has ended for ever.

    >>> now = 100.0
    >>> lease = Lease(60.0, sent_at=now, clock=lambda: now)
    >>> lease.is_valid, lease.extend(sent_at=now + 30), lease.until
    (True, True, 190.0)
    >>> now = 191.0
    >>> lease.is_valid, lease.extend(sent_at=now), lease.is_valid
    (False, False, False)
    """

    def __init__(self, seconds: float, sent_at: float, clock: Clock = boot_time) -> None:
        """`sent_at` is when the statement of the claim was sent, by the clock."""
        self._seconds, self._clock = seconds, clock
        self.until = sent_at + seconds  #: by the clock
        self._has_ended = False
        self._lock = Lock()  # a renewal must not extend a lease at the moment at which the event loop sees its end

    @property
    def is_valid(self) -> bool:
        """Whether the worker may act."""
        with self._lock:
            return self._is_valid()

    def extend(self, sent_at: float) -> bool:
        """Note a renewal that was sent at this time; return False if the lease had ended: then it is never renewed."""
        with self._lock:
            if not self._is_valid():
                return False
            self.until = max(self.until, sent_at + self._seconds)
            return True

    def end(self) -> None:
        """Let the lease end now."""
        with self._lock:
            self._has_ended = True

    def _is_valid(self) -> bool:
        self._has_ended = self._has_ended or self._clock() >= self.until
        return not self._has_ended


class LeaseRenewer:
    """Renews leases in a thread of its own, as an event loop may be busy for seconds; but not for one that hangs."""

    def __init__(self, seconds: float, renew: Callable[[], bool], clock: Clock = boot_time) -> None:
        """`renew` is called in the thread, several times in the `seconds` of a lease, as long as the loop is alive.

        It returns False if the database did not answer; then it is called again soon.
        """
        self._seconds, self._renew, self._clock = seconds, renew, clock
        self._interval = seconds / RENEWALS
        self._next_pause = _FIRST_PAUSE
        self._loop_seen = clock()
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="lease renewer", daemon=True)

    def start(self) -> None:
        """Begin to renew; a second call does nothing."""
        if self._thread.ident is None:
            self._thread.start()

    def note_loop_alive(self) -> None:
        """Note that the event loop runs; to be called from there at least twice in the time of a lease."""
        self._loop_seen = self._clock()

    def stop(self) -> None:
        """Stop renewing, and wait for the renewal under way."""
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join()

    def wait(self, seconds: float) -> bool:
        """Wait in the thread; return True if the renewer has to stop."""
        return self._stopped.wait(seconds)

    def tick(self) -> float:
        """Renew once, unless the loop has been blocked longer than a lease. Returns the seconds until the next time."""
        if self._clock() - self._loop_seen > self._seconds or self._renew():
            self._next_pause = _FIRST_PAUSE
            return self._interval
        pause, self._next_pause = self._next_pause, min(2 * self._next_pause, _LONGEST_PAUSE)
        return min(pause, self._interval)

    def _run(self) -> None:
        pause = self._interval
        while not self.wait(pause):
            pause = self.tick()
