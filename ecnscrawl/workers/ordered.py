"""Call a function for each of many arguments in a pool; give the results in the order of the arguments."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import TypeVar

from ecnscrawl.workers.pool import WorkerPool

A = TypeVar("A")
R = TypeVar("R")

_AHEAD = 4  #: calls for each worker that are under way, or whose results wait for an earlier one


async def map_async(
    pool: WorkerPool, function: Callable[[A], R], arguments: Iterable[A]
) -> AsyncIterator[tuple[A, R | Exception]]:
    """Yield each argument with its result, or with the exception that `WorkerPool.run` raises instead.

    Only a few arguments are taken ahead of the one whose result comes next.
    """
    under_way: deque[tuple[A, asyncio.Task[R]]] = deque()
    try:
        for argument in arguments:
            task = asyncio.create_task(pool.run("", function, argument))
            under_way.append((argument, task))
            if len(under_way) >= pool.workers * _AHEAD:
                yield await _outcome(*under_way.popleft())
        while under_way:
            yield await _outcome(*under_way.popleft())
    finally:
        for _, task in under_way:
            task.cancel()


def map_ordered(
    pool: WorkerPool, function: Callable[[A], R], arguments: Iterable[A]
) -> Iterator[tuple[A, R | Exception]]:
    """Do the same in a program without an event loop. The pool is closed at the end, and cannot be used elsewhere."""
    with asyncio.Runner() as runner:
        results = map_async(pool, function, arguments)
        try:
            while True:
                try:
                    yield runner.run(anext(results))  # type: ignore[arg-type] # a coroutine
                except StopAsyncIteration:
                    return
        finally:
            runner.run(results.aclose())  # type: ignore[attr-defined] # an asynchronous generator
            runner.run(pool.close())


async def _outcome(argument: A, task: "asyncio.Task[R]") -> tuple[A, R | Exception]:
    try:
        return argument, await task
    except Exception as error:
        return argument, error
