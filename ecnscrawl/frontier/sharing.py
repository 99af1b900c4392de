"""How many workers share the sites of a store: by claims, which end with their leases. See `frontier/postgres`."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

MIN_LEASE = 2.0  #: seconds: a shorter lease would end on a busy machine, and its site go from worker to worker
_LOOKS, _MAX_LOOK_INTERVAL = 8, 0.5  # in the time of a lease, at least; seconds


def look_interval(lease_seconds: float) -> float:
    """Return the seconds after which an event loop looks at its leases again, and notes that it is alive."""
    return min(_MAX_LOOK_INTERVAL, lease_seconds / _LOOKS)


class ClaimLost(Exception):
    """Somebody else has claimed the site, because the lease had ended; or it was released, or the database is older."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to change what is stored of a site, until its lease ends."""

    site: str
    epoch: int  #: greater than that of the claim before
    owner: str  #: the name of the worker
    #: Seconds before the claim since the last owner released the site; 0 if it did not; None if there was none.
    idle: float | None = field(default=None, compare=False)
    crawl_delay: float = field(default=0.0, compare=False)  #: seconds, that the last owner had to keep

    @property
    def token(self) -> str:
        """Epoch and owner as one text, by which another process takes over the claim.

        >>> Claim("example.org", 7, "web1:4711:9f86d081").token
        '7:web1:4711:9f86d081'
        """
        return f"{self.epoch}:{self.owner}"


class SiteLease(Protocol):
    """The claim of a site from its crawl's point of view: whether it may go on, and how the site was treated before."""

    crawl_delay: float  #: seconds: the longest Crawl-delay that the owner before was asked for
    pauses: Mapping[str, float]  #: seconds for which hosts have asked to be left alone, when the run began; by host

    @property
    def left_at(self) -> float | None:
        """When the owner before may have sent its last request, by the monotonic clock; None if there was none."""

    @property
    def seconds(self) -> float:
        """The length of the lease."""

    @property
    def is_held(self) -> bool:
        """Whether requests may be sent. Once this is false, the crawl must end at once."""

    def note_loop_alive(self) -> None:
        """Note that the event loop runs, at least twice in the time of the lease; else it is no longer renewed."""

    def end(self) -> None:
        """Note that the crawl ends because the lease has ended: the worker takes another name."""

    def note_pause(self, host: str, seconds: float) -> None:
        """Let all workers know that a host has asked to be left alone. Does not wait for the database."""

    def note_crawl_delay(self, seconds: float) -> None:
        """Let the next owner know the longest Crawl-delay of the site's hosts. Does not wait for the database."""


@dataclass(frozen=True, slots=True)
class WatchedSite:
    """A site of a worker's table."""

    site: str
    every: float  #: seconds from the start of a run to that of the next one
    kind: str  #: of its runs, as a worker may have place for one kind only


class SharedSites(Protocol):
    """The sites of a worker's table, as far as they are due. Methods wait for the database, and raise its errors."""

    @property
    def name(self) -> str:
        """The name of the database, for messages."""

    @property
    def retry_seconds(self) -> float:
        """How long to wait for a database that does not answer."""

    def replace(self, sites: Iterable[WatchedSite]) -> None:
        """Take the sites of a table that has changed."""

    def now(self) -> datetime:
        """Return the database's time, after the sites of the table have become known there."""

    def claim(
        self, kinds: Collection[str], at: datetime | None = None, slack: float = 0, without: Collection[str] = ()
    ) -> Claim | None:
        """Claim the site that has been due for the longest time; return None if none is due and free.

        A site of `without` is not claimed: a run of it that has lost its lease is still ending in this process.
        `at` is the database's time at which it must have been due; by default now. It may be early by this share
        (`slack`) of its `every`.
        """

    def is_any_left(self, at: datetime, slack: float) -> bool:
        """Whether a site that was due at this time is not done, whoever has it."""

    def release(self, claim: Claim, *, is_done: bool) -> None:
        """Let the next owner in, and no longer renew the claim, also after an error. A second call does nothing."""

    def transfer(self, claim: Claim) -> str:
        """Renew a claim until another process has claimed the site by its token, which is returned.

        Does not wait for the database.
        """
