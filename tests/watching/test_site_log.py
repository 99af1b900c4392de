"""Each line of the log has its site, wherever it is written."""

import asyncio
import logging
import threading
from collections.abc import Iterator
from contextvars import Context
from typing import Any

import pytest
from scrapy.settings import Settings

from ecnscrawl.network.resolver import PublicResolver
from ecnscrawl.watching.site_log import FORMAT, install_site_log, log_with_site

logger = logging.getLogger("test")


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """What is logged in the test: site and message."""
    before = logging.getLogRecordFactory()
    install_site_log(Settings())
    found: list[str] = []

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(logging.Formatter("%(site)s %(message)s").format(record))

    handler = Lines()
    logger.addHandler(handler)
    try:
        yield found
    finally:
        logger.removeHandler(handler)
        logging.setLogRecordFactory(before)


def test_a_record_outside_of_every_run_has_a_dash(lines: list[str]) -> None:
    logger.warning("one")
    with log_with_site("a.example"):
        logger.warning("two")
    logger.warning("three")
    assert lines == ["- one", "a.example two", "- three"]


def test_tasks_and_timers_write_the_site_of_the_run_that_has_started_them(lines: list[str]) -> None:
    async def run(number: int) -> None:
        asyncio.get_running_loop().call_later(0.01, logger.warning, "timer %s", number)
        await asyncio.sleep(0.02)
        logger.warning("task %s", number)

    async def watch() -> None:
        tasks = []
        for number in range(3):
            with log_with_site(f"{number}.example"):
                tasks.append(asyncio.ensure_future(run(number)))
        await asyncio.gather(*tasks)

    asyncio.run(watch())
    assert sorted(lines) == sorted(f"{n}.example {what} {n}" for n in range(3) for what in ("task", "timer"))


def test_what_a_thread_answers_of_a_name_belongs_to_the_site_that_asked(lines: list[str]) -> None:
    class Receiver:
        def resolutionBegan(self, resolution: object) -> None:  # noqa: N802
            logger.warning("began")

        def addressResolved(self, address: object) -> None:  # noqa: N802
            logger.warning("found")

        def resolutionComplete(self) -> None:  # noqa: N802
            logger.warning("complete")

    class ThreadedResolver:
        nameResolver: object = None  # noqa: N815

        def resolveHostName(self, receiver: Receiver, *args: object) -> None:  # noqa: N802
            def answer() -> None:
                receiver.resolutionBegan(None)
                receiver.addressResolved(None)
                receiver.resolutionComplete()

            thread = threading.Thread(target=Context().run, args=(answer,))
            thread.start()
            thread.join()

        def install_on_reactor(self) -> None:
            pass

        def installNameResolver(self, resolver: object) -> None:  # noqa: N802
            pass

    system = ThreadedResolver()
    system.nameResolver = system
    resolver = PublicResolver(system, system, frozenset(), allow_private=True)
    resolver.install_on_reactor()
    with log_with_site("a.example"):
        receiver: Any = Receiver()
        resolver.resolveHostName(receiver, "a.example")
    assert lines == ["a.example began", "a.example found", "a.example complete"]


def test_the_format_of_the_user_stays() -> None:
    before = logging.getLogRecordFactory()
    try:
        settings, own = Settings(), Settings({"LOG_FORMAT": "%(message)s"})
        install_site_log(settings)
        install_site_log(own)
    finally:
        logging.setLogRecordFactory(before)
    assert (settings["LOG_FORMAT"], own["LOG_FORMAT"]) == (FORMAT, "%(message)s")
