"""Signals that end a command, or are only noted, until a crawl's event loop hears of them."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType

from ecnscrawl.exceptions import EcnscrawlError, refuse
from ecnscrawl.storage.choice import give_up_waiting

Handler = Callable[[int, FrameType | None], object]


def interrupt_on_signals() -> None:
    """Have SIGINT and SIGTERM raise KeyboardInterrupt, but not a SIGINT that is ignored, as nohup leaves it."""
    _hear(signal.default_int_handler)


def refuse_on_signals(error: EcnscrawlError) -> None:
    """Have these signals print the error and end the process with its status."""
    _hear(lambda _number, _frame: refuse(error))


def _hear(handler: Handler) -> None:
    def hear(number: int, frame: FrameType | None) -> None:
        give_up_waiting()
        handler(number, frame)

    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, hear)


class NotedHangup:
    """Notes SIGHUP, which would end the process else."""

    def __init__(self) -> None:
        self.was_heard = False
        signal.signal(signal.SIGHUP, self._note)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.was_heard = True


@contextmanager
def noting_lost_interrupts() -> Iterator[Callable[[], None]]:
    """Note each KeyboardInterrupt that Python would only print: in a `__del__`, or while garbage is collected.

    Dask has such code, also for each future. Yields what raises KeyboardInterrupt if one was lost; whoever waits for
    long calls it from time to time. Other errors go to the hook that was there before, and so does everything after
    the block.
    """
    before, lost = sys.unraisablehook, Event()

    def note(unraisable: "sys.UnraisableHookArgs") -> None:
        if issubclass(unraisable.exc_type, KeyboardInterrupt):
            lost.set()
        else:
            before(unraisable)

    def check() -> None:
        if lost.is_set():
            raise KeyboardInterrupt

    sys.unraisablehook = note
    try:
        yield check
    finally:
        sys.unraisablehook = before


@contextmanager
def interruptible(error: EcnscrawlError | None) -> Iterator[None]:
    """Let these signals end the block, and raise this error then; None if they are its normal end."""
    interrupt_on_signals()
    try:
        yield
    except KeyboardInterrupt:
        if error is not None:
            raise error from None
