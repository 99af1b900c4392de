"""The interface of forgetting articles of one site."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from ecnscrawl.storage.forgetting import Forgotten
from ecnscrawl.storage.run import Run
from ecnscrawl.storage.traces import Traces

CleanArchive = Callable[[Path, Traces, Forgotten], None]  #: removes articles from a folder of archived pages


class SiteForgetting(Protocol):
    """Forgets articles of one site, between `enter` and `finish` of its run, which keeps other runs out."""

    @property
    def run(self) -> Run:
        """The run, which is not entered yet."""

    def trace(self, named: Sequence[str]) -> Traces:
        """Return what is known of these ids. Raises OSError, CannotStart and StorageFailed."""

    def forget(self, traces: Traces, clean_archive: CleanArchive) -> Forgotten:
        """Remove the articles. Raises OSError, CannotStart and errors of the state; the same call then goes on."""
