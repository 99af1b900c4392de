"""Let the worker renew a crawl's lease as long as the event loop runs, and end a crawl whose lease has ended."""

import logging
from collections.abc import Callable

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import create_looping_call

from ecnscrawl.frontier.sharing import SiteLease, look_interval
from ecnscrawl.monitoring.health import LEASE_ENDED
from ecnscrawl.network.shutdown import abandon

logger = logging.getLogger(__name__)


class LeaseWatcher:
    """Looks at the lease of a crawl's site while its engine runs. What is sent is checked apart from that."""

    def __init__(self, crawler: Crawler, lease: SiteLease, failure: Callable[[], str | None]) -> None:
        """`failure` returns why the run can store nothing any more, if so: then that ends it, and not the lease."""
        self._crawler, self._lease, self._failure = crawler, lease, failure
        self._timer = create_looping_call(self._look)
        crawler.signals.connect(self._start, signals.engine_started)
        crawler.signals.connect(self._stop, signals.engine_stopped)

    def _start(self) -> None:
        self._timer.start(look_interval(self._lease.seconds))

    def _stop(self) -> None:
        if self._timer.running:
            self._timer.stop()

    def _look(self) -> None:
        if self._lease.is_held:
            self._lease.note_loop_alive()
            return
        self._stop()
        self._lease.end()
        why = self._failure() or "the lease of the site has ended"
        logger.warning("The run ends at once: %s", why)
        abandon(self._crawler, LEASE_ENDED)
