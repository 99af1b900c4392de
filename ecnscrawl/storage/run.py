"""One run on a site's folder: lock, recover, write, publish.

A record is known exactly when it is on the disk: lines are appended to a hidden file, and every so often
flushed, and only then one transaction makes their ids known. Killed anywhere, an article version is in the
published files once, or will be fetched again.
"""

import errno
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path
from typing import Any, Protocol

import msgspec

from ecnscrawl import safe_files
from ecnscrawl.exceptions import CannotStart, StorageFailed
from ecnscrawl.frontier.base import State
from ecnscrawl.frontier.records import StoredArticle
from ecnscrawl.hints import program
from ecnscrawl.items import Article
from ecnscrawl.storage import ids_file, jsonl
from ecnscrawl.storage.article_file import ArticleFile
from ecnscrawl.storage.gone_file import GoneFile
from ecnscrawl.storage.indexing import Indexer
from ecnscrawl.storage.jsonl import RecordFile
from ecnscrawl.storage.lock import SiteLock
from ecnscrawl.storage.recovery import open_state, rebuilt_state
from ecnscrawl.storage.run_ids import next_run_id, run_ids_of

_WRITABLE = "make the data folder writable, or name another with ECNSCRAWL_DATA_DIR"

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock of a real run."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class RunSettings:
    """How often records are made safe; see the settings of the same names."""

    commit_records: int = 50
    commit_seconds: float = 2.0
    file_records: int = 50_000
    recheck_ages: tuple[int, ...] = ()  #: seconds, ascending


class Figures(Protocol):
    """What is counted of a run's records: known from a commit on, as the records are."""

    def snapshot(self) -> Any:
        """The figures as they are now."""

    def restore(self, snapshot: Any) -> None:
        """Take back what was counted since a snapshot."""


