"""What a worker process does: call one function after another, and send back each result."""

import contextlib
import pickle
import signal
import socket
import traceback
from collections.abc import Callable, Iterable
from typing import TypeVar

from ecnscrawl.workers import frames
from ecnscrawl.workers.failures import CallFailed, OutOfMemory
from ecnscrawl.workers.limits import WorkerLimits, limit_memory, resident_bytes

A = TypeVar("A")
R = TypeVar("R")

#: Kept free for the answer of a call that has used up the memory.
_RESERVE = 1024 * 1024


def work(connection: socket.socket, limits: WorkerLimits) -> None:
    """Call what comes through the connection, until it is closed or the process has to be replaced.

    A reply is the pickled pair of the result or exception, and which of them it is. Its flag says that the process
    ends after it.
    """
    limit_memory(limits.memory)
    before = resident_bytes()
    while (frame := frames.receive(connection)) is not None:
        _set_deadline(limits.seconds)
        reserve = bytearray(_RESERVE)
        try:
            reply, is_exhausted = _reply_to(frame[0]), False
        except MemoryError:
            del reserve
            reply, is_exhausted = pickle.dumps((OutOfMemory("took too much memory"), False)), True
        _set_deadline(0)
        has_grown = limits.growth and resident_bytes() - before > limits.growth
        is_last = bool(is_exhausted or has_grown)
        frames.send(connection, reply, flag=is_last)
        if is_last:
            return


def call_each(function: Callable[[A], R], arguments: Iterable[A]) -> list[R | Exception]:
    """Return the results of several calls, or the exceptions that they raise. Each has the deadline of a call.

    To be called in a worker. Raises MemoryError.
    """
    seconds, _ = signal.getitimer(signal.ITIMER_REAL)
    results: list[R | Exception] = []
    for each in arguments:
        _set_deadline(seconds)
        try:
            results.append(function(each))
        except MemoryError:
            raise
        except BaseException as error:
            results.append(_sendable(error))
    return results


def _set_deadline(seconds: float) -> None:
    """Let the kernel end the process after some seconds, whatever it is doing; 0 for no deadline."""
    signal.setitimer(signal.ITIMER_REAL, seconds)


def _reply_to(payload: bytearray) -> bytes:
    """Return the reply to a call. Raises MemoryError."""
    try:
        function, arguments = pickle.loads(payload)  # noqa: S301 - from the parent
        return pickle.dumps((function(*arguments), True), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        raise
    except BaseException as error:  # also SystemExit, which would end the process
        return pickle.dumps((_sendable(error), False), pickle.HIGHEST_PROTOCOL)


def _sendable(error: BaseException) -> Exception:
    """Return the exception with its traceback as a note.

    Another one stands for it if it cannot be pickled, or would end the caller: SystemExit, StopIteration.
    """
    written = "".join(traceback.format_exception(error))
    failed: Exception = CallFailed(f"{type(error).__name__}: {error}")
    with contextlib.suppress(Exception):
        if isinstance(error, Exception) and not isinstance(error, StopIteration):
            again = pickle.loads(pickle.dumps(error))  # noqa: S301 - made here
            failed = error if type(again) is type(error) else failed
    failed.add_note(written)
    return failed
