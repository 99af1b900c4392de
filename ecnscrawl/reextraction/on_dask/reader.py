"""The process in which a Dask worker reads pages. It is kept for the next archives, as starting it takes a second.

It is a process of its own because a page on which a parser hangs or crashes ends it, and must not end the Dask worker.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ecnscrawl.reextraction.reading import MODULES
from ecnscrawl.workers.limits import WorkerLimits
from ecnscrawl.workers.ordered import OrderedPool
from ecnscrawl.workers.pool import WorkerPool

IDLE_SECONDS = 10.0  #: after which it ends, because a Dask worker may live for weeks

_kept: list["_Kept"] = []  # those that no task uses; a Dask worker may run tasks in several threads
_lock = threading.Lock()


@contextmanager
def reader(limits: WorkerLimits) -> Iterator[OrderedPool]:
    """Yield a pool of one process, for one task. It is ended if the task fails."""
    kept = _taken(limits)
    pool = kept.pool if kept else OrderedPool(WorkerPool(1, limits, MODULES))
    try:
        yield pool
    except BaseException:
        pool.close()
        raise
    with _lock:
        _kept.append(_Kept(pool))


def _taken(limits: WorkerLimits) -> "_Kept | None":
    with _lock:
        kept = next((each for each in _kept if each.pool.limits == limits), None)
        if kept is not None:
            _kept.remove(kept)
            kept.timer.cancel()
    return kept


class _Kept:
    def __init__(self, pool: OrderedPool) -> None:
        self.pool = pool
        self.timer = threading.Timer(IDLE_SECONDS, self._end)
        self.timer.daemon = True
        self.timer.start()

    def _end(self) -> None:
        with _lock:
            if self not in _kept:  # a task has just taken it
                return
            _kept.remove(self)
        self.pool.close()
