"""Open connections to a PostgreSQL database with limits of time, and read again when one is lost."""

import logging
from collections.abc import Callable, Mapping, Sequence
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Any

from ecnscrawl.exceptions import CannotStart
from ecnscrawl.frontier.postgres.reconnecting import ReconnectingConnection
from ecnscrawl.frontier.server_address import ServerAddress
from ecnscrawl.frontier.server_errors import database_errors, is_passing
from ecnscrawl.hints import install_extra

if TYPE_CHECKING:
    from psycopg import Connection

CONNECT_TIMEOUT = 10  #: seconds, for each address of the server
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0  #: seconds between two attempts
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


def open_connection(address: ServerAddress, longest: float | None = None) -> "Connection[Any]":
    """Return a connection in autocommit mode. Raises CannotStart without psycopg, and errors of psycopg.

    With `longest` no statement takes longer than so many seconds, waits for a lock as long, or leaves a transaction
    open for longer: it has to be less than the lease of a worker, as an open transaction keeps others from its site.
    """
    try:
        import psycopg  # noqa: PLC0415 - an extra
        from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415
    except ImportError:
        raise CannotStart(
            f"a PostgreSQL database needs the package psycopg; {install_extra('cluster', 'psycopg')}"
        ) from None
    logging.getLogger("psycopg").setLevel(logging.ERROR)  # its warnings are of connections that raise an error anyway
    given = conninfo_to_dict(address.url)
    defaults = {name: value for name, value in _DEFAULTS.items() if name not in given}
    connection = psycopg.connect(address.url, autocommit=True, **defaults)  # type: ignore[arg-type]
    try:
        if longest is not None:
            milliseconds = max(1, int(longest * 1000))
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
                connection.execute("SELECT set_config(%s, %s, false)", [name, str(milliseconds)])
    except BaseException:
        connection.close()
        raise
    return connection


class RetryPolicy:
    """How long to try again what a database refuses, in a thread of its own or in the event loop's."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._given_up = Event()

    def give_up(self) -> None:
        """Let no further try be made, as the process has to end. May be called by the handler of a signal."""
        self._given_up.set()

    @property
    def has_given_up(self) -> bool:
        """Whether no further try shall be made."""
        return self._given_up.is_set()

    def begin(self) -> "Retries":
        """Begin to try something."""
        return Retries(self.seconds, self._given_up)


class Retries:
    """The attempts at one thing that follow a failed one; their time begins with the first failure."""

    def __init__(self, seconds: float, given_up: Event) -> None:
        self._seconds, self._given_up = seconds, given_up
        self._until: float | None = None
        self._pause = _FIRST_PAUSE

    def wait(self) -> bool:
        """Wait before the next try; return False if there shall be none."""
        now = monotonic()
        self._until = now + self._seconds if self._until is None else self._until
        pause = min(self._pause, self._until - now)
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        return pause > 0 and not self._given_up.wait(pause)


class ReadingConnection:
    """A connection that only reads. One that was lost is opened again, and the statement repeated."""

    def __init__(self, connect: Callable[[], "Connection[Any]"], retry_policy: RetryPolicy) -> None:
        self._connection, self._retry_policy = ReconnectingConnection(connect), retry_policy

    def rows(self, statement: str, values: Sequence[Any] | Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """Return the rows that a statement gives, as they are committed by now.

        While the database cannot be reached this waits, which stops the event loop: without its state no request can
        be decided on. Raises errors of psycopg.
        """
        retries = self._retry_policy.begin()
        while True:
            may_be_stale = self._connection.is_open and not self._retry_policy.has_given_up  # lost since its last use
            try:
                return self._connection.use(
                    lambda connection: connection.execute(statement.encode(), values).fetchall()
                )
            except database_errors() as error:
                if not (is_passing(error) and (may_be_stale or retries.wait())):
                    raise

    def close(self) -> None:
        """Close the connection; the next statement opens another one."""
        self._connection.close()
