"""The commits of a run, into files or a database: when one is due, its changes, and the failure that ends the run."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from ecnscrawl.exceptions import StorageFailed
from ecnscrawl.frontier.base import State
from ecnscrawl.storage.run_settings import Clock, RunSettings, Statistics

S = TypeVar("S", bound=State)


class Commits(ABC, Generic[S]):
    """Commits changes of a run together. Subclasses say how to commit, and which errors end the run."""

    _state: S

    def __init__(self, clock: Clock, settings: RunSettings) -> None:
        self._clock, self._settings = clock, settings
        self._last = clock()  #: when the last commit began
        self._uncommitted = 0  #: changes since then
        self._is_changing = False
        self._statistics: Statistics | None = None
        self._committed_statistics: Any = None
        self.failure: str | None = None  #: why nothing can be stored any more

    @abstractmethod
    def _begin_commit(self) -> None:
        """Commit what there is, or begin to. Raises the errors of `_errors`."""

    @abstractmethod
    def _errors(self) -> tuple[type[Exception], ...]:
        """Return the classes of the errors after which nothing can be stored."""

    @abstractmethod
    def _note_failure(self, error: Exception) -> str:
        """Note an error after which nothing can be stored; return what failed and why."""

    @contextmanager
    def changing(self) -> Iterator[S]:
        """Yield the state for changes, and commit if enough changes or seconds have accumulated.

        A nested use is part of the outer one, and their changes are committed together. Raises StorageFailed.
        """
        if self._is_changing:
            yield self._state
            return
        self._is_changing = True
        try:
            with self.storing():
                yield self._state
                self._uncommitted += 1
                self._commit_if_due()
        finally:
            self._is_changing = False

    def commit_if_due(self) -> None:
        """Commit if enough changes or seconds have accumulated. Raises StorageFailed."""
        with self.storing():
            self._commit_if_due()

    def _commit_if_due(self) -> None:
        if self._uncommitted and self._settings.is_commit_due(self._uncommitted, self._clock() - self._last):
            self._begin_commit()

    @contextmanager
    def storing(self) -> Iterator[None]:
        """Keep an error of the store as `failure`. Raises StorageFailed, from then on always."""
        if self.failure:
            raise StorageFailed(self.failure)
        try:
            yield
        except self._errors() as error:
            self.failure = f"{self._note_failure(error)}; what was stored before is whole"
            raise StorageFailed(self.failure) from error

    # Statistics.

    def count_with(self, statistics: Statistics) -> None:
        """Restore these statistics to those of the last commit whenever records are lost."""
        self._statistics = statistics
        self._committed_statistics = self._snapshot()

    def _snapshot(self) -> Any:
        return None if self._statistics is None else self._statistics.snapshot()

    def _restore_statistics(self) -> None:
        if self._statistics is not None:
            self._statistics.restore(self._committed_statistics)
