"""Forget an address after some minutes: a process may run for weeks, and a site may move to another address."""

from time import monotonic
from typing import Any

from scrapy.resolver import CachingThreadedResolver, dnscache
from scrapy.utils.datatypes import LocalCache
from twisted.internet.defer import Deferred

#: Seconds that an address is kept. The system's resolver does not say for how long it is valid; most say five minutes.
MAX_AGE = 300.0


class ExpiringThreadedResolver(CachingThreadedResolver):
    """Keeps up to DNSCACHE_SIZE addresses, each for MAX_AGE seconds."""

    def __init__(self, reactor: Any, cache_size: int, timeout: float) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._clock = monotonic
        self._resolved_at: LocalCache[str, float] = LocalCache(cache_size)

    def getHostByName(self, name: str, timeout: Any = ()) -> "Deferred[str]":  # noqa: N802 - Twisted's name
        if name in dnscache and self._clock() - self._resolved_at.get(name, float("-inf")) >= MAX_AGE:
            del dnscache[name]
        return super().getHostByName(name, timeout)

    def _cache_result(self, result: Any, name: str) -> Any:
        self._resolved_at[name] = self._clock()
        return super()._cache_result(result, name)
