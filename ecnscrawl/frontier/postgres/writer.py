"""Write to the database in threads, so that the event loop never waits, and try again while the database refuses."""

from collections.abc import Callable
from threading import BoundedSemaphore, Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from ecnscrawl.frontier.postgres.connection import RetryPolicy
from ecnscrawl.frontier.server_errors import is_passing

if TYPE_CHECKING:
    from psycopg import Connection

MAX_CONNECTIONS = 4  #: that write at once, for all runs of a process

Work = Callable[["Connection[Any]"], None]  #: a transaction, which may be carried out twice


class Write:
    """Something that is being written in a thread."""

    def __init__(self, on_end: Callable[[], None] | None) -> None:
        self._ended = Event()
        self._on_end = on_end
        self.error: Exception | None = None  #: why it was given up

    @property
    def has_ended(self) -> bool:
        """Whether it is in the database, or was given up."""
        return self._ended.is_set()

    def wait(self) -> None:
        """Wait for the end."""
        self._ended.wait()

    def end(self, error: Exception | None) -> None:
        """Note the end; in the thread."""
        self.error = error
        self._ended.set()
        if self._on_end is not None:
            self._on_end()


class Writer:
    """The threads and connections in which the runs of a process write."""

    def __init__(self, connect: Callable[[], "Connection[Any]"], retry_policy: RetryPolicy) -> None:
        self._connect, self._retry_policy = connect, retry_policy
        self._places = BoundedSemaphore(MAX_CONNECTIONS)
        self._lock = Lock()
        self._idle: list[Connection[Any]] = []

    def begin(self, work: Work, on_end: Callable[[], None] | None = None) -> Write:
        """Carry out `work` in a thread, which calls `on_end` afterwards."""
        write = Write(on_end)
        Thread(target=self._run, args=(work, write), name="database writer", daemon=True).start()
        return write

    def wait_for(self, work: Work) -> None:
        """Carry out `work`, and return when it is done. Raises errors of psycopg, and what else it raises."""
        write = self.begin(work)
        write.wait()
        if write.error is not None:
            raise write.error

    def once(self, work: Work) -> None:
        """Carry out `work` in this thread, without another try. Raises errors of psycopg."""
        with self._connect() as connection:
            work(connection)

    def close(self) -> None:
        """Close the connections that are idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _run(self, work: Work, write: Write) -> None:
        try:
            self._try(work)
        except Exception as error:
            write.end(error)
        else:
            write.end(None)

    def _try(self, work: Work) -> None:
        """Carry out `work`, again and again while it fails. Between two attempts others may write."""
        retries = self._retry_policy.begin()
        while True:
            try:
                with self._places:
                    self._work(work)
                return
            except Exception as error:
                if not (is_passing(error) and retries.wait(error)):
                    raise

    def _work(self, work: Work) -> None:
        connection = self._take()
        try:
            work(connection)
        except BaseException:
            connection.close()
            raise
        with self._lock:
            self._idle.append(connection)

    def _take(self) -> "Connection[Any]":
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._connect()
