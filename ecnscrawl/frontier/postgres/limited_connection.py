"""A connection to PostgreSQL that is lost if the server does not answer in time, as one that is frozen."""

from collections.abc import Generator
from time import monotonic
from typing import Any, TypeVar

from psycopg import Connection, OperationalError

T = TypeVar("T")


class LimitedConnection(Connection[Any]):
    """A connection whose exchanges with the server each have a limit of time."""

    longest_answer: float | None = None  #: seconds; without it the answer may take any time

    def wait(self, gen: Generator[Any, Any, T], *args: Any, **kwargs: Any) -> T:
        """See Connection: carry out an exchange. Raises OperationalError if it takes too long."""
        if self.longest_answer is not None:
            gen = _limited(gen, self.longest_answer)
        return super().wait(gen, *args, **kwargs)


def _limited(exchange: Generator[Any, Any, T], seconds: float) -> Generator[Any, Any, T]:
    """Carry out an exchange step by step. psycopg sends what is ready, and every tenth of a second that nothing is."""
    until = monotonic() + seconds
    try:
        wanted = next(exchange)
        while True:
            ready = yield wanted
            if not ready and monotonic() > until:
                raise OperationalError(f"the server has not answered for {seconds:g} s")
            wanted = exchange.send(ready)
    except StopIteration as end:
        answer: T = end.value
        return answer
