"""Admit the requests of all crawls of a process: by host, in number, and in turn.

Each crawl keeps its own pace. This gate keeps what no crawl alone can: the delay and the number of requests at once of
a host that several crawls request, or one crawl right after another; the number of all requests under way; and that a
crawl whose requests wait for long does not take the places of others.

The delay of a host counts from the moment at which its last request was written to an open connection. So where
connecting takes time, the next request waits for it: else the two could be written at once.

Times are seconds of the clock that is passed in.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

MAX_HOSTS = 10_000  #: remembered; beyond it those without requests are forgotten, if their delays are over
_LONGEST_DELAY = 300.0  #: seconds that a host without requests is remembered


class Alarm(Protocol):
    """A call that is to be made later."""

    def cancel(self) -> object:
        """Do not make it."""


#: Calls a function after so many seconds.
CallLater = Callable[[float, Callable[[], None]], Alarm]


@dataclass(slots=True, eq=False)
class Ticket:
    """A request that waits at the gate, or is under way."""

    crawl: object
    host: str
    delay: float  #: seconds since the last request to the host, at least
    concurrency: int  #: requests to the host that may be under way with this one
    admit: "Callable[[Ticket], None]"  #: called once, when the request may be sent; never from within `ask`
    not_before: float = float("-inf")  #: the first request to the host waits for this time: others asked before
    is_admitted: bool = False


@dataclass(slots=True)
class _Host:
    """What is known of a host's requests."""

    last: float = float("-inf")  #: when the last one was written; until it is, when it was admitted
    under_way: int = 0
    unwritten: list[Ticket] = field(default_factory=list)  #: admitted, and waiting for a connection


_UNKNOWN = _Host()


class HostGate:
    """The gate. A request asks, is admitted, is written and leaves."""

    def __init__(self, clock: Callable[[], float], call_later: CallLater, most: int = 0) -> None:
        """At most `most` requests are under way at once; 0 means no limit."""
        self._clock, self._call_later, self._most = clock, call_later, most
        self._hosts: dict[str, _Host] = {}
        self._waiting: dict[object, list[Ticket]] = {}  #: by crawl; the crawl whose turn it is comes first
        self._under_way = 0
        self._alarm: Alarm | None = None

    def ask(
        self,
        crawl: object,
        host: str,
        delay: float,
        concurrency: int,
        admit: Callable[[Ticket], None],
        *,
        not_before: float = float("-inf"),
    ) -> Ticket:
        """Ask for a request. It is admitted at once if `is_admitted` is true; else `admit` is called later.

        `delay` is in seconds; `crawl` takes turns with the others. It is not admitted before `not_before`, as
        another process may have requested the host.
        """
        ticket = Ticket(crawl, host, delay, concurrency, admit, not_before)
        self._waiting.setdefault(crawl, []).append(ticket)
        admitted = self._admit()
        for each in admitted:
            if each is not ticket:
                each.admit(each)
        return ticket

    def note_written(self, host: str) -> None:
        """Note that the oldest admitted request to this host has been written to an open connection."""
        found = self._hosts.get(host)
        if found is None or not found.unwritten:
            return
        found.unwritten.pop(0)
        found.last = self._clock()
        self._proceed()

    def leave(self, ticket: Ticket) -> None:
        """Note that a request has been answered or has failed, or that it no longer waits."""
        if ticket.is_admitted:
            host = self._hosts[ticket.host]
            host.under_way -= 1
            self._under_way -= 1
            if ticket in host.unwritten:
                host.unwritten.remove(ticket)
        else:
            waiting = self._waiting[ticket.crawl]
            waiting.remove(ticket)
            if not waiting:
                del self._waiting[ticket.crawl]
        self._proceed()

    def _proceed(self) -> None:
        for ticket in self._admit():
            ticket.admit(ticket)

    def _admit(self) -> list[Ticket]:
        """Admit what may be sent now, and set the alarm for what may be sent later."""
        now, admitted = self._clock(), []
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        while self._waiting and (not self._most or self._under_way < self._most):
            ticket, due = self._next(now)
            if ticket is None:
                if due is not None:
                    self._alarm = self._call_later(max(0.0, due - now), self._ring)
                break
            self._take(ticket, now)
            admitted.append(ticket)
        return admitted

    def _next(self, now: float) -> tuple[Ticket | None, float | None]:
        """Return the ticket whose turn it is; without one, when the first host will be due again."""
        first: float | None = None
        for tickets in self._waiting.values():
            for ticket in tickets:
                host = self._hosts.get(ticket.host, _UNKNOWN)
                if host.under_way >= ticket.concurrency or (ticket.delay and host.unwritten):
                    continue  # another one has to leave, or to be written, first
                due = max(host.last + ticket.delay, ticket.not_before)
                if due <= now:
                    return ticket, None
                first = due if first is None else min(first, due)
        return None, first

    def _take(self, ticket: Ticket, now: float) -> None:
        waiting = self._waiting.pop(ticket.crawl)
        waiting.remove(ticket)
        if waiting:
            self._waiting[ticket.crawl] = waiting  # now the last in turn
        if len(self._hosts) >= MAX_HOSTS and ticket.host not in self._hosts:
            self._forget(now)
        host = self._hosts.setdefault(ticket.host, _Host())
        host.last = now
        host.under_way += 1
        host.unwritten.append(ticket)
        self._under_way += 1
        ticket.is_admitted = True

    def _forget(self, now: float) -> None:
        for name in [
            name for name, host in self._hosts.items() if not host.under_way and host.last + _LONGEST_DELAY <= now
        ]:
            del self._hosts[name]

    def _ring(self) -> None:
        self._alarm = None
        self._proceed()
