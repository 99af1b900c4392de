"""Requests for some pages that the server does not answer before it is told to."""

import asyncio
from collections.abc import Container
from time import monotonic
from types import TracebackType
from typing import Self

from replica import Fault, LoggedRequest, Replica
from replica.faults import Exchange

_LOOK_SECONDS = 0.02


class HeldRequests:
    """Holds requests for these addresses inside a `with` block, and answers them at its end."""

    def __init__(self, replica: Replica, urls: Container[str]) -> None:
        self.requests: list[LoggedRequest] = []  #: that are held, or were
        self._replica, self._urls = replica, urls
        self._is_over = False

    def __enter__(self) -> Self:
        self._replica.fault = self._choose
        self.begun_at = monotonic()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._replica.fault = None
        self._is_over = True

    def _choose(self, request: LoggedRequest) -> Fault | None:
        if request.url not in self._urls:
            return None
        self.requests.append(request)
        return self

    async def answer(self, exchange: Exchange) -> None:
        """See Fault."""
        while not self._is_over:
            await asyncio.sleep(_LOOK_SECONDS)
        exchange.send(exchange.answer)
