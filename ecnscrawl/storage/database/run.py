"""A run whose records are rows of a PostgreSQL database, and known in the transaction that stores them.

A machine's disk may burn, so nothing of a run is only there, but for the archive of pages and the samples. The event
loop does not wait for a commit: changes are seen at once, and written in a thread.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ecnscrawl.exceptions import CannotStart, StorageFailed
from ecnscrawl.frontier.postgres.changes import Changes
from ecnscrawl.frontier.postgres.site_lease import PostgresSiteLease, pauses_of_hosts
from ecnscrawl.frontier.postgres.state import PostgresState
from ecnscrawl.frontier.postgres.worker import Worker
from ecnscrawl.frontier.postgres.writes import write
from ecnscrawl.frontier.records import StoredArticle
from ecnscrawl.frontier.sharing import Claim
from ecnscrawl.items import Article
from ecnscrawl.storage.archive.exchange import Exchange
from ecnscrawl.storage.committing_run import CommittingRun
from ecnscrawl.storage.database.archives import RunArchives
from ecnscrawl.storage.database.commits import DatabaseCommits
from ecnscrawl.storage.database.reports import RowReports
from ecnscrawl.storage.database.rows import Row, back, gone, record, rejected
from ecnscrawl.storage.errors import STORAGE_ERRORS, as_cannot_start, message_of
from ecnscrawl.storage.run_ids import next_run_id
from ecnscrawl.storage.run_settings import Clock, RunSettings


@dataclass
class DatabaseRun(CommittingRun[PostgresState]):
    """A Run on a database. Nobody else writes to the site's rows while it is entered."""

    folder: Path  #: of the site on this machine, `data/<site>`: for the archive and the samples
    worker: Worker
    clock: Clock
    settings: RunSettings = field(default_factory=RunSettings)
    claim: Claim | None = None  #: of the site, if it has been claimed already; then its owner releases it in the end
    transferred: str | None = None  #: the token of a claim that another process transfers to this one
    id: str = ""
    number: int = 0
    files: list[str] = field(default_factory=list)
    recovered: list[str] = field(default_factory=list)
    records: dict[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    has_published: bool = False

    def __post_init__(self) -> None:
        self.started_at: datetime = self.clock()
        self._gone: set[str] = set()  #: ids of articles that are gone or back
        self._rejected = 0
        self._is_open = False
        self._is_lost = False
        self.lease: PostgresSiteLease | None = None

    @property
    def site(self) -> str:
        """The name of the site."""
        return self.folder.name

    @property
    def on_write_end(self) -> Callable[[], None] | None:
        return self._commits.on_end

    @on_write_end.setter
    def on_write_end(self, call: Callable[[], None] | None) -> None:
        self._commits.on_end = call

    @property
    def is_lost(self) -> bool:
        if self.claim is not None and not self.worker.claims.holds(self.claim):
            self._is_lost = True
        return self._is_lost or self._commits.is_lost

    @property
    def has_room(self) -> bool:
        return self._commits.has_room

    @property
    def archives(self) -> list[str]:
        return self._archives.published

    @property
    def archived(self) -> int:
        return self._archives.responses

    # Starting.

    def enter(self) -> None:
        """Claims the site, unless it has been claimed already."""
        is_claimed = self.claim is not None
        if self.claim is None:
            self.worker.open(for_runs=True)
            self.claim = self.worker.claim(self.site, self.transferred)
        try:
            with as_cannot_start(self.folder):
                self._begin(self.claim)
                self.lease = PostgresSiteLease(self.worker, self.claim, pauses=pauses_of_hosts(self))
        except BaseException as error:
            if not is_claimed:
                self.worker.release(self.claim, is_done=False)
            if isinstance(error, StorageFailed):
                raise CannotStart(str(error)) from None
            raise

    def _begin(self, claim: Claim) -> None:
        self.state = PostgresState(self, self.site, self._write)
        self._archives = RunArchives(self.folder / "archive", self.settings.archive, self._archive_id, self.clock)
        self._commits: DatabaseCommits = DatabaseCommits(
            self.state, claim, self.worker, self._archives, clock=self.clock, settings=self.settings
        )
        self.reports = RowReports(self.worker.reader, self.site, self._commits)
        self.number = int(self.state.get_meta("runs") or 0) + 1
        self.state.set_meta("runs", self.number)
        self.id = self._next_id()
        self._archives.begin()
        self._archives.recover(self.state)
        self._is_open = True

    def _write(self, changes: Changes) -> None:
        """Write changes and wait for it, for a command that changes the state without a crawl."""
        assert self.claim is not None
        claim = self.claim
        self.worker.writer.wait_for(lambda connection: write(connection, claim, changes))

    def rows(self, statement: str, values: Sequence[Any] | Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """Read for the state; see `RowReader`. Raises StorageFailed, at once where the run has failed before."""
        with self._commits.storing():
            return self.worker.reader.rows(statement, values)

    def _next_id(self) -> str:
        """Return an id after all that runs of this site got."""
        last = str(self.state.get_meta("last_name") or "")
        run_id = next_run_id(self.clock(), last or None, secrets.randbits(23))
        self.state.set_meta("last_name", run_id)
        return run_id

    def _archive_id(self) -> str:
        return self._next_id() if self._archives.has_any else self.id

    # Writing.

    def store(self, article: Article, known: StoredArticle) -> None:
        with self.changing() as state:
            self.state.add_row(*record(self.site, self.id, article))
            state.store(known)
        self.has_published = True

    def reject(self, article: Article, reasons: list[str]) -> None:
        with self.changing():
            self.state.add_row(*rejected(self.site, self.id, self._rejected, article, reasons))
        self._rejected += 1
        self.has_published = True

    def note_gone(self, known: StoredArticle, at: int) -> None:
        self._note(known.id, gone(self.site, self.id, known, at))

    def note_return(self, known: StoredArticle, at: int) -> None:
        self._note(known.id, back(self.site, self.id, known, at))

    def _note(self, id_: str, row: Row) -> None:
        if id_ not in self._gone:
            self._gone.add(id_)
            with self.changing():
                self.state.add_row(*row)
            self.has_published = True

    def archive(self, exchanges: Sequence[Exchange]) -> None:
        if exchanges:
            with self._commits.storing():
                self._archives.append(exchanges)

    def commit_if_due(self) -> None:
        """Also notes how a write has ended, and that the event loop runs."""
        self.worker.claims.note_loop_alive()
        super().commit_if_due()

    def commit(self) -> None:
        self._commits.begin()

    def commit_and_wait(self) -> None:
        """Return when all that was changed is in the database. Raises StorageFailed."""
        self._commits.commit()

    # Ending.

    def publish(self) -> None:
        """Waits for the database, as long as it may take: DATABASE_RETRY_SECONDS."""
        if not self._is_open:
            return
        self._is_open = False
        with suppress(StorageFailed):
            self._commits.commit()
        try:
            if self.failure:
                self._commits.roll_back()
            self._archives.publish(self.state)
        except STORAGE_ERRORS as error:
            self._commits.failure = f"{self.failure or self.folder}; {message_of(error)}"

    def finish(self, *, is_done: bool = False) -> None:
        """Of a site that is lost nothing is written, so that the event loop need not wait for it."""
        self.publish()
        is_lost = self.is_lost
        if self.claim is not None:
            claim, self.claim = self.claim, None
            if is_lost:
                self.worker.claims.lapsed()  # so that the worker takes another name
                self.worker.claims.stop_renewing(claim)
                return
            with suppress(StorageFailed):
                self._commits.commit()  # what came after the report
            self.worker.release(claim, is_done=is_done)
