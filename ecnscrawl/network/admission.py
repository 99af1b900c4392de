"""Let a crawl's requests wait at the gate that all crawls of the process share."""

from collections.abc import Callable
from time import monotonic

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from ecnscrawl.context import context_of
from ecnscrawl.frontier.host_gate import Ticket
from ecnscrawl.network.exceptions import HostLeft, HostPaused, RequestDropped, RunStopped
from ecnscrawl.network.http import host_of
from ecnscrawl.network.shutdown import host_left, request_cancelled, run_stopping


class Admission:
    """The requests of one crawl that wait at the gate, each with its own host, also after a redirect."""

    def __init__(self, crawler: Crawler) -> None:
        context = context_of(crawler)
        self._crawler, self._gate, self._hosts, self._context = crawler, context.manners.gate, context.hosts, context
        self._waiting: dict[Ticket, Deferred[None]] = {}
        crawler.signals.connect(self._drop_all, run_stopping)
        crawler.signals.connect(self._drop_left, host_left)

    async def wait(self, request: Request) -> Ticket:
        """Return when the request may be sent. The caller must `leave` with the ticket when it is over.

        Raises RunStopped, HostLeft and HostPaused.
        """
        host = host_of(request)
        downloader = self._crawler.engine.downloader
        slot = downloader.slots[downloader.get_slot_key(request)]
        delay = max(slot.delay * max(0.0, 1 - slot.jitter), self._hosts.least_delay(host))
        # Not by a function of its own, which would keep itself and the ticket alive until garbage is collected.
        ticket = self._gate.ask(
            self._crawler, host, delay, slot.concurrency, self._admit, not_before=self._not_before(delay)
        )
        try:
            if not ticket.is_admitted:
                self._waiting[ticket] = Deferred()
                await maybe_deferred_to_future(self._waiting[ticket])
            if self._hosts.due_at(host) > monotonic():  # another crawl was told so meanwhile
                raise HostPaused(f"{host} asked to be left alone")
        except BaseException:
            self._waiting.pop(ticket, None)
            self._gate.leave(ticket)
            self._crawler.signals.send_catch_log(request_cancelled, request=request)
            raise
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """Note that the request has been answered or has failed."""
        self._gate.leave(ticket)

    def note_written(self, host: str) -> None:
        """Note that a request is written now to an open connection to this host.

        Raises RunStopped if another worker may have the site by now. Nothing that waits comes after this.
        """
        if not self._context.may_send:
            raise RunStopped("the lease of the site has ended")
        self._gate.note_written(host)

    @property
    def may_send(self) -> Callable[[], bool] | None:
        """What says whether bytes may be sent; None if they always may, because the run has no lease."""
        return None if self._context.lease is None else lambda: self._context.may_send

    def _not_before(self, delay: float) -> float:
        """Return when the first request to a host may be sent, as another process may have requested it before."""
        lease = self._context.lease
        if lease is None or lease.left_at is None or not delay:
            return float("-inf")
        return lease.left_at + max(delay, lease.crawl_delay)

    def _admit(self, ticket: Ticket) -> None:
        self._waiting.pop(ticket).callback(None)

    def _drop_all(self) -> None:
        for ticket in list(self._waiting):
            self._drop(ticket, RunStopped("the run was stopped"))

    def _drop_left(self) -> None:
        for ticket in [each for each in self._waiting if self._hosts.is_left(each.host)]:
            self._drop(ticket, HostLeft(f"{ticket.host} was left"))

    def _drop(self, ticket: Ticket, error: RequestDropped) -> None:
        self._waiting.pop(ticket).errback(Failure(error))  # type: ignore[no-untyped-call]
