"""The interface of a run: the only writer of a site's articles while it is entered.

`storage/folder/run.py` writes to files in the data folder, `storage/database/run.py` to the rows of a database. Killed
anywhere, an article version is stored once, or will be fetched again.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from ecnscrawl.frontier.base import State
from ecnscrawl.frontier.records import StoredArticle
from ecnscrawl.frontier.sharing import SiteLease
from ecnscrawl.items import Article
from ecnscrawl.storage.archive.exchange import Exchange
from ecnscrawl.storage.reports import ReportStore
from ecnscrawl.storage.run_settings import Clock, RunSettings, Statistics


class Run(Protocol):
    """One run on a site. It is used by one thread."""

    warnings: list[str]
    #: Called, perhaps in another thread, when a write has ended for which the event loop does not wait.
    on_write_end: Callable[[], None] | None

    @property
    def folder(self) -> Path:
        """The site's folder on this machine, `data/<site>`."""

    @property
    def clock(self) -> Clock:
        """The time, UTC."""

    @property
    def settings(self) -> RunSettings:
        """How often it commits, and whether it archives."""

    @property
    def id(self) -> str:
        """Its name, which sorts after those of earlier runs."""

    @property
    def number(self) -> int:
        """How many runs this state has had, with this one."""

    @property
    def started_at(self) -> datetime:
        """When it began."""

    @property
    def files(self) -> Sequence[str]:
        """Article files published by this run."""

    @property
    def recovered(self) -> Sequence[str]:
        """Files published now for a run that was killed."""

    @property
    def records(self) -> Mapping[str, int]:
        """How many records each of all these files has."""

    @property
    def has_published(self) -> bool:
        """Whether it has stored anything: articles, rejected or gone ones."""

    @property
    def archives(self) -> Sequence[str]:
        """Archive files published by this run."""

    @property
    def archived(self) -> int:
        """How many responses these and the one under way have."""

    @property
    def state(self) -> State:
        """What is known of the site."""

    @property
    def reports(self) -> ReportStore:
        """The reports of the site's runs."""

    @property
    def failure(self) -> str | None:
        """Why nothing can be stored any more; None while all is well."""

    @property
    def lease(self) -> SiteLease | None:
        """The claim of the site in the database; None without one."""

    @property
    def is_lost(self) -> bool:
        """Whether the site may belong to another worker by now, so that nothing more can be stored or concluded."""

    @property
    def has_room(self) -> bool:
        """Whether more can be stored now. If not, no request may be made until a write has ended."""

    @property
    def is_archiving(self) -> bool:
        """Whether responses are archived."""

    def enter(self) -> None:
        """Keep other runs of the site out, open the state, and publish what a killed run left.

        Raises AlreadyRunning and CannotStart.
        """

    # Writing.

    def store(self, article: Article, known: StoredArticle) -> None:
        """Store a record; its id is known from the next commit on. Raises StorageFailed."""

    def reject(self, article: Article, reasons: list[str]) -> None:
        """Keep a record that failed validation, with its reasons, where a person can look. Raises StorageFailed."""

    def note_gone(self, known: StoredArticle, at: int) -> None:
        """Keep that an article is gone, which the state knew as `known` before. Raises StorageFailed."""

    def note_return(self, known: StoredArticle, at: int) -> None:
        """Keep that an article is there again, which the state knew as gone. Raises StorageFailed."""

    def archive(self, exchanges: Sequence[Exchange]) -> None:
        """Archive responses, before what is made of them is stored. Raises StorageFailed."""

    def changing(self) -> AbstractContextManager[State]:
        """Give the state, to be changed; commit when enough changes or seconds have come together.

        One within another belongs to it, and what is changed there is committed together. Raises StorageFailed.
        """

    def commit_if_due(self) -> None:
        """Commit if enough changes or seconds have come together. Raises StorageFailed."""

    def commit(self) -> None:
        """Begin to make all safe that is stored so far, or do it. Raises StorageFailed."""

    def count_with(self, statistics: Statistics) -> None:
        """Restore these statistics to those of the last commit whenever records are lost."""

    # Ending.

    def publish(self) -> None:
        """Make all safe that is stored, without letting the next run in; a second call does nothing.

        After a failure only what was committed stays. Never raises: what goes wrong here is in `failure`.
        """

    def finish(self, *, is_done: bool = False) -> None:
        """Publish, and let the next run in; a second call does nothing.

        `is_done` says that the run came to its end, so that the site is not due again at once.
        """
