"""Random faults on the way to a site, the same for the same seed."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from replica import Close, Fault, LoggedRequest, ResetInBody, Stall, StatusFault
from replica.faults import Garble

PASSING = 0.06  #: share of the requests that something happens to; asked again, they go well
ALL_HOUR = 0.02  #: share of the addresses that cannot be had for a whole run
BURST_EVERY, BURST = 500, 6  # requests, of which the last so many fail in a row
TUNNELS = 9  #: of which one fails
NOT_CONNECTED = "the proxy would not connect"
BUSY = StatusFault(503, (("Retry-After", "1"),))

#: Each with the reasons that a report may give where it is all that ever comes.
REASONS: dict[Fault, frozenset[str]] = {
    StatusFault(500): frozenset({"HTTP 500"}),
    BUSY: frozenset({"HTTP 503"}),
    Close(): frozenset({"connection lost"}),
    ResetInBody(): frozenset({"connection lost", "response cut short"}),
}


@dataclass
class Weather:
    """Chooses the faults of a Replica; robots.txt is spared what would last for a whole run."""

    seed: int
    hour: int = 0  #: which run it is
    is_fair: bool = False  #: only what never goes well still fails
    down_after: int | None = None  #: requests, from when on the whole site is down
    hopeless: dict[str, Fault] = field(default_factory=dict)  #: by path: what never goes well
    requests: Counter[str] = field(default_factory=Counter)  #: of this hour, by path
    well: set[str] = field(default_factory=set)  #: paths that were answered as they should be in this hour

    def turn(self, hour: int) -> None:
        """Another run begins."""
        self.hour = hour
        self.requests.clear()
        self.well.clear()

    def fault(self, request: LoggedRequest) -> Fault | None:
        """The fault of this request, for `Replica.fault`."""
        self.requests[request.path] += 1
        found = self._fault(request.path)
        if isinstance(found, ResetInBody) and "if-none-match" in request.headers:
            found = Close()  # a 304 has no body to break off in
        if found is None or isinstance(found, Stall):
            self.well.add(request.path)
        return found

    def tunnel_fault(self, _: LoggedRequest) -> Fault | None:
        """The fault of this connection before it is established, for `Replica.tunnel_fault`."""
        self.requests["CONNECT"] += 1
        number = self.requests["CONNECT"]
        if self.is_fair or number % TUNNELS:  # never two in a row, so that each request reaches the site at last
            return None
        found: list[Fault] = [StatusFault(502), Garble()]
        return self._chance("CONNECT", number).choice(found)

    def lasting(self, path: str) -> Fault | None:
        """The fault of every request for this path, in this hour or for ever."""
        if path in self.hopeless or self.is_fair or path == "/robots.txt":
            return self.hopeless.get(path)
        chance = self._chance(path)
        return chance.choice(list(REASONS)) if chance.random() < ALL_HOUR else None

    def _fault(self, path: str) -> Fault | None:
        if self.down_after is not None and self.requests.total() > self.down_after:
            return StatusFault(500)
        if (lasting := self.lasting(path)) or self.is_fair:
            return lasting
        if self.requests.total() % BURST_EVERY >= BURST_EVERY - BURST:
            return StatusFault(500)
        chance = self._chance(path, self.requests[path])
        passing: list[Fault] = [*REASONS, Stall(0.2)]
        return chance.choice(passing) if chance.random() < PASSING else None

    def _chance(self, *of: object) -> Random:
        return Random(f"{self.seed} {self.hour} {of}")
