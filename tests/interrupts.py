"""Starting processes that hear SIGINT, also where whoever started the tests had it ignored, as `nohup` and cron do."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def heard() -> Iterator[None]:
    """Processes that are started meanwhile hear SIGINT, as a user's do at a terminal; only in the main thread."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
