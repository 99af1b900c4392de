"""This process as a worker on a database: the connections that read and write there, and the claims that it holds."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecnscrawl.exceptions import AlreadyRunning, CannotStart
from ecnscrawl.frontier.postgres import rights, schema
from ecnscrawl.frontier.postgres.claims import owner_of
from ecnscrawl.frontier.postgres.connection import ReadingConnection, RetryPolicy, open_connection
from ecnscrawl.frontier.postgres.held_claims import HeldClaims
from ecnscrawl.frontier.postgres.writer import Writer
from ecnscrawl.frontier.server_address import ServerAddress
from ecnscrawl.frontier.server_errors import CHECK, database_errors, reason_of, refusal_of
from ecnscrawl.frontier.sharing import Claim

if TYPE_CHECKING:
    from psycopg import Connection


@dataclass(frozen=True)
class WorkerTerms:
    """How long a worker may be silent, and how long it waits for the database; see the settings of these names."""

    lease_seconds: float = 60.0
    retry_seconds: float = 120.0


class Worker:
    """What all runs of this process share on a database. One is enough for a process, whatever it crawls."""

    def __init__(self, address: ServerAddress, terms: WorkerTerms) -> None:
        self.address = address
        self.terms = terms
        self.retry_policy = RetryPolicy(terms.retry_seconds)
        #: For the event loop's thread: what would be read after the lease has ended is of no use to a run.
        self.reader = ReadingConnection(self.connect, self.retry_policy, terms.lease_seconds)
        self.writer = Writer(self.connect, self.retry_policy)
        self._was_opened = False
        self.claims = HeldClaims(self.connect, terms.lease_seconds)

    def connect(self) -> "Connection[Any]":
        """Return a new connection. Raises CannotStart without psycopg, and errors of psycopg."""
        return open_connection(self.address, self.terms.lease_seconds / 3, may_wait=self.retry_policy.may_wait)

    def open(self, *, for_runs: bool = False) -> None:
        """Connect for the first time, and check the tables, and the rights that runs need; see `for_runs`.

        Raises CannotStart: nothing is tried again then.
        """
        with self.first_connection() as connection, self.at_the_start():
            schema.check(connection)
            if for_runs:
                rights.check(connection, rights.OF_A_RUN, self.address.name)
        self._was_opened = True

    def open_once(self) -> None:
        """The same, unless that was done before."""
        if not self._was_opened:
            self.open()

    def first_connection(self) -> "Connection[Any]":
        """Return a new connection without limits of time. Raises CannotStart."""
        try:
            return open_connection(self.address, may_wait=self.retry_policy.may_wait)
        except database_errors() as error:
            raise CannotStart(f"{self.address.name} cannot be reached ({reason_of(error)}); {CHECK}") from None

    @contextmanager
    def at_the_start(self) -> Iterator[None]:
        """Raise CannotStart in the place of an error of the database."""
        try:
            yield
        except database_errors() as error:
            raise CannotStart(refusal_of(error, self.address.name)) from None

    def claim(self, site: str, transferred: str | None = None) -> Claim:
        """Claim a site, which is renewed from then on. Raises AlreadyRunning and CannotStart.

        `transferred` is the token of a claim that another process transfers.
        """
        with self.at_the_start():
            claim = self.claims.claim(site, transferred)
            if claim is None:
                owner = self.claims.connection.use(lambda connection: owner_of(connection, site))
                raise AlreadyRunning(f"another run of this site is under way: {owner or 'just started'}")
        return claim

    def release(self, claim: Claim, *, is_done: bool) -> None:
        """Let the next owner in. If the database does not answer, that is left to the end of the lease."""
        for _ in range(2):  # the connection may have been lost some time ago
            with suppress(*database_errors()):
                self.claims.release(claim, is_done=is_done)
                return
        self.claims.stop_renewing(claim)

    def close(self) -> None:
        """Stop renewing, and close all connections."""
        self.claims.close()
        self.writer.close()
        self.reader.close()
