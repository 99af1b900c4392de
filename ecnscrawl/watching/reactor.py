"""Run the reactor until the work of `watch` is done, and pass on signals."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess

#: The threads that resolve host names: more than Scrapy's ten, or ten sites whose name server does not answer would
#: stop all others for a minute.
DNS_THREADS = 64


def run_reactor(
    process: AsyncCrawlerProcess,
    work: Callable[[], Coroutine[Any, Any, None]],
    on_signal: Mapping[signal.Signals, Callable[[], object]],
    give_up_waiting: Callable[[], None],
) -> None:
    """Run the reactor until `work` has ended, and raise what it raised.

    `give_up_waiting` is called at once by the handler of a signal, also while the event loop waits for a database.
    Signals that are ignored now stay ignored, but for SIGHUP, which ends nothing here: the table of a `watch` that
    `nohup` has started can be read again too.
    """
    from twisted.internet import reactor  # noqa: PLC0415 - it is installed by now

    failures: list[BaseException] = []

    async def run() -> None:
        loop = asyncio.get_running_loop()
        for number, action in on_signal.items():
            if number == signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                loop.add_signal_handler(number, action)
                if number != signal.SIGHUP:
                    # The loop has its own way to hear of a signal.
                    signal.signal(number, lambda *_: give_up_waiting())
        try:
            await work()
        except BaseException as error:
            failures.append(error)
        finally:
            process._stop_reactor()

    reactor.callWhenRunning(lambda: tasks.append(asyncio.ensure_future(run())))
    tasks: list[asyncio.Future[None]] = []  # or the loop would keep only a weak reference
    if not process.settings.getpriority("REACTOR_THREADPOOL_MAXSIZE"):
        process.settings.set("REACTOR_THREADPOOL_MAXSIZE", DNS_THREADS, "project")
    process.start(stop_after_crawl=False, install_signal_handlers=False)
    if failures:
        raise failures[0]
