"""What a crawl has to know of the claim of its site: whether it may go on, and how the site was treated before."""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any

from ecnscrawl.frontier.postgres.claims import Claim
from ecnscrawl.frontier.postgres.worker import Worker

if TYPE_CHECKING:
    from psycopg import Connection

_PAUSE = """
INSERT INTO ecnscrawl.pauses (host, until) VALUES (%s, now() + %s * interval '1 second')
ON CONFLICT (host) DO UPDATE SET until = greatest(pauses.until, excluded.until)
"""
_OVER = "DELETE FROM ecnscrawl.pauses WHERE until < now()"
_PAUSES = "SELECT host, extract(epoch FROM until - now())::float8 FROM ecnscrawl.pauses WHERE until > now()"
_CRAWL_DELAY = "UPDATE ecnscrawl.sites SET crawl_delay = %s WHERE site = %s AND epoch = %s"


class SiteLease:
    """The claim of a site by this worker, from its crawl's point of view."""

    def __init__(self, worker: Worker, claim: Claim, clock: Callable[[], float] = monotonic) -> None:
        """`clock` is that of delays and pauses."""
        self._worker, self._claim, self._clock = worker, claim, clock
        #: When the owner before may have sent its last request, by the clock; None if there was none.
        self.left_at = None if claim.idle is None else clock() - claim.idle
        self.crawl_delay = claim.crawl_delay  #: seconds: the longest Crawl-delay that the owner before was asked for

    @property
    def seconds(self) -> float:
        """The length of the lease."""
        return self._worker.terms.lease_seconds

    @property
    def is_held(self) -> bool:
        """Whether requests may be sent. Once this is false, the crawl must end at once."""
        return self._worker.claims.holds(self._claim)

    def note_loop_alive(self) -> None:
        """Note that the event loop runs, at least twice in the time of the lease; else it is no longer renewed."""
        self._worker.claims.note_loop_alive()

    def end(self) -> None:
        """Note that the crawl ends because the lease has ended: the worker takes another name."""
        self._worker.claims.lapsed()

    # How hosts are treated, by whatever worker.

    def pauses(self) -> Mapping[str, float]:
        """Return the seconds for which hosts have asked to be left alone, by host. Raises errors of psycopg."""
        return dict(self._worker.reader.rows(_PAUSES, []))

    def note_pause(self, host: str, seconds: float) -> None:
        """Let all workers know that a host has asked to be left alone. It is written in a thread."""
        until = self._clock() + seconds

        def write(connection: "Connection[Any]") -> None:
            if (left := until - self._clock()) > 0:
                connection.execute(_PAUSE, [host, left])
                connection.execute(_OVER)

        self._worker.writer.begin(write)

    def note_crawl_delay(self, seconds: float) -> None:
        """Let the next owner know the longest Crawl-delay of the site's hosts. It is written in a thread."""
        self.crawl_delay = seconds

        def write(connection: "Connection[Any]") -> None:
            connection.execute(_CRAWL_DELAY, [seconds, self._claim.site, self._claim.epoch])

        self._worker.writer.begin(write)
