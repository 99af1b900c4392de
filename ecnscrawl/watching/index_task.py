"""Draw the files over all sites anew while `watch` runs, at most once a minute."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any

from ecnscrawl.monitoring.site_index import SiteIndex
from ecnscrawl.storage.run_settings import utc_now

logger = logging.getLogger(__name__)

INTERVAL = 60.0  #: seconds between two drawings; of ten thousand sites one takes seconds of a thread


class IndexTask:
    """Draws in a thread, so that no run waits for it."""

    def __init__(
        self,
        index: SiteIndex,
        sites: Callable[[], Mapping[str, float | None]],
        ended: Callable[[], int],
        interval: float = INTERVAL,
        is_hurried: Callable[[], bool] = lambda: False,
    ) -> None:
        """`sites` returns what `SiteIndex.write` takes; `ended` how many runs have ended so far; `is_hurried`
        whether the process has to end soon. The interval is in seconds.
        """
        self._index, self._sites, self._ended, self._interval = index, sites, ended, interval
        self._is_hurried = is_hurried
        self._drawn = 0  # how many runs had ended when it was last drawn
        self._is_over = asyncio.Event()

    async def beside(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do this work; draw from time to time, and once more when it is done, unless there is no time for it."""
        drawing = asyncio.ensure_future(self._draw_often())
        try:
            await work()
        finally:
            self._is_over.set()
            await drawing
            if not self._is_hurried():
                await self._draw_if_changed()

    async def _draw_often(self) -> None:
        while not self._is_over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_over.wait(), self._interval)
            if not self._is_over.is_set():
                await self._draw_if_changed()

    async def _draw_if_changed(self) -> None:
        if self._ended() != self._drawn:
            self._drawn = self._ended()
            await asyncio.to_thread(self._draw)

    def _draw(self) -> None:
        try:
            self._index.write(self._sites(), utc_now())
        except OSError as error:  # the runs go on, and the next drawing may succeed
            logger.warning("The page over all sites could not be written: %s: %s", error.filename, error.strerror)
