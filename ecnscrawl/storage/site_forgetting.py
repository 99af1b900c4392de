"""Forget articles of one site, while no run changes anything there: the interface, and that for a site's folder."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from ecnscrawl.frontier.remembered_texts import forget_texts
from ecnscrawl.storage.folder.run import FileRun
from ecnscrawl.storage.forgetting import Forgotten, forget
from ecnscrawl.storage.traces import Traces, trace

CleanArchive = Callable[[Path, Traces, Forgotten], None]  #: removes articles from a folder of archived pages


class SiteForgetting(Protocol):
    """Forgets articles of one site. Nothing but `enter` may be called first, and nothing after `finish`."""

    @property
    def folder(self) -> Path:
        """The site's folder on this machine, `data/<site>`."""

    @property
    def warnings(self) -> Sequence[str]:
        """What the user has to know; complete when it is entered."""

    def enter(self) -> None:
        """Keep runs of the site out. Raises AlreadyRunning and CannotStart."""

    def trace(self, named: Sequence[str]) -> Traces:
        """Return what is known of these ids. Raises OSError, CannotStart and StorageFailed."""

    def forget(self, traces: Traces, clean_archive: CleanArchive) -> Forgotten:
        """Remove the articles. Raises OSError, CannotStart and errors of the state; the same call then goes on."""

    def finish(self) -> None:
        """Let the next run in."""


class FolderForgetting:
    """Forgets articles in the folder of a site; see SiteForgetting."""

    def __init__(self, run: FileRun) -> None:
        self._run = run
        self.folder = run.folder
        self.warnings = run.warnings

    def enter(self) -> None:
        """See SiteForgetting."""
        self._run.enter()

    def trace(self, named: Sequence[str]) -> Traces:
        """See SiteForgetting."""
        return trace(self._run.state, self.folder, named)

    def forget(self, traces: Traces, clean_archive: CleanArchive) -> Forgotten:
        """See SiteForgetting."""
        state = self._run.state
        forget_texts(state, traces.urls)
        state.commit()  # first, while the addresses are known: whoever is killed runs it again
        return forget(state, self.folder, traces, self._run.clock(), clean_archive)

    def finish(self) -> None:
        """See SiteForgetting."""
        self._run.finish()
