"""Signals that end a command which follows something, or has to leave nothing half done."""

import signal


def interrupt_on_signals() -> None:
    """Have SIGINT and SIGTERM raise KeyboardInterrupt, but not a SIGINT that is ignored, as nohup leaves it."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
