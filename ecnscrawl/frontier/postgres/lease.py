"""How long a worker may act on the sites that it has claimed: until its lease ends, which each beat moves on.

The database decides who may claim a site; this decides, on the worker's own clock, whether the worker may still send a
request. A beat is counted from before it was sent, so the worker's lease never ends later than the database's.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread

#: Seconds of a clock that goes on while the machine sleeps, where there is one.
CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
BEATS = 4  #: in the time of a lease, so that two may be lost


def boot_time() -> float:
    """Return the seconds since the machine was started, sleep included."""
    return time.clock_gettime(CLOCK)


@dataclass
class Lease:
    """A lease of `seconds`, not begun yet.

    >>> now = 100.0
    >>> lease = Lease(60.0, clock=lambda: now)
    >>> lease.begin(now)
    >>> lease.is_valid, lease.extend(now + 30), lease.until
    (True, True, 190.0)
    >>> now = 191.0
    >>> lease.is_valid, lease.extend(now), lease.is_valid
    (False, False, False)
    """

    seconds: float
    clock: Callable[[], float] = boot_time
    until: float = 0.0  #: by the clock
    _lock: Lock = field(default_factory=Lock)

    def begin(self, sent_at: float) -> None:
        """Begin with a claim that was sent at this time of the clock."""
        self.until = sent_at + self.seconds

    @property
    def is_valid(self) -> bool:
        """Whether the worker may act."""
        return self.clock() < self.until

    def extend(self, sent_at: float) -> bool:
        """Note a beat that was sent at this time; return False if the lease had ended, as it is never renewed then."""
        with self._lock:
            if not self.is_valid:
                return False
            self.until = max(self.until, sent_at + self.seconds)
            return True


class Heart:
    """Beats from a thread of its own, as long as the event loop is alive.

    `beat` is called with no arguments in the thread; it renews the claims in the database, and returns whether all are
    still held. `on_lost` is called once, in the thread, when they are not.
    """

    def __init__(self, lease: Lease, beat: Callable[[], bool], on_lost: Callable[[], None]) -> None:
        self._lease, self._beat, self._on_lost = lease, beat, on_lost
        self._loop_seen = lease.clock()
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="heart", daemon=True)

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def note_loop_alive(self) -> None:
        """Note that the event loop runs; to be called from there at least twice in the time of a lease."""
        self._loop_seen = self._lease.clock()

    def stop(self) -> None:
        """Stop beating, and wait for the beat under way."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._lease.seconds / BEATS):
            now = self._lease.clock()
            is_blocked = now - self._loop_seen > self._lease.seconds
            if not self._lease.is_valid:
                self._on_lost()
                return
            if not is_blocked and self._beat():
                self._lease.extend(now)
