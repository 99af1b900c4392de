"""Commit files and state together, so that a record is known exactly when it is on the disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ecnscrawl.exceptions import StorageFailed
from ecnscrawl.frontier.base import State
from ecnscrawl.storage.errors import STORAGE_ERRORS, message_of
from ecnscrawl.storage.run_files import RunFiles
from ecnscrawl.storage.run_settings import Clock, Figures, RunSettings


class Commits:
    """The commits of a run: each one flushes the files, and then makes what they hold known, in one transaction."""

    def __init__(self, folder: Path, clock: Clock, settings: RunSettings) -> None:
        self._folder = folder  #: of the site
        self._clock = clock
        self._settings = settings
        self._last = clock()
        self._uncommitted = 0
        self._is_changing = False
        self._figures: Figures | None = None
        self._safe_figures: Any = None
        self.failure: str | None = None  #: why nothing can be stored any more

    def begin(self, state: State, files: RunFiles) -> None:
        """Take what is to be committed together."""
        self._state, self._files = state, files

    def count_with(self, figures: Figures) -> None:
        """Restore these statistics to those of the last commit whenever records are lost."""
        self._figures = figures
        self._note_figures()

    def _note_figures(self) -> None:
        if self._figures is not None:
            self._safe_figures = self._figures.snapshot()

    @contextmanager
    def changing(self) -> Iterator[State]:
        """Give the state, to be changed; commit when enough changes or seconds have come together.

        One within another belongs to it, and what is changed there is committed together. Raises StorageFailed.
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
        """Commit if enough changes or seconds have come together. Raises StorageFailed."""
        with self.storing():
            if self._uncommitted and self._is_due():
                self.commit()

    def commit_all(self) -> None:
        """Commit if there is anything to commit. Raises StorageFailed."""
        with self.storing():
            if self._uncommitted:
                self.commit()

    def _is_due(self) -> bool:
        waited = (self._clock() - self._last).total_seconds()
        return self._uncommitted >= self._settings.commit_records or not 0 <= waited < self._settings.commit_seconds

    def commit(self) -> None:
        """Make all that is known so far permanent. Raises OSError and errors of the state."""
        self._last = self._clock()
        self._files.sync()
        if records := self._files.records:
            self._state.set_committed(records.name, records.size)
        self._state.commit()
        self._files.commit()
        self._uncommitted = 0
        self._note_figures()

    def roll_back(self) -> None:
        """After a failure, leave in files, state and statistics exactly what was committed."""
        if self._figures is not None:
            self._figures.restore(self._safe_figures)
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
