"""Do blocking work in a thread, for which no end of the process waits."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


async def in_daemon_thread(work: Callable[[], T]) -> T:
    """Return what `work` returns, or raise what it raises. The event loop goes on meanwhile.

    Threads of an executor would be joined when the process ends, however long a database that hangs takes.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def set_result(result: T) -> None:
        if not done.done():
            done.set_result(result)

    def set_exception(error: BaseException) -> None:
        if not done.done():
            done.set_exception(error)

    def run() -> None:
        with suppress(RuntimeError):  # the loop has ended meanwhile
            try:
                loop.call_soon_threadsafe(set_result, work())
            except Exception as error:
                loop.call_soon_threadsafe(set_exception, error)

    Thread(target=run, daemon=True).start()
    return await done
