"""Start processes that react to SIGINT, also if the tests themselves run with SIGINT ignored, as under `nohup`."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def heard() -> Iterator[None]:
    """Processes that are started meanwhile hear SIGINT, as a user's do at a terminal.

    Only the main thread can set that; the processes of other threads are sent no SIGINT by any test.
    """
    is_ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    if not is_ignored or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
