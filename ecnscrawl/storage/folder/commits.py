"""Commit files and state together, so that a record is known exactly when it is on the disk."""

from collections.abc import Callable
from pathlib import Path

from ecnscrawl.frontier.base import FileState
from ecnscrawl.storage.commits import Commits
from ecnscrawl.storage.errors import STORAGE_ERRORS, message_of
from ecnscrawl.storage.folder.run_files import RunFiles
from ecnscrawl.storage.run_settings import Clock, RunSettings

ARCHIVED = "archived"  #: the name under which the state keeps name and size of the archive file under way


class FileCommits(Commits[FileState]):
    """Each commit syncs the files, and then adds their records to the state in one transaction."""

    def __init__(self, folder: Path, clock: Clock, settings: RunSettings) -> None:
        super().__init__(clock, settings)
        self._folder = folder  #: of the site
        self.before: Callable[[FileState], None] | None = None  #: called before each commit, and part of it

    def begin(self, state: FileState, files: RunFiles) -> None:
        """`files` and `state` are committed together."""
        self._state, self._files = state, files

    def commit_all(self) -> None:
        """Commit if there is anything to commit. Raises StorageFailed."""
        with self.storing():
            if self._uncommitted:
                self.commit()

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
        self._committed_statistics = self._snapshot()

    def roll_back(self) -> None:
        """After a failure, leave in files, state and statistics exactly what was committed."""
        self._restore_statistics()
        self._state.rollback()
        self._files.cut()

    def _begin_commit(self) -> None:
        self.commit()

    def _errors(self) -> tuple[type[Exception], ...]:
        return STORAGE_ERRORS

    def _note_failure(self, error: Exception) -> str:
        return f"{self._folder}: {message_of(error)}"
