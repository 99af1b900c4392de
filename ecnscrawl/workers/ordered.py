"""Call a function for each of many arguments in a pool; give the results in the order of the arguments."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager
from threading import Thread
from typing import Any, TypeVar

from ecnscrawl.workers.failures import WorkerFailure
from ecnscrawl.workers.pool import WorkerPool
from ecnscrawl.workers.worker import call_each

A = TypeVar("A")
R = TypeVar("R")
T = TypeVar("T")

_AHEAD = 4  #: batches for each worker that are under way, or whose results wait for an earlier one


class OrderedPool(AbstractContextManager["OrderedPool"]):
    """A pool for a program without an event loop, which may use it for many such calls, one after the other."""

    def __init__(self, pool: WorkerPool) -> None:
        """From now on the pool cannot be used elsewhere."""
        self.limits = pool.limits
        self._pool = pool
        # In a thread, so that workers get their next call while the caller does something else.
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="workers", daemon=True)
        self._thread.start()

    def map(
        self, function: Callable[[A], R], arguments: Iterable[A], weight: Callable[[A], float] = lambda _: 1.0
    ) -> Iterator[tuple[A, R | Exception]]:
        """Yield each argument with its result, or with the exception that `WorkerPool.run` raises instead.

        A worker is sent batches, because a call costs as much as reading a small page: so many arguments that their
        weights come to 1. Each of them has the limits of a call of its own. Only a few batches are taken ahead of the
        one whose results come next. Close the pool where the results are not taken to their end.
        """
        under_way: deque[tuple[list[A], Future[list[R | Exception]]]] = deque()
        for batch in _batches(arguments, weight):
            under_way.append((batch, self._submit(_results(self._pool, function, batch))))
            if len(under_way) >= self._pool.workers * _AHEAD:
                yield from _next(under_way)
        while under_way:
            yield from _next(under_way)

    def close(self) -> None:
        """End all processes, also those that are in a call."""
        self._submit(self._pool.close()).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __exit__(self, *_: object) -> None:
        self.close()

    def _submit(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)


def _batches(arguments: Iterable[A], weight: Callable[[A], float]) -> Iterator[list[A]]:
    batch: list[A] = []
    total = 0.0
    for each in arguments:
        batch.append(each)
        total += weight(each)
        if total >= 1:
            yield batch
            batch, total = [], 0.0
    if batch:
        yield batch


async def _results(pool: WorkerPool, function: Callable[[A], R], batch: list[A]) -> list[R | Exception]:
    """Return the results of a batch. If it ends its worker, each argument is called alone, to find which one did."""
    try:
        return await pool.run("", call_each, function, batch)
    except WorkerFailure as failure:
        if len(batch) == 1:
            return [failure]
    except Exception as error:
        return [error] * len(batch)
    return [result for each in batch for result in await _results(pool, function, [each])]


def _next(
    under_way: deque[tuple[list[A], Future[list[R | Exception]]]],
) -> Iterator[tuple[A, R | Exception]]:
    batch, results = under_way.popleft()
    yield from zip(batch, results.result(), strict=True)
