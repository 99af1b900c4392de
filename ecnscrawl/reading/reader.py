"""Where pages are read: in this process, or in worker processes with a deadline for each page."""

import asyncio
import itertools
import logging
from collections.abc import Callable
from typing import Protocol, TypeVar

from ecnscrawl.exceptions import ReadingDropped, ReadingEnded
from ecnscrawl.workers.failures import CallDropped, OutOfMemory, TimedOut, WorkerFailure
from ecnscrawl.workers.limits import MEGABYTE, WorkerLimits
from ecnscrawl.workers.pool import WorkerPool

logger = logging.getLogger(__name__)

A = TypeVar("A", contravariant=True)  # noqa: PLC0105 - short, as it is used once
R = TypeVar("R")

#: What a worker loads: all that reads pages.
MODULES = ("ecnscrawl.reading.article_page", "ecnscrawl.reading.listing_page", "ecnscrawl.reading.warm_up")


class Reader(Protocol):
    """Calls the functions of this package that read a page."""

    async def read(self, function: Callable[..., R], page: object, *arguments: object) -> R:
        """Return what the function reads, and raise what it raises.

        Raises ReadingEnded for a page that a worker could not read, and ReadingDropped after `drop`.
        """

    def drop(self, after: float = 0.0) -> None:
        """Stop waiting for pages that are not read in this many seconds, because the run ends."""


class DirectReader:
    """Reads pages in this process, one after the other, without a deadline."""

    async def read(self, function: Callable[..., R], page: object, *arguments: object) -> R:
        return function(page, *arguments)

    def drop(self, after: float = 0.0) -> None:
        pass


class PoolReader:
    """Reads the pages of one run in a pool, which takes turns between the runs."""

    _numbers = itertools.count()

    def __init__(self, pool: WorkerPool, site: str) -> None:
        self._pool = pool
        self._group = f"{site} {next(self._numbers)}"  # the next run of the site must not be dropped with this one

    async def read(self, function: Callable[..., R], page: object, *arguments: object) -> R:
        try:
            return await self._pool.run(self._group, function, page, *arguments)
        except WorkerFailure as failure:
            reason = reason_of(failure, self._pool.limits)
            logger.warning("%s is not read: %s", getattr(page, "url", "an article of several pages"), reason)
            raise ReadingEnded(reason) from None
        except CallDropped:
            raise ReadingDropped("the run was stopped before the page was read") from None

    def drop(self, after: float = 0.0) -> None:
        asyncio.get_running_loop().call_later(after, self._pool.drop, self._group)


def reading_pool(workers: int, seconds: float, memory: int) -> WorkerPool:
    """Return a pool that reads pages; `seconds` and bytes of memory are for one page, 0 for no limit."""
    return WorkerPool(workers, WorkerLimits(seconds=seconds, memory=memory), MODULES)


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
