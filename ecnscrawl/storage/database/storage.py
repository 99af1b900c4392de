"""The storage of many machines: the articles of all sites are rows of a PostgreSQL database."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ecnscrawl.exceptions import CannotStart, WrongUsage
from ecnscrawl.frontier.postgres.connection import ReadingConnection, RetryPolicy
from ecnscrawl.frontier.postgres.due_sites import DueSites
from ecnscrawl.frontier.postgres.known_sites import RowSites
from ecnscrawl.frontier.postgres.worker import Worker, WorkerTerms
from ecnscrawl.frontier.server_address import ServerAddress, parse_server
from ecnscrawl.frontier.sharing import Claim, WatchedSite, look_interval
from ecnscrawl.hints import program
from ecnscrawl.sites.hosts import is_host
from ecnscrawl.storage.base import StorageTerms
from ecnscrawl.storage.database.last_reports import RowLastReports
from ecnscrawl.storage.database.run import DatabaseRun
from ecnscrawl.storage.errors import as_cannot_start
from ecnscrawl.storage.run_settings import RunSettings, utc_now

if TYPE_CHECKING:
    from ecnscrawl.storage.database.forgetting import RowForgetting


class DatabaseStorage:
    """The articles of a database, with this process as one of its workers; see Storage."""

    writes_files = False
    is_shared = True
    out_of_reach = "; and what other machines have archived, and folders that `publish` has written"

    def __init__(self, terms: StorageTerms) -> None:
        """Raises WrongUsage for an invalid URL. Nothing is connected yet."""
        self._terms = terms
        self._worker = Worker(parse_server(terms.database_url), WorkerTerms(terms.lease_seconds, terms.retry_seconds))
        self.known_sites = RowSites(self._worker)
        # A command is not to wait for a database, and what `watch` draws is drawn again soon.
        self._without_retries = ReadingConnection(self._worker.connect, RetryPolicy(0))

    def hosts(self) -> list[str]:
        rows = self._rows("SELECT site FROM ecnscrawl.facts WHERE name = 'runs' ORDER BY site", [])
        return [site for (site,) in rows if is_host(site)]

    def id_of(self, site: str, url: str) -> str | None:
        rows = self._rows("SELECT id FROM ecnscrawl.articles WHERE site = %s AND url = %s", [site, url])
        return str(rows[0][0]) if rows else None

    def _rows(self, statement: str, values: Sequence[str]) -> Sequence[tuple[Any, ...]]:
        self._worker.open_once()
        with self._worker.at_the_start():
            return self._worker.reader.rows(statement, values)

    def last_reports(self) -> RowLastReports:
        return RowLastReports(self._without_retries, self._terms.data)

    @contextmanager
    def reading(self) -> Iterator[None]:
        self._worker.open_once()
        try:
            with self._worker.at_the_start():
                yield
        finally:
            self._without_retries.close()

    def new_run(self, site: str, settings: RunSettings, claim: Claim | None = None) -> DatabaseRun:
        transferred = self._terms.transferred if claim is None else None
        return DatabaseRun(self._terms.data / site, self._worker, utc_now, settings, claim, transferred)

    def forgetting(self, site: str, settings: RunSettings) -> "RowForgetting":
        from ecnscrawl.storage.database.forgetting import RowForgetting  # noqa: PLC0415 - no run needs it

        if not self.known_sites.has(site):
            name = self._worker.address.name
            raise CannotStart(f"{name} has nothing of {site}; name the database with ECNSCRAWL_DATABASE_URL")
        return RowForgetting(self.new_run(site, settings))

    def share(self, sites: Iterable[WatchedSite]) -> DueSites:
        """Makes the data folder, for the files over all sites."""
        self._worker.open(for_runs=True)
        with as_cannot_start(self._terms.data):
            self._terms.data.mkdir(parents=True, exist_ok=True)
        return DueSites(self._worker.claims, sites, self._worker.address.name, self._terms.retry_seconds)

    @property
    def look_interval(self) -> float:
        return look_interval(self._terms.lease_seconds)

    def note_loop_alive(self) -> None:
        self._worker.claims.note_loop_alive()

    def give_up_waiting(self) -> None:
        self._worker.retry_policy.give_up()

    def close(self) -> None:
        self._worker.close()

    def reports_place(self, site: str) -> str:  # noqa: ARG002 - one for all sites
        return "the database"

    def way_to_articles(self, site: str) -> str:  # noqa: ARG002 - of whatever site
        return (
            f"a crawl into the database writes none: run `{program()} publish DIR`, and read them with"
            " ECNSCRAWL_DATA_DIR=DIR"
        )

    def require_files(self, refusal: str) -> None:
        raise WrongUsage(refusal)

    def require_server(self, refusal: str) -> ServerAddress:  # noqa: ARG002 - there is one
        return self._worker.address
