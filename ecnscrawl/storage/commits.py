"""Commit files and state together, so that a record is known exactly when it is on the disk."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ecnscrawl.exceptions import StorageFailed
from ecnscrawl.frontier.base import FileState
from ecnscrawl.storage.errors import STORAGE_ERRORS, message_of
from ecnscrawl.storage.run_files import RunFiles
from ecnscrawl.storage.run_settings import Clock, RunSettings, Statistics

ARCHIVED = "archived"  #: the name under which the state keeps name and size of the archive file under way


class Commits:
    """The commits of a run. Each syncs the files, and then adds their records to the state in one transaction."""

    def __init__(self, folder: Path, clock: Clock, settings: RunSettings) -> None:
        self._folder = folder  #: of the site
        self._clock = clock
        self._settings = settings
        self._last = clock()
        self._uncommitted = 0
        self._is_changing = False
        self._statistics: Statistics | None = None
        self._committed_statistics: Any = None
        self.before: Callable[[FileState], None] | None = None  #: called before each commit, and part of it
        self.failure: str | None = None  #: why nothing can be stored any more

    def begin(self, state: FileState, files: RunFiles) -> None:
        """`files` and `state` are committed together."""
        self._state, self._files = state, files

    def count_with(self, statistics: Statistics) -> None:
        """Restore these statistics to those of the last commit whenever records are lost."""
        self._statistics = statistics
        self._keep_statistics()

    def _keep_statistics(self) -> None:
        if self._statistics is not None:
            self._committed_statistics = self._statistics.snapshot()

    @contextmanager
    def changing(self) -> Iterator[FileState]:
        """Yield the state for changes, and commit if enough changes or seconds have accumulated.

        A nested use is part of the outer one, and their changes are committed together. Raises StorageFailed.
        """
        is_outermost, self._is_changing = not self._is_changing, True
        try:
            with self.storing():
                yield self._state
                if is_outermost:
                    self._uncommitted += 1
                    if self._is_due():
                        self.commit()
        finally:
            self._is_changing = not is_outermost

    def commit_if_due(self) -> None:
        """Commit if enough changes or seconds have accumulated. Raises StorageFailed."""
        with self.storing():
            if self._uncommitted and self._is_due():
                self.commit()

    def commit_all(self) -> None:
        """Commit if there is anything to commit. Raises StorageFailed."""
        with self.storing():
            if self._uncommitted:
                self.commit()

    def _is_due(self) -> bool:
        return self._settings.is_commit_due(self._uncommitted, self._clock() - self._last)

    def commit(self) -> None:
        """Make all that is known so far permanent. Raises OSError and errors of the state."""
        self._last = self._clock()
        if self.before is not None:
            self.before(self._state)
        self._files.sync()
        if records := self._files.records:
            self._state.set_committed(records.name, records.size)
        if self._files.archive and (archived := self._files.archive.committed):
            self._state.set_meta(ARCHIVED, " ".join(map(str, archived)))
        self._state.commit()
        self._files.commit()
        self._uncommitted = 0
        self._keep_statistics()

    def roll_back(self) -> None:
        """After a failure, leave in files, state and statistics exactly what was committed."""
        if self._statistics is not None:
            self._statistics.restore(self._committed_statistics)
        self._state.rollback()
        self._files.cut()

    @contextmanager
    def storing(self) -> Iterator[None]:
        """Keep an error of the disk or the state as `failure`. Raises StorageFailed, from then on always."""
        if self.failure:
            raise StorageFailed(self.failure)
        try:
            yield
        except STORAGE_ERRORS as error:
            self.failure = f"{self._folder}: {message_of(error)}; what was stored before is whole"
            raise StorageFailed(self.failure) from error
