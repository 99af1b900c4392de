"""Requests of several crawls are admitted by host, in number, and in turn."""

from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from ecnscrawl.frontier import host_gate
from ecnscrawl.frontier.host_gate import HostGate, Ticket


@dataclass
class Call:
    at: float
    action: Callable[[], None]
    is_cancelled: bool = False

    def cancel(self) -> None:
        self.is_cancelled = True


@dataclass
class World:
    """A clock that a test moves, a gate, and what it has admitted."""

    most: int = 0
    now: float = 1000.0
    calls: list[Call] = field(default_factory=list)
    admitted: list[tuple[str, float]] = field(default_factory=list)  #: name and time of each request, in order

    def __post_init__(self) -> None:
        self.gate = HostGate(lambda: self.now, self._call_later, self.most)

    def _call_later(self, seconds: float, action: Callable[[], None]) -> Call:
        self.calls.append(Call(self.now + seconds, action))
        return self.calls[-1]

    def ask(
        self,
        name: str,
        crawl: str = "one",
        host: str = "a",
        delay: float = 0.0,
        concurrency: int = 2,
        not_before: float = 0.0,
    ) -> Ticket:
        def note(_: Ticket | None = None) -> None:
            self.admitted.append((name, self.now))

        ticket = self.gate.ask(crawl, host, delay, concurrency, note, not_before=not_before)
        if ticket.is_admitted:
            note()
        return ticket

    def move(self, seconds: float) -> None:
        """Let time pass, with all calls that come due."""
        end = self.now + seconds
        while due := sorted(
            (call for call in self.calls if not call.is_cancelled and call.at <= end), key=lambda c: c.at
        ):
            self.now = max(self.now, due[0].at)
            self.calls.remove(due[0])
            due[0].action()
        self.now = end

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.admitted]


def test_a_request_is_admitted_at_once_where_nothing_is_in_its_way() -> None:
    world = World()
    assert world.ask("1").is_admitted


def test_two_crawls_keep_the_delay_of_a_host_that_both_request() -> None:
    world = World()
    for number in range(4):
        world.ask(str(number), crawl=f"crawl {number}", delay=0.5, concurrency=8)
        world.gate.note_written("a")
    for _ in range(3):
        world.move(0.5)
        world.gate.note_written("a")
    assert world.admitted == [("0", 1000.0), ("1", 1000.5), ("2", 1001.0), ("3", 1001.5)]


def test_the_delay_holds_from_one_crawl_to_the_next() -> None:
    world = World()
    ticket = world.ask("1", delay=5.0)
    world.gate.note_written("a")
    world.gate.leave(ticket)
    world.move(1.0)
    world.ask("2", crawl="two", delay=5.0)
    world.move(9.0)
    assert world.admitted == [("1", 1000.0), ("2", 1005.0)]


def test_the_first_request_to_a_host_waits_for_what_another_process_may_have_sent() -> None:
    world = World()
    world.ask("first", delay=2, not_before=1003)
    world.ask("second", delay=2, not_before=1003)
    world.ask("other host", host="b", delay=2)
    world.move(2.9)
    assert world.names == ["other host"]
    world.move(0.2)
    assert world.names == ["other host", "first"]
    world.gate.note_written("a")
    world.move(1.8)
    assert world.names == ["other host", "first"]
    world.move(0.2)
    assert world.names == ["other host", "first", "second"]


def test_the_delay_counts_from_when_the_last_request_was_written() -> None:
    world = World()
    world.ask("1", delay=1.0)
    world.ask("2", delay=1.0)
    world.move(7.0)  # the first still connects
    assert world.names == ["1"]
    world.gate.note_written("a")
    world.move(0.9)
    assert world.names == ["1"]
    world.move(0.1)
    assert world.admitted[1] == ("2", 1008.0)


def test_a_request_that_could_not_connect_lets_the_next_one_go() -> None:
    world = World()
    ticket = world.ask("1", delay=1.0)
    world.ask("2", delay=1.0)
    world.move(7.0)
    world.gate.leave(ticket)
    assert world.admitted == [("1", 1000.0), ("2", 1007.0)]


