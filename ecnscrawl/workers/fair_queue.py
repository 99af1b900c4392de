"""Calls that wait for a worker. Groups take turns, so that one with many calls does not hold up the others."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A function and its arguments, and the future of its result."""

    group: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    result: "asyncio.Future[Any]"


class FairQueue:
    """First in, first out within a group; one call of each group in turn.

    A group whose last call has ended its worker is suspect: all suspect groups together get half of the workers, so
    that a site on whose pages a parser hangs never holds all of them until the deadline.
    """

    def __init__(self, workers: int) -> None:
        self._max_suspect = max(1, workers // 2)
        self._groups: dict[str, deque[Call]] = {}  # the group whose turn is next stands first
        self._takers: deque[asyncio.Future[None]] = deque()
        self._suspects: set[str] = set()
        self._running: set[Call] = set()

    def put(self, call: Call) -> None:
        """Add a call."""
        self._groups.setdefault(call.group, deque()).append(call)
        self._wake_one()

    async def get(self) -> Call:
        """Remove and return the next call that somebody still waits for. Waits until there is one."""
        while (call := self._next()) is None:
            taker = asyncio.get_running_loop().create_future()
            self._takers.append(taker)
            await taker
        self._running.add(call)
        self._wake_one()  # there may be another
        return call

    def note_done(self, call: Call, *, has_ended_worker: bool) -> None:
        """Note that a call is over."""
        self._running.discard(call)
        if has_ended_worker:
            self._suspects.add(call.group)
        else:
            self._suspects.discard(call.group)
        self._wake_one()

    def _next(self) -> Call | None:
        running = sum(call.group in self._suspects for call in self._running)
        for group in list(self._groups):
            if group in self._suspects and running >= self._max_suspect:
                continue
            calls = self._groups.pop(group)
            while calls:
                call = calls.popleft()
                if not call.result.done():
                    if calls:
                        self._groups[group] = calls  # behind all others
                    return call
        return None

    def _wake_one(self) -> None:
        while self._takers:
            taker = self._takers.popleft()
            if not taker.done():
                taker.set_result(None)
                return