@dataclass
class Run:
    """The only writer of a site's folder while it is entered."""

    folder: Path  #: of the site, `data/ecns`
    clock: Clock
    settings: RunSettings = field(default_factory=RunSettings)
    id: str = ""
    number: int = 0  #: counts the runs of this state
    files: list[str] = field(default_factory=list)  #: published by this run
    recovered: list[str] = field(default_factory=list)  #: published now for a run that was killed
    records: dict[str, int] = field(default_factory=dict)  #: how many each of all these files has
    warnings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.started_at = self.clock()
        self.articles = self.folder / "articles"
        self.published = self.folder / "published"
        self.rejected = self.folder / "rejected"
        self.gone = self.folder / "gone"
        self.reports = self.folder / "reports"
        self._lock = SiteLock(self.folder / "lock")
        self._records: ArticleFile | None = None
        self._rejects: RecordFile | None = None
        self._uncommitted = 0
        self._is_changing = False
        self._figures: Figures | None = None
        self._safe_figures: Any = None
        self._last_commit = self.clock()
        self._is_open = False
        self.failure: str | None = None

    # Starting.

    def enter(self, *, rebuild: bool = False, accept_loss: bool = False) -> None:
        """Take the lock, open the state, publish what a killed run left behind.

        With `rebuild` the state is moved away first, and learned again from the files; with `accept_loss` also where
        they do not tell all that was published. Raises AlreadyRunning, or CannotStart where the folder or the state
        does not allow a run.
        """
        now = self.clock()
        self._make_folders()
        self._lock.acquire(f"pid {os.getpid()}, user {_user()}, since {now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
        try:
            with _as_cannot_start(self.folder):
                if rebuild:
                    self.state = rebuilt_state(self.folder, accept_loss=accept_loss)
                else:
                    self.state = open_state(self.folder, self.warnings)
                self._is_open = True
                self._begin(now)
                self._recover()
        except BaseException:
            self._close()
            raise

    def _make_folders(self) -> None:
        with _as_cannot_start(self.folder):
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            safe_files.make_folder(self.folder, depth=1)
            for folder in (self.articles, self.published, self.rejected, self.gone, self.reports):
                safe_files.make_folder(folder)

    def _begin(self, now: datetime) -> None:
        self.number = int(self.state.get_meta("runs") or 0) + 1
        self.state.set_meta("runs", self.number)
        self.id = self._next_name(now)
        self.gone_file = GoneFile(self.gone, f"{self.id}.jsonl")

    def _next_name(self, now: datetime) -> str:
        """A name after all that runs of this folder were given: those the state knows, and those in the folder."""
        known = [str(self.state.get_meta("last_name") or "")]
        known += run_ids_of(safe_files.file_names(self.reports), ".json")
        known += [name.removesuffix(".jsonl") for name in jsonl.published(self.articles)]
        known += [name.removesuffix(".jsonl") for name in jsonl.left_over(self.articles)]
        known += [name.removesuffix(".jsonl") for name in ids_file.names(self.published)]
        known += [name.removesuffix(".jsonl") for name in jsonl.published(self.gone)]
        name = next_run_id(now, max(known) or None, secrets.randbits(23))
        self.state.set_meta("last_name", name)
        return name

    def _recover(self) -> None:
        indexer = Indexer(self.state, self.folder, self.settings.recheck_ages, self.number)
        for name in jsonl.left_over(self.articles):
            if number := indexer.settle(name):
                self.recovered.append(name)
                self.records[name] = number
        indexer.index_unknown()
        indexer.keep_ids()
        for name in jsonl.left_over(self.gone):
            jsonl.publish_whole_lines(self.gone, name)
        indexer.learn_gone(self.gone)
        self.warnings += indexer.warnings
        self.state.commit()
        ids_file.remove_left_over(self.published)
        for name in jsonl.left_over(self.rejected):
            jsonl.publish_whole_lines(self.rejected, name)

    # Writing.

    def store(self, article: Article, known: StoredArticle) -> None:
        """Append a record; its id is known from the next commit on. Raises StorageFailed."""
        with self.changing() as state:
            if self._records is None:
                self._open_records()
            assert self._records is not None
            offset = self._records.append(article)
            state.store(known, state.file_number(self._records.name), offset)
            if self._records.records >= self.settings.file_records:
                self._publish_records()

    def reject(self, article: Article, reasons: list[str]) -> None:
        """Keep a record that failed validation, with its reasons, where a person can look. Raises StorageFailed."""
        with self.changing():
            if self._rejects is None:
                self._rejects = RecordFile(self.rejected, f"{self.id}.jsonl")
            self._rejects.append(msgspec.json.encode({"reasons": reasons, "record": article}) + b"\n")

    @contextmanager
    def changing(self) -> Iterator[State]:
        """Give the state, to be changed; commit when enough changes or seconds have come together.

        One within another belongs to it, and what is changed there is committed together. Raises StorageFailed.
        """
        is_outermost, self._is_changing = not self._is_changing, True
        try:
            with self._storing():
                yield self.state
                if is_outermost:
                    self._uncommitted += 1
                    if self._is_due():
                        self._commit()
        finally:
            self._is_changing = not is_outermost

    def commit_if_due(self) -> None:
        """Commit where enough changes or seconds have come together. Raises StorageFailed."""
        with self._storing():
            if self._uncommitted and self._is_due():
                self._commit()

    def commit(self) -> None:
        """Make all records safe that are stored so far. Raises StorageFailed."""
        with self._storing():
            if self._uncommitted:
                self._commit()

    def _is_due(self) -> bool:
        waited = (self.clock() - self._last_commit).total_seconds()
        return self._uncommitted >= self.settings.commit_records or not 0 <= waited < self.settings.commit_seconds

    def _commit(self) -> None:
        self._last_commit = self.clock()
        for file in self._files():
            file.sync()
        if self._records is not None:
            self.state.set_committed(self._records.name, self._records.size)
        self.state.commit()
        for file in self._files():
            file.commit()
        self._uncommitted = 0
        self._note_figures()

    def count_with(self, figures: Figures) -> None:
        """Keep these figures true: where records are lost, so is what was counted of them since the last commit."""
        self._figures = figures
        self._note_figures()

    def _note_figures(self) -> None:
        if self._figures is not None:
            self._safe_figures = self._figures.snapshot()

    def _files(self) -> list[ArticleFile | RecordFile | GoneFile]:
        """The files under way, in the order of syncing."""
        return [file for file in (self._records, self._rejects, self.gone_file) if file is not None]

    def _open_records(self) -> None:
        name = f"{self.id}.jsonl"
        if name in self.files:  # a long run goes on in a file with a name of its own
            name = f"{self._next_name(self.clock())}.jsonl"
        self._records = ArticleFile(self.articles, self.published, name)

    @contextmanager
    def _storing(self) -> Iterator[None]:
        if self.failure:
            raise StorageFailed(self.failure)
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            self.failure = f"{self.folder}: {_words(error)}; what was stored before is whole"
            raise StorageFailed(self.failure) from error

    # Ending.

    def finish(self) -> None:
        """Publish what is stored and let the next run in; a second call does nothing.

        After a failure only what was committed is published. Never raises: what goes wrong here is in
        `failure`, and the next run recovers it.
        """
        if not self._is_open:
            return
        try:
            if not self.failure:
                with suppress(StorageFailed), self._storing():
                    self._commit()
                    self._publish_records()
                    self._publish_rejects()
                    self.gone_file.publish()
            if self.failure:
                self._give_up()
        except (OSError, sqlite3.Error) as error:
            self.failure = f"{self.failure}; {_words(error)}: the next run publishes what was stored"
        finally:
            self._close()

    def _give_up(self) -> None:
        """Leave behind exactly what the state knows, and count no more than that."""
        if self._figures is not None:
            self._figures.restore(self._safe_figures)
        self.state.rollback()
        for file, publish in ((self._records, self._publish_records), (self._rejects, self._publish_rejects)):
            if file is not None:
                file.cut()
                if file.committed:
                    publish()
                else:
                    file.discard()
        self.gone_file.cut()
        self.gone_file.publish()

    def _publish_records(self) -> None:
        if self._records is None:
            return
        if not self.failure:
            self._commit()
        records, self._records = self._records, None
        records.publish()
        self.files.append(records.name)
        self.records[records.name] = records.records
        self.state.set_committed(records.name, records.size, published=True)
        self.state.commit()

    def _publish_rejects(self) -> None:
        if self._rejects is not None:
            self._rejects.publish()
            self._rejects = None

    def _close(self) -> None:
        if self._is_open:
            self._is_open = False
            try:
                self.state.close()
            except sqlite3.Error as error:
                self.failure = self.failure or f"{self.folder}: {_words(error)}"
        self._lock.release()


def _words(error: OSError | sqlite3.Error) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def _user() -> str:
    try:
        return getuser()
    except (OSError, KeyError):
        return str(os.getuid())  # a user without an entry, as in a container


@contextmanager
def _as_cannot_start(folder: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise CannotStart(f"{folder}: {_words(error)}; {_way_out(error)}") from None
    except sqlite3.DatabaseError as error:
        raise CannotStart(
            f"{folder}: the state is damaged ({error}); run {program()} state rebuild {folder.name}"
        ) from None
    except OSError as error:
        where = getattr(error, "filename", None) or folder
        way_out = "" if isinstance(error, safe_files.UnsafeFileError) else f"; {_way_out(error)}"
        raise CannotStart(f"{where}: {_words(error)}{way_out}") from None


def _way_out(error: sqlite3.Error | OSError) -> str:
    if isinstance(error, OSError):
        is_full = error.errno == errno.ENOSPC
    else:
        is_full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
    return "free some space there" if is_full else _WRITABLE
