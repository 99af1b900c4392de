"""The lease of a site, kept by this process as a worker, and what workers tell each other of how hosts are treated."""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any

from ecnscrawl.frontier.postgres.reads import RowReader
from ecnscrawl.frontier.postgres.worker import Worker
from ecnscrawl.frontier.sharing import Claim

if TYPE_CHECKING:
    from psycopg import Connection

_PAUSE = """
INSERT INTO ecnscrawl.pauses (host, until) VALUES (%s, now() + %s * interval '1 second')
ON CONFLICT (host) DO UPDATE SET until = greatest(pauses.until, excluded.until)
"""
_OVER = "DELETE FROM ecnscrawl.pauses WHERE until < now()"
_PAUSES = "SELECT host, extract(epoch FROM until - now())::float8 FROM ecnscrawl.pauses WHERE until > now()"
_CRAWL_DELAY = "UPDATE ecnscrawl.sites SET crawl_delay = %s WHERE site = %s AND epoch = %s AND owner = %s"


def pauses_of_hosts(reader: RowReader) -> Mapping[str, float]:
    """Return the seconds for which hosts have asked to be left alone, by host. Raises errors of psycopg."""
    return dict(reader.rows(_PAUSES, []))


class PostgresSiteLease:
    """The claim of a worker on a site; see SiteLease."""

    def __init__(
        self,
        worker: Worker,
        claim: Claim,
        clock: Callable[[], float] = monotonic,
        pauses: Mapping[str, float] | None = None,
    ) -> None:
        """`clock` is that of delays and pauses; `pauses` are those of `pauses_of_hosts`."""
        self._worker, self._claim, self._clock = worker, claim, clock
        self.pauses = pauses or {}
        self.left_at = None if claim.idle is None else clock() - claim.idle
        self.crawl_delay = claim.crawl_delay

    @property
    def seconds(self) -> float:
        return self._worker.terms.lease_seconds

    @property
    def is_held(self) -> bool:
        return self._worker.claims.holds(self._claim)

    def note_loop_alive(self) -> None:
        self._worker.claims.note_loop_alive()

    def end(self) -> None:
        self._worker.claims.lapsed()

    # How hosts are treated, by whatever worker.

    def note_pause(self, host: str, seconds: float) -> None:
        """Note the pause; a thread writes it."""
        until = self._clock() + seconds

        def write(connection: "Connection[Any]") -> None:
            if (left := until - self._clock()) > 0:
                connection.execute(_PAUSE, [host, left])
                connection.execute(_OVER)

        self._worker.writer.begin(write)

    def note_crawl_delay(self, seconds: float) -> None:
        """Note the crawl delay; a thread writes it."""
        self.crawl_delay = seconds

        def write(connection: "Connection[Any]") -> None:
            connection.execute(_CRAWL_DELAY, [seconds, self._claim.site, self._claim.epoch, self._claim.owner])

        self._worker.writer.begin(write)
