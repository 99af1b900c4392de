"""Draw the files over all sites anew while `watch` runs, at most once a minute."""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any

from ecnscrawl.frontier.server_errors import database_errors, reason_of
from ecnscrawl.monitoring.site_index import SiteIndex
from ecnscrawl.storage.run_settings import utc_now

logger = logging.getLogger(__name__)

INTERVAL = 60.0  #: seconds between two drawings; of ten thousand sites one takes seconds of a thread
FIRST_INTERVAL = 1.0  #: seconds between two looks whether the first run has ended
_POLL_INTERVAL = 0.02  #: seconds


class IndexTask:
    """Draws in a thread, so that no run waits for it."""

    def __init__(
        self,
        index: SiteIndex,
        sites: Callable[[], Mapping[str, float | None]],
        ended: Callable[[], int],
        interval: float = INTERVAL,
        has_time: Callable[[], bool] = lambda: True,
    ) -> None:
        """`sites` returns what `SiteIndex.write` takes; `ended` how many runs have ended so far; `has_time`
        whether the process may wait for a drawing, or has to end now. The interval is in seconds.
        """
        self._index, self._sites, self._ended, self._interval = index, sites, ended, interval
        self._has_time = has_time
        self._drawn = 0  # how many runs had ended when it was last drawn; -1 if the table has changed since
        self._is_over = asyncio.Event()

    async def beside(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do this work; draw soon after the first run, then from time to time, and once more when it is done."""
        drawing = asyncio.ensure_future(self._draw_often())
        try:
            await work()
        finally:
            self._is_over.set()
            await drawing
            await self._draw_if_changed()

    def table_has_changed(self) -> None:
        """Draw again the next time, also if no run has ended until then."""
        self._drawn = -1

    async def _draw_often(self) -> None:
        while not self._is_over.is_set():
            with suppress(TimeoutError):
                interval = self._interval if self._drawn else min(FIRST_INTERVAL, self._interval)
                await asyncio.wait_for(self._is_over.wait(), interval)
            if not self._is_over.is_set():
                await self._draw_if_changed()

    async def _draw_if_changed(self) -> None:
        if self._ended() == self._drawn:
            return
        self._drawn = self._ended()
        # A daemon, for which no end of the process waits. The files are replaced whole, so half of one is never seen.
        drawing = threading.Thread(target=self._draw, daemon=True)
        drawing.start()
        while drawing.is_alive() and self._has_time():
            await asyncio.sleep(_POLL_INTERVAL)

    def _draw(self) -> None:
        try:
            self._index.write(self._sites(), utc_now())
        except OSError as error:  # the runs go on, and the next drawing may succeed
            logger.warning("The page over all sites could not be written: %s: %s", error.filename, error.strerror)
        except database_errors() as error:  # as above
            logger.warning("The page over all sites could not be drawn: %s", reason_of(error))
        except Exception:  # a mistake of ours
            logger.error("The page over all sites could not be drawn", exc_info=True)