def test_two_crawls_keep_the_number_of_requests_of_a_host() -> None:
    world = World()
    tickets = [world.ask(str(number), crawl=f"crawl {number}") for number in range(4)]
    assert world.names == ["0", "1"]
    world.gate.leave(tickets[1])
    assert world.names == ["0", "1", "2"]


def test_hosts_do_not_wait_for_each_other() -> None:
    world = World()
    world.ask("1", delay=60.0)
    world.ask("2", delay=60.0)
    world.ask("3", host="b", delay=60.0)
    assert world.names == ["1", "3"]


def test_the_number_of_all_requests_is_limited() -> None:
    world = World(most=3)
    tickets = [world.ask(str(number), host=str(number)) for number in range(5)]
    assert world.names == ["0", "1", "2"]
    world.gate.leave(tickets[0])
    assert world.names == ["0", "1", "2", "3"]


def test_crawls_take_turns() -> None:
    world = World(most=1)
    tickets = [world.ask(f"one {number}", crawl="one", host=f"a{number}") for number in range(4)]
    tickets += [world.ask(f"two {number}", crawl="two", host=f"b{number}") for number in range(2)]
    by_name = dict(zip(["one 0", "one 1", "one 2", "one 3", "two 0", "two 1"], tickets, strict=True))
    for _ in range(5):
        world.gate.leave(by_name[world.names[-1]])
    assert world.names == ["one 0", "one 1", "two 0", "one 2", "two 1", "one 3"]


def test_requests_that_wait_for_a_delay_take_no_place() -> None:
    world = World(most=1)
    first = world.ask("1", delay=60.0)
    world.gate.leave(first)
    world.ask("2", delay=60.0)
    world.ask("3", crawl="two", host="b")
    assert world.names == ["1", "3"]


def test_a_request_that_no_longer_waits_is_not_admitted() -> None:
    world = World()
    world.ask("1", delay=1.0)
    world.gate.note_written("a")
    world.gate.leave(world.ask("2", delay=1.0))
    world.move(5.0)
    assert world.names == ["1"]


def test_hosts_are_forgotten_when_there_are_many() -> None:
    world = World()
    for number in range(host_gate.MAX_HOSTS + 10):
        world.gate.leave(world.ask(str(number), host=f"host {number}"))
        world.move(1.0)
    assert len(world.gate._hosts) <= host_gate.MAX_HOSTS


_REQUEST = st.tuples(
    st.sampled_from("abc"),
    st.sampled_from(["one", "two", "three"]),
    st.sampled_from([0.0, 0.5, 2.0]),
    st.integers(1, 3),
)


@given(st.lists(_REQUEST, max_size=30), st.lists(st.floats(0.0, 3.0), min_size=30, max_size=30), st.integers(1, 4))
@settings(max_examples=200)
def test_whatever_happens_delays_and_numbers_are_kept_and_all_are_admitted(
    requests: list[tuple[str, str, float, int]], times: list[float], most: int
) -> None:
    """Each request is written at once, and answered after a time of its own."""
    world = World(most=most)
    open_at: dict[str, list[float]] = {}
    ends: list[tuple[float, Ticket]] = []
    tickets: dict[str, Ticket] = {}
    delays: dict[str, float] = {}
    seen = 0

    def settle() -> None:
        nonlocal seen
        while seen < len(world.admitted):
            name, at = world.admitted[seen]
            ticket = tickets[name]
            previous = open_at.setdefault(ticket.host, [])
            assert not previous or at >= previous[-1] + delays[name]
            previous.append(at)
            world.gate.note_written(ticket.host)
            ends.append((at + times[seen], ticket))
            seen += 1
        assert len(ends) <= most
        for _, ticket in ends:
            assert sum(other.host == ticket.host for _, other in ends) <= 3

    for number, (host, crawl, delay, concurrency) in enumerate(requests):
        name = str(number)
        delays[name] = delay
        tickets[name] = world.ask(name, crawl, host, delay, concurrency)
        settle()
    for _ in range(2000):
        if seen == len(requests):
            break
        world.move(0.1)
        settle()
        for end in [end for end in ends if end[0] <= world.now]:
            ends.remove(end)
            world.gate.leave(end[1])
            settle()
    assert seen == len(requests)
