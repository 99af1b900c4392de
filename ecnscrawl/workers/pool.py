"""A pool of worker processes: `await pool.run(group, function, *arguments)`.

A call that takes too long or too much memory, or that crashes, ends its process and nothing else. A worker runs one
call at a time, in its only thread.
"""

import asyncio
import pickle
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ecnscrawl.workers.failures import CallDropped, CallFailed, WorkerFailure
from ecnscrawl.workers.fair_queue import Call, FairQueue
from ecnscrawl.workers.fork_client import ForkServer, Worker
from ecnscrawl.workers.fork_server import ServerOrder
from ecnscrawl.workers.limits import WorkerLimits

R = TypeVar("R")
_PROTOCOL = pickle.HIGHEST_PROTOCOL


class WorkerPool:
    """Starts its processes with the first call, and replaces each that ends. Of one event loop."""

    def __init__(self, workers: int, limits: WorkerLimits | None = None, modules: Sequence[str] = ()) -> None:
        """`workers` is how many calls run at once; `modules` are loaded once, before the first worker is forked."""
        self.workers = workers  #: how many calls run at once
        self.limits = limits or WorkerLimits()
        self._order = ServerOrder(tuple(modules), self.limits)
        self._queue = FairQueue(workers)
        self._calls: dict[str, set[asyncio.Future[Any]]] = {}  #: by group: those that wait, and those that run
        self._serving: list[asyncio.Task[None]] = []
        self._server: ForkServer | None = None
        self._starting = asyncio.Lock()

    async def start(self) -> None:
        """Load the modules now, not with the first call. Raises Died if no process can be started."""
        await self._fork_server()

    async def run(self, group: str, function: Callable[..., R], *arguments: Any) -> R:
        """Return the result of a function in a worker; groups take turns.

        Function, arguments and result are pickled. Raises what the function raises, with the traceback in the worker
        as a note; CallFailed for an exception that cannot be pickled; WorkerFailure where the process ended; and
        CallDropped after `drop`.
        """
        result = asyncio.get_running_loop().create_future()
        calls = self._calls.setdefault(group, set())
        calls.add(result)
        self._queue.put(Call(group, function, arguments, result))
        if len(self._serving) < self.workers:
            self._serving.append(asyncio.create_task(self._serve()))
        try:
            value: R = await result
            return value
        finally:
            calls.discard(result)
            if not calls:
                self._calls.pop(group, None)

    def drop(self, group: str) -> None:
        """Raise CallDropped in all calls of a group that have no result yet."""
        for result in self._calls.get(group, ()):
            if not result.done():
                result.set_exception(CallDropped("dropped"))

    async def close(self) -> None:
        """End all processes, also those that are in a call."""
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        for group in list(self._calls):
            self.drop(group)
        if self._server is not None:
            await self._server.close()
            self._server = None

    async def _serve(self) -> None:
        """Pass on one call after another to a worker, and to a new one where that has ended."""
        worker: Worker | None = None
        try:
            while True:
                call = await self._queue.get()
                failure: Exception | None = None
                try:
                    if worker is None or worker.has_ended:
                        worker = await (await self._fork_server()).fork()
                    reply, is_last = await worker.call(pickle.dumps((call.function, call.arguments), _PROTOCOL))
                    value, is_result = pickle.loads(reply)  # noqa: S301 - from a process of the same user
                    if is_last:
                        worker.close()
                        worker = None
                except WorkerFailure as error:
                    worker, failure = None, error
                except Exception as error:  # function, arguments or result cannot be pickled
                    failure = CallFailed(f"{type(error).__name__}: {error}")
                else:
                    failure = None if is_result else value
                if not call.result.done():
                    if failure is None:
                        call.result.set_result(value)
                    else:
                        call.result.set_exception(failure)
                self._queue.note_done(call, has_ended_worker=isinstance(failure, WorkerFailure))
        finally:
            if worker is not None:
                worker.close()

    async def _fork_server(self) -> ForkServer:
        """Return the fork server, started anew where it has ended. Raises Died."""
        async with self._starting:
            if self._server is not None and self._server.has_ended:
                await self._server.close()
                self._server = None
            if self._server is None:
                self._server = await ForkServer.start(self._order)
            return self._server
