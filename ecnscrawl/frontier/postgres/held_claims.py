"""The claims that this process holds, each with its lease, and the thread that renews them."""

import os
import secrets
import socket
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from ecnscrawl.frontier.postgres import claims
from ecnscrawl.frontier.postgres.lease import RENEWALS, Clock, Lease, LeaseRenewer, boot_time
from ecnscrawl.frontier.postgres.reconnecting import ReconnectingConnection
from ecnscrawl.frontier.sharing import Claim

if TYPE_CHECKING:
    from psycopg import Connection

T = TypeVar("T")

_AGAIN = 20  # a renewal that a commit was in the way of is repeated after this part of a lease


def worker_name() -> str:
    """Return a name that no other worker has: host, process and a random number, such as `web1:4711:9f86d081`."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


class HeldClaims:
    """Claims sites, and keeps the claims until they are released or their leases end.

    Its methods may be called from any thread. `claim`, `begin` and `release` wait for the database, and raise errors of
    psycopg.
    """

    def __init__(self, connect: "Callable[[], Connection[Any]]", seconds: float, clock: Clock = boot_time) -> None:
        """`connect` opens a connection in autocommit mode; `seconds` is the length of a lease."""
        self.name = worker_name()
        self.seconds = seconds
        self.connection = ReconnectingConnection(connect)
        self._clock = clock
        self._leases: dict[Claim, Lease] = {}
        self._transferred: set[Claim] = set()  # to other processes, which may have claimed the sites by now
        self._lock = Lock()  # of `_leases`
        self._renewer = LeaseRenewer(seconds, self.renew, clock)

    # Claims.

    def claim(self, site: str, transferred: str | None = None) -> Claim | None:
        """Claim a site; return None if another owner has it.

        `transferred` is the token of a claim that another process transfers to this one.
        """
        return self.begin(lambda connection: claims.claim(connection, site, self.name, self.seconds, transferred))

    def begin(self, claim: "Callable[[Connection[Any]], Claim | None]") -> Claim | None:
        """Claim a site by this function, and begin its lease."""
        sent_at = self._clock()
        claimed = self.connection.use(claim)
        if claimed is not None:
            with self._lock:
                self._leases[claimed] = Lease(self.seconds, sent_at, self._clock)
            self._renewer.note_loop_alive()
            self._renewer.start()
        return claimed

    def holds(self, claim: Claim) -> bool:
        """Whether the lease of a claim has not ended, so that the worker may act on its site."""
        lease = self._leases.get(claim)
        return lease is not None and lease.is_valid

    def release(self, claim: Claim, *, is_done: bool) -> None:
        """Let the next owner in; see `claims.release`. Does nothing for a claim that was released or lost."""
        self.connection.use(lambda connection: claims.release(connection, claim, is_done=is_done))
        self.stop_renewing(claim)

    def stop_renewing(self, claim: Claim) -> None:
        """No longer renew a claim. If its row was not released, the site is free at the end of the lease."""
        with self._lock:
            self._leases.pop(claim, None)
            self._transferred.discard(claim)

    def transfer(self, claim: Claim) -> str:
        """Renew a claim until another process has claimed the site by its token, which is returned."""
        with self._lock:
            self._transferred.add(claim)
        return claim.token

    # Leases.

    def note_loop_alive(self) -> None:
        """Note that the event loop runs; to be called from there at least twice in the time of a lease."""
        self._renewer.note_loop_alive()

    def lapsed(self) -> list[Claim]:
        """Return, once, the claims whose leases have ended. If there are any, the worker has another name from now on.

        Their runs must end at once.
        """
        with self._lock:
            ended = [claim for claim, lease in self._leases.items() if not lease.is_valid]
            for claim in ended:
                del self._leases[claim]
            lost = [claim for claim in ended if claim not in self._transferred]
        if lost:
            self.name = worker_name()
        return lost

    def renew(self) -> bool:
        """Renew all leases; return False if the database does not answer. Called by the renewer.

        Until it answers they go on towards their ends.
        """
        begun, left = self._clock(), self._valid()
        while left:
            sent_at = self._clock()
            renewed = self._try(lambda connection: claims.renew(connection, left, self.seconds))
            if renewed is None:
                return False
            for claim in renewed & left.keys():
                left.pop(claim).extend(sent_at)
            if left:
                self._end_lost(left)
            if not left or self._clock() - begun > self.seconds / RENEWALS or self._renewer.wait(self.seconds / _AGAIN):
                break
        return True

    def close(self) -> None:
        """Stop renewing. Claims that were not released end with their leases."""
        self._renewer.stop()
        self.connection.close()

    def _valid(self) -> dict[Claim, Lease]:
        with self._lock:
            return {claim: lease for claim, lease in self._leases.items() if lease.is_valid}

    def _end_lost(self, left: dict[Claim, Lease]) -> None:
        """End the leases of claims that the database no longer knows. The others are only held by commits."""
        held = self._try(lambda connection: claims.still_held(connection, left))
        if held is not None:
            for claim in left.keys() - held:
                left.pop(claim).end()

    def _try(self, work: "Callable[[Connection[Any]], T]") -> T | None:
        """Return what `work` does; None if the database does not answer."""
        from psycopg import Error  # noqa: PLC0415 - an extra

        try:
            return self.connection.use(work)
        except Error:
            return None
