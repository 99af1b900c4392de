"""Forget articles of a site whose records are files in its folder."""

from collections.abc import Sequence
from dataclasses import dataclass

from ecnscrawl.frontier.remembered_texts import forget_texts
from ecnscrawl.storage.folder.run import FileRun
from ecnscrawl.storage.forgetting import Forgotten, forget
from ecnscrawl.storage.site_forgetting import CleanArchive
from ecnscrawl.storage.traces import Traces, trace


@dataclass(frozen=True)
class FolderForgetting:
    """Forgets articles in the folder of a site; see SiteForgetting."""

    run: FileRun

    def trace(self, named: Sequence[str]) -> Traces:
        return trace(self.run.state, self.run.folder, named)

    def forget(self, traces: Traces, clean_archive: CleanArchive) -> Forgotten:
        state = self.run.state
        forget_texts(state, traces.urls)
        state.commit()  # first, while the addresses are known: whoever is killed runs it again
        return forget(state, self.run.folder, traces, self.run.clock(), clean_archive)
