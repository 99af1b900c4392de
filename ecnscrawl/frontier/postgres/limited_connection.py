"""A connection to PostgreSQL that is lost if the server does not answer in time, as one that is frozen."""

from collections.abc import Callable, Generator
from contextlib import suppress
from threading import Thread
from time import monotonic
from typing import Any, TypeVar

from psycopg import Connection, Error, OperationalError, waiting

T = TypeVar("T")

MayWait = Callable[[float], bool]  #: whether an answer may still be waited for since this time of the monotonic clock

_POLL_INTERVAL = 0.1  #: seconds
_CANCEL_TIMEOUT = 1.0  #: seconds
_NO_ANSWER = "the server did not answer before the process had to end"


class LimitedConnection(Connection[Any]):
    """A connection with a limit of time for each exchange with the server. A connection that exceeds it is closed."""

    longest_answer: float | None = None  #: seconds; without it the answer may take any time
    may_wait: MayWait | None = None  #: whether the process has time

    @classmethod
    def open(cls, url: str, may_wait: MayWait | None, **parameters: Any) -> "LimitedConnection":
        """Connect, in autocommit mode. Raises errors of psycopg, also if the process has no time to wait."""

        def connect() -> LimitedConnection:
            return cls.connect(url, autocommit=True, **parameters)

        if may_wait is None:
            return connect()
        connection = _in_thread(connect, may_wait)
        connection.may_wait = may_wait
        return connection

    def wait(self, gen: Generator[Any, Any, T], interval: float = _POLL_INTERVAL, timeout: float | None = None) -> T:
        """Carry out an exchange. Raises OperationalError if it takes too long."""
        try:
            return waiting.wait(self._limited(gen), self.pgconn.socket, interval=interval, timeout=timeout)
        except _TooLong:
            self.close()  # else a transaction would end with one more exchange
            raise
        except (KeyboardInterrupt, SystemExit):
            with suppress(Error):
                self.cancel_safe(timeout=_CANCEL_TIMEOUT)  # else the server would carry out a long statement
            self.close()
            raise

    def _limited(self, exchange: Generator[Any, Any, T]) -> Generator[Any, Any, T]:
        """Carry out an exchange step by step. psycopg sends what is ready; each tenth of a second that nothing is."""
        since = monotonic()
        try:
            wanted = next(exchange)
            while True:
                ready = yield wanted
                if not ready:
                    self._check(since)
                wanted = exchange.send(ready)
        except StopIteration as end:
            answer: T = end.value
            return answer

    def _check(self, since: float) -> None:
        if self.longest_answer is not None and monotonic() > since + self.longest_answer:
            raise _TooLong(f"the server has not answered for {self.longest_answer:g} s")
        if self.may_wait is not None and not self.may_wait(since):
            raise _TooLong(_NO_ANSWER)


class _TooLong(OperationalError):
    """An exchange has taken too long."""


def _in_thread(connect: Callable[[], T], may_wait: MayWait) -> T:
    """Connect in a thread, which is left alone if the process has to end: looking up a host's name knows no limit."""
    opened: list[T] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            opened.append(connect())
        except Exception as error:
            errors.append(error)

    since, thread = monotonic(), Thread(target=run, name="database connection", daemon=True)
    thread.start()
    while thread.is_alive():
        if not may_wait(since):
            raise _TooLong(_NO_ANSWER)
        thread.join(_POLL_INTERVAL)
    if errors:
        raise errors[0]
    return opened[0]
