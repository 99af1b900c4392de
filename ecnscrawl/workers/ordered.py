"""Call a function for each of many arguments in a pool; give the results in the order of the arguments."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Thread
from typing import Any, TypeVar

from ecnscrawl.workers.failures import WorkerFailure
from ecnscrawl.workers.pool import WorkerPool
from ecnscrawl.workers.worker import call_each

A = TypeVar("A")
R = TypeVar("R")
Submit = Callable[[Coroutine[Any, Any, R]], Future[R]]

_AHEAD = 4  #: batches for each worker that are under way, or whose results wait for an earlier one


def map_ordered(
    pool: WorkerPool,
    function: Callable[[A], R],
    arguments: Iterable[A],
    weight: Callable[[A], float] = lambda _: 1.0,
) -> Iterator[tuple[A, R | Exception]]:
    """Yield each argument with its result, or with the exception that `WorkerPool.run` raises instead.

    A worker is sent batches, because a call costs as much as reading a small page: so many arguments that their weights
    come to 1. Each of them has the limits of a call of its own. Only a few batches are taken ahead of the one whose
    results come next. The pool is closed at the end, and cannot be used elsewhere.
    """
    under_way: deque[tuple[list[A], Future[list[R | Exception]]]] = deque()
    with _event_loop() as submit:
        try:
            for batch in _batches(arguments, weight):
                under_way.append((batch, submit(_results(pool, function, batch))))
                if len(under_way) >= pool.workers * _AHEAD:
                    yield from _next(under_way)
            while under_way:
                yield from _next(under_way)
        finally:
            submit(pool.close()).result()


@contextmanager
def _event_loop() -> Iterator[Submit[Any]]:
    """Run an event loop in a thread, so that workers get their next call while the caller does something else."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="workers", daemon=True)
    thread.start()
    try:
        yield lambda coroutine: asyncio.run_coroutine_threadsafe(coroutine, loop)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


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
