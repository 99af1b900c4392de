"""One run on a site's folder: lock, recover, write, publish.

A record is known exactly when it is on the disk: lines are appended to a hidden file, and every so often
flushed, and only then one transaction makes their ids known. Killed anywhere, an article version is in the
published files once, or will be fetched again.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ecnscrawl import safe_files
from ecnscrawl.exceptions import StorageFailed
from ecnscrawl.frontier.base import FileState
from ecnscrawl.frontier.records import StoredArticle
from ecnscrawl.items import Article
from ecnscrawl.storage.archive.exchange import Exchange
from ecnscrawl.storage.archive.writer import ArchiveWriter
from ecnscrawl.storage.committing_run import CommittingRun
from ecnscrawl.storage.errors import STORAGE_ERRORS, as_cannot_start, message_of
from ecnscrawl.storage.folder.commits import FileCommits
from ecnscrawl.storage.folder.lock import SiteLock, holder
from ecnscrawl.storage.folder.recovery import open_state, rebuilt_state, recover
from ecnscrawl.storage.folder.reports import FileReports
from ecnscrawl.storage.folder.run_files import RunFiles
from ecnscrawl.storage.folder.run_start import make_folders, new_run_id
from ecnscrawl.storage.run_settings import Clock, RunSettings


@dataclass
class FileRun(CommittingRun[FileState]):
    """A Run whose records are files: the only writer of a site's folder while it is entered."""

    folder: Path  #: of the site, `data/<site>`
    clock: Clock
    settings: RunSettings = field(default_factory=RunSettings)
    id: str = ""
    number: int = 0  #: counts the runs of this state
    files: list[str] = field(default_factory=list)  #: published by this run
    recovered: list[str] = field(default_factory=list)  #: published now for a run that was killed
    records: dict[str, int] = field(default_factory=dict)  #: how many each of all these files has
    warnings: list[str] = field(default_factory=list)
    has_published: bool = False  #: a file of any kind: articles, rejected or gone ones
    archives: list[str] = field(default_factory=list)  #: archive files published by this run
    archived: int = 0  #: responses in these and in the one under way

    def __post_init__(self) -> None:
        self.started_at = self.clock()
        self.reports = FileReports(self.folder / "reports")
        self.on_write_end: Callable[[], None] | None = None  #: all writes are waited for
        self._lock = SiteLock(self.folder / "lock")
        self._commits: FileCommits = FileCommits(self.folder, self.clock, self.settings)
        self._is_open = False

    @property
    def lease(self) -> None:
        """A lock keeps other runs out."""
        return None

    @property
    def is_lost(self) -> bool:
        return False

    @property
    def has_room(self) -> bool:
        """Each write is waited for."""
        return True

    # Starting.

    def enter(self, *, rebuild: bool = False, accept_loss: bool = False) -> None:
        """Take the lock, open the state, publish what a killed run left.

        With `rebuild` the state is moved away first and rebuilt from the files, with `accept_loss` even if they lack
        some of the published records. Raises AlreadyRunning, or CannotStart because of the folder or the state.
        """
        now = self.clock()
        make_folders(self.folder)
        self._lock.acquire(holder(now))
        try:
            with as_cannot_start(self.folder):
                if rebuild:
                    self.state: FileState = rebuilt_state(self.folder, accept_loss=accept_loss)
                else:
                    self.state = open_state(self.folder, self.warnings)
                self._is_open = True
                self._begin(now)
                found = recover(self.state, self.folder, self.settings.recheck_ages, self.number)
        except BaseException:
            self._close()
            self._lock.release()
            raise
        self.recovered += found.records
        self.records |= found.records
        self.warnings += found.warnings

    def _begin(self, now: datetime) -> None:
        self.number = int(self.state.get_meta("runs") or 0) + 1
        self.state.set_meta("runs", self.number)
        self.id = self._next_id(now)
        self._files = RunFiles(self.folder, self.id, self._archive())
        self._commits.begin(self.state, self._files)

    def _archive(self) -> ArchiveWriter | None:
        if self.settings.archive is None:
            return None
        with as_cannot_start(self.folder):
            safe_files.make_folder(self.folder / "archive")
        return ArchiveWriter(self.folder / "archive", self.settings.archive, self._archive_id, self.clock)

    def _archive_id(self) -> str:
        return self._next_id(self.clock()) if self.archives else self.id

    def _next_id(self, now: datetime) -> str:
        return new_run_id(self.state, self.folder, self.reports, now)

    # Writing.

    def store(self, article: Article, known: StoredArticle) -> None:
        with self.changing() as state:
            records = self._files.records or self._files.open_records(self._records_name())
            if records.number is None:
                records.number = state.file_number(records.name)
            state.store(known, records.number, records.append(article))
            if records.records >= self.settings.file_records:
                self._publish_records()

    def _records_name(self) -> str:
        name = f"{self.id}.jsonl"
        if name in self.files:  # a long run goes on in a file with a name of its own
            return f"{self._next_id(self.clock())}.jsonl"
        return name

    def reject(self, article: Article, reasons: list[str]) -> None:
        with self.changing():
            self._files.add_reject(article, reasons)

    def note_gone(self, known: StoredArticle, at: int) -> None:
        with self.changing():
            self._files.gone.add_gone(known, at)

    def note_return(self, known: StoredArticle, at: int) -> None:
        with self.changing():
            self._files.gone.add_back(known, at)

    def archive(self, exchanges: Sequence[Exchange]) -> None:
        if self._files.archive is None or not exchanges:
            return
        with self._commits.storing():
            if self._files.archive.is_full:
                self._commits.commit()
                self._publish_archive()
            self._files.archive.append(exchanges)
        self.archived += len(exchanges)

    def commit(self) -> None:
        """Make all records safe that are stored so far. Raises StorageFailed."""
        self._commits.commit_all()

    def before_commit(self, action: Callable[[FileState], None]) -> None:
        """Call `action` before each commit; what it changes in the state is committed too."""
        self._commits.before = action

    # Ending.

    def finish(self, *, is_done: bool = False) -> None:  # noqa: ARG002 - the last report says when the site is due
        self.publish()
        self._lock.release()

    def publish(self) -> None:
        """Publish what is stored, without letting the next run in; a second call does nothing.

        After a failure only what was committed is published. Never raises: what goes wrong here is in
        `failure`, and the next run recovers it.
        """
        if not self._is_open:
            return
        commits = self._commits
        try:
            if not self.failure:
                with suppress(StorageFailed), commits.storing():
                    commits.commit()
                    self._publish_all()
            if self.failure:
                commits.roll_back()
                self._publish_all()
        except STORAGE_ERRORS as error:
            commits.failure = f"{self.failure}; {message_of(error)}: the next run publishes what was stored"
        finally:
            self._close()

    def _publish_all(self) -> None:
        self._publish_archive()
        self._publish_records()
        self._publish_others()

    def _publish_archive(self) -> None:
        if self._files.archive and (name := self._files.archive.publish()):
            self.archives.append(name)

    def _publish_records(self) -> None:
        if self._files.records is None:
            return
        if not self.failure:
            self._commits.commit()
        if records := self._files.publish_records():
            self.files.append(records.name)
            self.records[records.name] = records.records
            self.has_published = True
            self.state.set_committed(records.name, records.size, published=True)
            self.state.commit()

    def _publish_others(self) -> None:
        self.has_published |= self._files.publish_others()

    def _close(self) -> None:
        """Close the state."""
        if self._is_open:
            self._is_open = False
            try:
                self.state.close()
            except STORAGE_ERRORS as error:
                self._commits.failure = self.failure or f"{self.folder}: {message_of(error)}"
