"""Open connections to a PostgreSQL database with limits of time, and read again when one is lost."""

import logging
from collections.abc import Callable, Mapping, Sequence
from math import inf
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Any

from ecnscrawl.exceptions import CannotStart
from ecnscrawl.frontier.postgres.reconnecting import ReconnectingConnection
from ecnscrawl.frontier.server_address import ServerAddress
from ecnscrawl.frontier.server_errors import database_errors, is_passing, reason_of
from ecnscrawl.hints import install_extra

if TYPE_CHECKING:
    from psycopg import Connection

    from ecnscrawl.frontier.postgres.limited_connection import MayWait

logger = logging.getLogger(__name__)

CONNECT_TIMEOUT = 10  #: seconds, for each address of the server
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0  #: seconds between two attempts
_POLL_INTERVAL = 0.1  #: seconds
LAST_ANSWER_SECONDS = 2.0  #: for an answer after a signal: with the 6 of `network/shutdown`, less than ten
_ANSWER = 1.5  # times the limit of a statement: a server that runs has answered by then
#: What libpq does by itself about a server that no longer answers, unless the address says otherwise.
_DEFAULTS = {
    "connect_timeout": CONNECT_TIMEOUT,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # milliseconds
    "fallback_application_name": "ecnscrawl",
    "client_encoding": "UTF8",
}


def open_connection(
    address: ServerAddress,
    longest: float | None = None,
    *,
    longest_pause: float | None = None,
    may_wait: "MayWait | None" = None,
) -> "Connection[Any]":
    """Return a connection in autocommit mode. Raises CannotStart without psycopg, and errors of psycopg.

    `longest` limits, in seconds, each statement and each wait for a lock. `longest_pause` limits how long a transaction
    waits for its next statement, by default as long: what it holds, others cannot have. If the server has not answered
    after 1.5 times `longest`, because it is frozen, the connection counts as lost. `may_wait` is `RetryPolicy.may_wait`
    of a process whose waiting ends with it.
    """
    try:
        import psycopg.conninfo  # noqa: PLC0415 - an extra

        from ecnscrawl.frontier.postgres.limited_connection import LimitedConnection  # noqa: PLC0415 - as above
    except ImportError:
        raise CannotStart(
            f"a PostgreSQL database needs the package psycopg; {install_extra('cluster', 'psycopg')}"
        ) from None
    logging.getLogger("psycopg").setLevel(logging.ERROR)  # its warnings are of connections that raise an error anyway
    given = psycopg.conninfo.conninfo_to_dict(address.url)
    defaults = {name: value for name, value in _DEFAULTS.items() if name not in given}
    connection = LimitedConnection.open(address.url, may_wait, **defaults)
    try:
        if longest is not None:
            connection.longest_answer = longest * _ANSWER
        limits = {
            "statement_timeout": longest,
            "lock_timeout": longest,
            "idle_in_transaction_session_timeout": longest if longest_pause is None else longest_pause,
        }
        for name, seconds in limits.items():
            if seconds is not None:
                milliseconds = max(1, int(seconds * 1000))
                connection.execute("SELECT set_config(%s, %s, false)", [name, str(milliseconds)])
    except BaseException:
        connection.close()
        raise
    return connection


class RetryPolicy:
    """How long to try again what a database refuses, in a thread of its own or in the event loop's."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._given_up_at: float | None = None  # by the monotonic clock
        self._is_silent = False  # the server has not answered in time since then

    def give_up(self) -> None:
        """Stop trying again, as the process has to end. Takes no lock, so the handler of a signal may call it."""
        if self._given_up_at is None:
            self._given_up_at = monotonic()

    @property
    def has_given_up(self) -> bool:
        """Whether `give_up` was called."""
        return self._given_up_at is not None

    def may_wait(self, since: float) -> bool:
        """Whether the answer to what was sent at this time, by the monotonic clock, may still be waited for.

        After `give_up` that is so for LAST_ANSWER_SECONDS. Once they have passed without the answer, nothing is waited
        for any more: so the process waits once, whatever it still has to write.
        """
        if self._given_up_at is None:
            return True
        self._is_silent = self._is_silent or monotonic() > max(since, self._given_up_at) + LAST_ANSWER_SECONDS
        return not self._is_silent

    def begin(self, longest: float = inf) -> "Retries":
        """Begin to try something, for `longest` seconds at most."""
        return Retries(min(self.seconds, longest), self)


class Retries:
    """The attempts at one thing that follow a failed one; their time begins with the first failure."""

    def __init__(self, seconds: float, policy: RetryPolicy) -> None:
        self._seconds, self._policy = seconds, policy
        self._until: float | None = None
        self._pause = _FIRST_PAUSE

    def wait(self, error: Exception) -> bool:
        """Wait after this error before the next try; return False if there shall be none."""
        now = monotonic()
        if self._until is None:
            self._until = now + self._seconds
            logger.info("The database: %s; trying again for %g s", reason_of(error), self._seconds)
        pause = min(self._pause, self._until - now)
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        until = now + pause
        while not self._policy.has_given_up and (left := until - monotonic()) > 0:
            Event().wait(min(left, _POLL_INTERVAL))
        return pause > 0 and not self._policy.has_given_up


class ReadingConnection:
    """A connection that only reads. One that was lost is opened again, and the statement repeated."""

    def __init__(
        self, connect: Callable[[], "Connection[Any]"], retry_policy: RetryPolicy, longest: float = inf
    ) -> None:
        """The reads of one outage wait for `longest` seconds at most, all together."""
        self._connection, self._retry_policy, self._longest = ReconnectingConnection(connect), retry_policy, longest
        self._retries = retry_policy.begin(longest)

    def rows(self, statement: str, values: Sequence[Any] | Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """Return the rows that a statement gives, as they are committed by now.

        While the database cannot be reached this waits, which stops the event loop: without its state no request can
        be decided on. Raises errors of psycopg; after an outage that was waited for in vain at once, until a read
        succeeds.
        """
        while True:
            may_be_stale = self._connection.is_open and not self._retry_policy.has_given_up  # lost since its last use
            try:
                found = self._connection.use(
                    lambda connection: connection.execute(statement.encode(), values).fetchall()
                )
            except database_errors() as error:
                if not (is_passing(error) and (may_be_stale or self._retries.wait(error))):
                    raise
            else:
                self._retries = self._retry_policy.begin(self._longest)
                return found

    def close(self) -> None:
        """Close the connection; the next statement opens another one."""
        self._connection.close()
