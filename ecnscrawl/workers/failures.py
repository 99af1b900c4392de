"""Why a function gave no result: its process was ended, or the caller no longer waits for it."""

import signal


class WorkerFailure(Exception):
    """The worker process ended before the function did. The message is one line without variable parts."""


class TimedOut(WorkerFailure):
    """The function took longer than allowed."""


class OutOfMemory(WorkerFailure):
    """The function needed more memory than allowed."""


class Died(WorkerFailure):
    """The process ended by a signal or by itself."""


class CallFailed(Exception):
    """The function raised an exception that cannot be sent to another process. The message has its type."""


class CallDropped(Exception):
    """The caller no longer waits for the result. This says nothing about the function."""


def failure_of(status: int | None) -> WorkerFailure:
    """Return what has ended a worker process, by its wait status.

    None means that the status is not known, a negative one that the process never began.

    >>> failure_of(signal.SIGSEGV), failure_of(3 << 8), failure_of(None)
    (Died('was killed by SIGSEGV'), Died('ended with status 3'), Died('ended for an unknown reason'))
    """
    if status is None:
        return Died("ended for an unknown reason")
    if status < 0:
        return Died("could not be started")
    number = status & 0x7F  # as os.WTERMSIG, for which a status has to be real
    if number == signal.SIGALRM:
        return TimedOut("took too long")
    if number:
        return Died(f"was killed by {signal.Signals(number).name}")
    return Died(f"ended with status {status >> 8}")
