"""The archive files of a run on a database: on this machine, and committed together with the run's rows.

A commit names each file that is under way, with its size. After a kill the next run on this machine cuts the file to
what was committed and publishes it, also if other machines have crawled the site meanwhile.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from ecnscrawl import safe_files
from ecnscrawl.frontier.postgres.state import PostgresState
from ecnscrawl.storage import jsonl
from ecnscrawl.storage.archive import recovery
from ecnscrawl.storage.archive.exchange import Exchange
from ecnscrawl.storage.archive.terms import ArchiveTerms
from ecnscrawl.storage.archive.writer import ArchiveWriter
from ecnscrawl.storage.data_folder import make_site_folder
from ecnscrawl.storage.folder.record_file import is_open
from ecnscrawl.storage.run_settings import Clock

_ARCHIVED = "archived "  #: with the name of a file: where the state keeps its size at the last commit


class RunArchives:
    """The files. Methods may raise OSError."""

    def __init__(self, folder: Path, terms: ArchiveTerms | None, new_id: Callable[[], str], clock: Clock) -> None:
        """`folder` is `archive/` of the site; without `terms` nothing is archived."""
        self.folder = folder
        self.published: list[str] = []  #: names of files
        self.responses = 0  #: in all files
        self._terms, self._new_id, self._clock = terms, new_id, clock
        self._writers: list[ArchiveWriter] = []  #: the last one takes more, the others wait for their commit
        self._marks: list[tuple[ArchiveWriter, tuple[int, int]]] = []  #: how far the commit under way reaches

    @property
    def has_any(self) -> bool:
        """Whether this run has a file already."""
        return bool(self.published or len(self._writers) > 1)

    def recover(self, state: PostgresState) -> None:
        """Publish what a killed run left on this machine.

        One that has lost its site to this run, and does not know it yet, still has its file open.
        """
        if not self.folder.is_dir():
            return
        for name in recovery.left_over(self.folder):
            if is_open(jsonl.part_of(self.folder, name)):
                continue
            recovery.settle(self.folder, name, int(state.get_meta(_ARCHIVED + name) or 0))
            state.remove_meta(_ARCHIVED + name)

    def begin(self) -> None:
        """Make the folder, if anything is to be archived."""
        if self._terms is not None:
            make_site_folder(self.folder.parent)
            safe_files.make_folder(self.folder)

    def append(self, exchanges: Sequence[Exchange]) -> None:
        """Append responses that belong together."""
        if self._terms is None:
            return
        if not self._writers or self._writers[-1].is_full:
            self._writers.append(ArchiveWriter(self.folder, self._terms, self._new_id, self._clock))
        self._writers[-1].append(exchanges)
        self.responses += len(exchanges)

    def sync(self, state: PostgresState) -> None:
        """Before a commit: return when all is on the disk that was appended, and have the commit name it."""
        self._marks = []
        for each in self._writers:
            if (mark := each.mark) and (archived := each.committed):
                each.sync()
                self._marks.append((each, mark))
                state.set_meta(_ARCHIVED + archived[0], archived[1])

    def commit(self, state: PostgresState) -> None:
        """After a commit: publish the files that are full and committed."""
        for each, mark in self._marks:
            each.commit(mark)
            if each is not self._writers[-1] and each.mark == mark:
                self._publish(each, state)
        self._marks = []

    def publish(self, state: PostgresState) -> None:
        """Publish all that is committed, at the end."""
        for each in list(self._writers):
            self._publish(each, state)

    def cut(self) -> None:
        """Remove what is not committed, after a failure."""
        for each in self._writers:
            each.cut()

    def _publish(self, writer: ArchiveWriter, state: PostgresState) -> None:
        self._writers.remove(writer)
        if name := writer.publish():
            self.published.append(name)
            state.remove_meta(_ARCHIVED + name)
