"""What a run in files and one on a database have in common: the changes that they commit, and what ends them."""

from contextlib import AbstractContextManager
from typing import Generic, TypeVar

from ecnscrawl.frontier.base import State
from ecnscrawl.storage.commits import Commits
from ecnscrawl.storage.run_settings import RunSettings, Statistics

S = TypeVar("S", bound=State)


class CommittingRun(Generic[S]):
    """The base of a Run that has `Commits`."""

    settings: RunSettings
    _commits: Commits[S]

    @property
    def failure(self) -> str | None:
        return self._commits.failure

    @property
    def is_archiving(self) -> bool:
        return self.settings.archive is not None

    def changing(self) -> AbstractContextManager[S]:
        return self._commits.changing()

    def commit_if_due(self) -> None:
        self._commits.commit_if_due()

    def count_with(self, statistics: Statistics) -> None:
        self._commits.count_with(statistics)
