"""The commits of a run on a database. One at a time is written, in a thread; further changes gather meanwhile."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any

from ecnscrawl.frontier.postgres.changes import Changes
from ecnscrawl.frontier.postgres.connection import ReadingConnection, RetryPolicy
from ecnscrawl.frontier.postgres.state import PostgresState
from ecnscrawl.frontier.postgres.worker import Worker
from ecnscrawl.frontier.postgres.writer import Write
from ecnscrawl.frontier.postgres.writes import write
from ecnscrawl.frontier.server_errors import database_errors
from ecnscrawl.frontier.sharing import Claim, ClaimLost
from ecnscrawl.storage.commits import Commits
from ecnscrawl.storage.database.archives import RunArchives
from ecnscrawl.storage.errors import message_of
from ecnscrawl.storage.run_settings import Clock, RunSettings

MAX_WAITING = 10  #: times `commit_records`: so many changes may wait for the commit before theirs


class DatabaseCommits(Commits[PostgresState]):
    """The changes of a run, and the write that is under way. Used in the event loop's thread only."""

    def __init__(
        self,
        state: PostgresState,
        claim: Claim,
        worker: Worker,
        archives: RunArchives,
        *,
        clock: Clock,
        settings: RunSettings,
    ) -> None:
        """`claim` is that of the site."""
        super().__init__(clock, settings)
        self._state, self._claim, self._worker, self._archives = state, claim, worker, archives
        self._under_way: tuple[Write, Changes, Any] | None = None
        self.on_end: Callable[[], None] | None = None  #: called in another thread, when a write has ended
        self.is_lost = False  #: whether the site may belong to another worker

    @property
    def has_room(self) -> bool:
        """Whether further changes can wait for the write that is under way."""
        return self._uncommitted < MAX_WAITING * self._settings.commit_records

    def _commit_if_due(self) -> None:
        self._settle()
        self._check_claim()
        super()._commit_if_due()

    def _check_claim(self) -> None:
        """Raise ClaimLost after the end of the lease, although perhaps nobody has claimed the site since then."""
        if not self._worker.claims.holds(self._claim):
            seconds = self._worker.terms.lease_seconds
            raise ClaimLost(
                f"{self._claim.site} may belong to another worker, as nothing was heard from this one for {seconds:g} s"
            )

    def begin(self) -> None:
        """Begin to commit what there is, if no write is under way. Raises StorageFailed."""
        with self.storing():
            self._settle()
            self._begin_commit()

    def commit(self) -> None:
        """Return when all that was changed is in the database.

        Raises StorageFailed; at once if something is left to be written and the lease has ended.
        """
        with self.storing():
            self._settle()
            while self._under_way or self._state.has_changes:
                self._check_claim()
                self._begin_commit()
                if self._under_way:
                    self._under_way[0].wait()
                self._settle()

    def add_row(self, statement: str, values: Sequence[Any]) -> None:
        """Have a row of another table written by the next commit, by a statement that may be carried out twice."""
        self._state.add_row(statement, values)

    def read_at_the_end(self, statement: str, values: Sequence[Any]) -> Sequence[tuple[Any, ...]]:
        """Return rows; where the run has failed, the database is not waited for again. Raises errors of psycopg."""
        if not self.failure:
            return self._worker.reader.rows(statement, values)
        with closing(ReadingConnection(self._worker.connect, RetryPolicy(0))) as reader:
            return reader.rows(statement, values)

    def write_at_the_end(self, rows: Mapping[str, list[Sequence[Any]]]) -> None:
        """Return when these rows are in the database, which is tried once where the run has failed.

        Raises StorageFailed, ClaimLost and errors of psycopg.
        """
        if self.failure:
            self._worker.writer.once(lambda connection: write(connection, self._claim, Changes(rows=dict(rows))))
            return
        for statement, each in rows.items():
            for values in each:
                self._state.add_row(statement, values)
        self.commit()

    def _begin_commit(self) -> None:
        """Begin to write what there is, unless a write is under way."""
        if self._under_way or not self._state.has_changes:
            return
        self._archives.sync(self._state)
        self._last, self._uncommitted = self._clock(), 0
        changes, statistics = self._state.begin_commit(), self._snapshot()
        write_under_way = self._worker.writer.begin(
            lambda connection: write(connection, self._claim, changes), self.on_end
        )
        self._under_way = write_under_way, changes, statistics

    def _settle(self) -> None:
        """Note a write that has ended. Raises its error."""
        if self._under_way is None or not self._under_way[0].has_ended:
            return
        (ended, changes, statistics), self._under_way = self._under_way, None
        if ended.error is not None:
            raise ended.error
        self._state.end_commit(changes)
        self._archives.commit(self._state)
        self._committed_statistics = statistics

    def roll_back(self) -> None:
        """After a failure, leave in state, statistics and archive exactly what was committed."""
        self._restore_statistics()
        self._state.rollback()
        self._archives.cut()

    def _errors(self) -> tuple[type[Exception], ...]:
        return (ClaimLost, OSError, *database_errors())

    def _note_failure(self, error: Exception) -> str:
        if isinstance(error, ClaimLost):
            self.is_lost = True
            return str(error)
        place = self._archives.folder if isinstance(error, OSError) else self._worker.address.name
        return f"{place}: {message_of(error)}"
