"""Where pages are read: in this process, or in worker processes with a deadline for each page."""

import asyncio
import itertools
import logging
import pickle
from collections.abc import Callable
from typing import Protocol, TypeVar

from ecnscrawl.exceptions import ReadingDropped, ReadingEnded, WrongUsage
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.workers.failures import CallDropped, OutOfMemory, TimedOut, WorkerFailure
from ecnscrawl.workers.limits import MEGABYTE, WorkerLimits
from ecnscrawl.workers.pool import WorkerPool

logger = logging.getLogger(__name__)

P = TypeVar("P", bound="HasUrl")
R = TypeVar("R")

#: Seconds in which the pages that have arrived when a run is stopped are still read: less than the stop may take.
STOP_TIMEOUT = 1.5
#: What a worker loads: all that reads pages.
MODULES = ("ecnscrawl.reading.article_page", "ecnscrawl.reading.listing_page", "ecnscrawl.reading.warm_up")


class HasUrl(Protocol):
    """What is read: a response, or several."""

    @property
    def url(self) -> str:
        """Its address, for the log."""


class Reader(Protocol):
    """Calls the functions of this package that read a page."""

    async def read(self, function: Callable[[P], R], page: P) -> R:
        """Return what the function reads, and raise what it raises.

        Raises ReadingEnded for a page that a worker could not read, and ReadingDropped after `stop`.
        """

    def stop(self) -> None:
        """Stop waiting, some seconds later, for the pages that are not read by then, because the run ends."""


class DirectReader:
    """Reads pages in this process, one after the other, without a deadline."""

    async def read(self, function: Callable[[P], R], page: P) -> R:
        return function(page)

    def stop(self) -> None:
        pass


class PoolReader:
    """Reads the pages of one run in a pool, which takes turns between the runs."""

    _numbers = itertools.count()

    def __init__(self, pool: WorkerPool, profile: SiteProfile) -> None:
        """Raises WrongUsage for a profile that cannot be sent to another process."""
        self._pool = pool
        self._group = f"{profile.name} {next(self._numbers)}"  # the site's next run must not be dropped with this one
        try:
            pickle.dumps(profile)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise WrongUsage(
                f"the profile of {profile.name} cannot be sent to a worker process: {error};"
                " define its functions and classes in a module, or set PAGE_WORKERS=0"
            ) from None

    async def read(self, function: Callable[[P], R], page: P) -> R:
        try:
            return await self._pool.run(self._group, function, page)
        except WorkerFailure as failure:
            reason = reason_of(failure, self._pool.limits)
            logger.warning("%s is not read: %s", page.url, reason)
            raise ReadingEnded(reason) from None
        except CallDropped:
            raise ReadingDropped("the run was stopped before the page was read") from None

    def stop(self) -> None:
        asyncio.get_running_loop().call_later(STOP_TIMEOUT, self._pool.drop, self._group)


def reading_pool(workers: int, limits: WorkerLimits) -> WorkerPool:
    """Return a pool that reads pages; the limits are for one page."""
    return WorkerPool(workers, limits, MODULES)


def reason_of(failure: WorkerFailure, limits: WorkerLimits) -> str:
    """Return why a page was not read, as reports count it.

    >>> reason_of(TimedOut("took too long"), WorkerLimits(seconds=10))
    'page-timeout: reading it takes longer than 10 seconds'
    """
    if isinstance(failure, TimedOut):
        return f"page-timeout: reading it takes longer than {limits.seconds:g} seconds"
    if isinstance(failure, OutOfMemory):
        return f"page-memory: reading it takes more than {limits.memory // MEGABYTE} MB"
    return f"page-crash: the process that read it {failure}"
