"""A connection to PostgreSQL that is lost if the server does not answer in time, as one that is frozen."""

from collections.abc import Callable, Generator
from time import monotonic
from typing import Any, TypeVar

from psycopg import Connection, OperationalError

T = TypeVar("T")

LAST_ANSWER = 3.0  #: seconds to wait for an answer when the process has to end


class LimitedConnection(Connection[Any]):
    """A connection whose exchanges with the server each have a limit of time."""

    longest_answer: float | None = None  #: seconds; without it the answer may take any time
    has_to_end: Callable[[], bool] | None = None  #: whether the process has to end; asked during each exchange

    def wait(self, gen: Generator[Any, Any, T], *args: Any, **kwargs: Any) -> T:
        """See Connection: carry out an exchange. Raises OperationalError if it takes too long."""
        if self.longest_answer is not None:
            gen = _limited(gen, self.longest_answer, self.has_to_end)
        return super().wait(gen, *args, **kwargs)


def _limited(
    exchange: Generator[Any, Any, T], seconds: float, has_to_end: Callable[[], bool] | None
) -> Generator[Any, Any, T]:
    """Carry out an exchange step by step. psycopg sends what is ready, and every tenth of a second that nothing is."""
    begun = monotonic()
    until = begun + seconds
    try:
        wanted = next(exchange)
        while True:
            ready = yield wanted
            if not ready:
                now = monotonic()
                if has_to_end is not None and has_to_end():
                    until = min(until, now + LAST_ANSWER)
                if now > until:
                    raise OperationalError(f"the server has not answered for {until - begun:.3g} s")
            wanted = exchange.send(ready)
    except StopIteration as end:
        answer: T = end.value
        return answer
