"""Faults as a client sees them."""

import asyncio
import http.client
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from replica import Close, Fault, Hold, LoggedRequest, Replica, ResetInBody, Resource, Site, Stall, StatusFault
from replica.endless import Dribble, Endless, Raw
from replica.faults import Exchange

PAGE = "http://www.ecns.cn/page"
Choose = Callable[[LoggedRequest], Fault | None]


@pytest.fixture
def replica() -> Iterator[Replica]:
    site = Site()
    site.put(PAGE, Resource(b"x" * 10_000))
    with Replica(site) as running:
        yield running


def ask(replica: Replica, timeout: float = 10) -> http.client.HTTPResponse:
    address = urlsplit(replica.proxy_url)
    assert address.hostname is not None
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=timeout)
    connection.request("GET", PAGE)
    return connection.getresponse()


def always(fault: Fault) -> Choose:
    return lambda _: fault


def test_a_status_fault_answers_with_status_and_headers(replica: Replica) -> None:
    replica.fault = always(StatusFault(503, (("Retry-After", "7"),), b"busy"))
    response = ask(replica)
    assert (response.status, response.headers["Retry-After"], response.read()) == (503, "7", b"busy")
    assert replica.requests[0].status == 503


def test_close_sends_no_answer(replica: Replica) -> None:
    replica.fault = always(Close())
    with pytest.raises(http.client.RemoteDisconnected):
        ask(replica)
    assert (replica.requests[0].status, replica.requests[0].bytes) == (0, 0)


def test_a_reset_interrupts_the_body(replica: Replica) -> None:
    replica.fault = always(ResetInBody())
    response = ask(replica)
    with pytest.raises((ConnectionResetError, http.client.IncompleteRead)) as caught:
        response.read()
    assert isinstance(caught.value, ConnectionResetError)
    assert 5_000 <= replica.requests[0].bytes < 10_000


def test_a_stall_delays_the_answer(replica: Replica) -> None:
    replica.fault = always(Stall(0.2))
    start = time.monotonic()
    assert ask(replica).read() == b"x" * 10_000
    assert time.monotonic() - start >= 0.2


def test_a_stall_does_not_delay_the_replica_s_end(replica: Replica) -> None:
    replica.fault = always(Stall(600))
    with pytest.raises(TimeoutError):
        ask(replica, timeout=0.1)


def test_a_held_answer_comes_when_it_is_released(replica: Replica) -> None:
    hold = Hold()
    replica.fault = always(hold)
    with pytest.raises(TimeoutError):
        ask(replica, timeout=0.1)
    hold.is_released = True
    assert ask(replica).read() == b"x" * 10_000


def test_a_fault_is_chosen_for_each_request(replica: Replica) -> None:
    replica.fault = lambda request: StatusFault(500) if len(replica.requests) == 1 and request.path == "/page" else None
    assert [ask(replica).status for _ in range(3)] == [500, 200, 200]


def test_a_test_can_define_its_own_fault(replica: Replica) -> None:
    @dataclass
    class Drip:
        async def answer(self, exchange: Exchange) -> None:
            exchange.send_bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n")
            for letter in (b"a", b"b", b"c"):
                await asyncio.sleep(0.01)
                exchange.send_bytes(letter)

    replica.fault = always(Drip())
    assert ask(replica).read() == b"abc"


def test_a_dribble_sends_one_byte_at_a_time(replica: Replica) -> None:
    replica.fault = always(Dribble(0.01))
    start = time.monotonic()
    assert ask(replica).read(20) == b"x" * 20
    assert time.monotonic() - start >= 0.2


def test_raw_sends_its_bytes_and_closes_the_connection(replica: Replica) -> None:
    replica.fault = always(Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nxx"))
    with pytest.raises(http.client.IncompleteRead):
        ask(replica).read()


def test_raw_can_leave_the_connection_open(replica: Replica) -> None:
    replica.fault = always(Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nxx", closes=False))
    with pytest.raises(TimeoutError):
        ask(replica, timeout=0.2).read()


def test_endless_sends_only_as_much_as_the_client_reads(replica: Replica) -> None:
    replica.fault = always(Endless(b"HTTP/1.1 200 OK\r\n\r\n", b"more "))
    assert ask(replica).read(3_000_000) == b"more " * 600_000
    assert replica.requests[0].bytes < 13_000_000  # what was read, and what fits into the buffers of the two systems
