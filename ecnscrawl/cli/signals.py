"""Signals that end a command which follows something, or has to leave nothing half done."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ecnscrawl.exceptions import EcnscrawlError


def interrupt_on_signals() -> None:
    """Have SIGINT and SIGTERM raise KeyboardInterrupt, but not a SIGINT that is ignored, as nohup leaves it."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


class LostInterrupts:
    """Notes each KeyboardInterrupt that Python would only print: in a `__del__`, or while garbage is collected.

    Dask has such code, also for each future. Whoever waits for long asks from time to time.
    """

    def __init__(self) -> None:
        self._was_lost = False
        sys.unraisablehook = self._note

    def _note(self, unraisable: "sys.UnraisableHookArgs") -> None:
        if issubclass(unraisable.exc_type, KeyboardInterrupt):
            self._was_lost = True
        else:
            sys.__unraisablehook__(unraisable)

    def check(self) -> None:
        """Raise KeyboardInterrupt if one was lost."""
        if self._was_lost:
            raise KeyboardInterrupt


@contextmanager
def interruptible(error: EcnscrawlError | None) -> Iterator[None]:
    """Let these signals end the block, and raise this error then; None if they are its normal end."""
    interrupt_on_signals()
    try:
        yield
    except KeyboardInterrupt:
        if error is not None:
            raise error from None
