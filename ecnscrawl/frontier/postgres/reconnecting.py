"""A connection that is opened again when it was lost."""

from collections.abc import Callable
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from psycopg import Connection

T = TypeVar("T")


class ReconnectingConnection:
    """One connection for the statements of several threads, one after the other."""

    def __init__(self, connect: "Callable[[], Connection[Any]]") -> None:
        self._connect = connect
        self._connection: Connection[Any] | None = None
        self._lock = RLock()

    def use(self, work: "Callable[[Connection[Any]], T]") -> T:
        """Return what `work` does with the connection. Raises errors of psycopg; after one the next call connects anew.

        `work` must be fit to be repeated by the caller: whether it was done is not known if the connection was lost.
        """
        from psycopg import Error  # noqa: PLC0415 - an extra

        with self._lock:
            if self._connection is None:
                self._connection = self._connect()
            try:
                return work(self._connection)
            except Error:
                self.close()
                raise

    @property
    def is_open(self) -> bool:
        """Whether there is a connection, which may have been lost since its last use."""
        return self._connection is not None

    def close(self) -> None:
        """Close the connection, if there is one."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
