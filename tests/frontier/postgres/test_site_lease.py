"""How the workers of a database treat hosts together: pauses, Crawl-delays, and the last request of the owner before."""

import threading
import time
from collections.abc import Iterator

import pytest

from ecnscrawl.frontier.postgres.site_lease import PostgresSiteLease, pauses_of_hosts
from ecnscrawl.frontier.postgres.worker import Worker, WorkerTerms
from ecnscrawl.frontier.server_address import ServerAddress
from tests.frontier.postgres.sites_database import SitesDatabase

pytestmark = pytest.mark.system

SITE = "gazette.example"
NOW = 5000.0


@pytest.fixture
def pair(sites: SitesDatabase) -> Iterator[tuple[Worker, Worker]]:
    workers = [Worker(ServerAddress("the tests' server", sites.conninfo), WorkerTerms()) for _ in range(2)]
    yield workers[0], workers[1]
    for worker in workers:
        worker.close()


def lease_of(worker: Worker) -> PostgresSiteLease:
    """The lease of the site, claimed now."""
    return PostgresSiteLease(worker, worker.claim(SITE), lambda: NOW)


def test_a_pause_holds_for_all_workers_and_a_shorter_one_changes_nothing(pair: tuple[Worker, Worker]) -> None:
    first = lease_of(pair[0])
    for seconds in (100, 20):
        first.note_pause("www.gazette.example", seconds)
    first.note_pause("over.example", -1)
    deadline = time.monotonic() + 60
    while pauses_of_hosts(pair[0].reader).get("www.gazette.example", 0) < 50:  # the shorter one may be written first
        assert time.monotonic() < deadline
        time.sleep(0.02)
    heard = pauses_of_hosts(pair[1].reader)
    assert heard.keys() == {"www.gazette.example"}
    assert heard["www.gazette.example"] == pytest.approx(100, abs=10)


def test_the_next_owner_knows_the_crawl_delay_and_when_the_site_was_left(pair: tuple[Worker, Worker]) -> None:
    claim = pair[0].claim(SITE)
    first = PostgresSiteLease(pair[0], claim, lambda: NOW)
    assert (first.crawl_delay, first.left_at) == (0, None)
    first.note_crawl_delay(7.5)
    deadline = time.monotonic() + 60
    while pair[1].reader.rows("SELECT crawl_delay FROM ecnscrawl.sites", []) != [(7.5,)]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    pair[0].release(claim, is_done=True)
    second = lease_of(pair[1])
    assert second.crawl_delay == 7.5
    assert second.left_at == pytest.approx(NOW, abs=5)


def test_a_crawl_delay_of_a_released_claim_changes_nothing(pair: tuple[Worker, Worker]) -> None:
    claim = pair[0].claim(SITE)
    first = PostgresSiteLease(pair[0], claim, lambda: NOW)
    pair[0].release(claim, is_done=True)
    first.note_crawl_delay(7.5)
    for thread in threading.enumerate():
        if thread.name == "database writer":
            thread.join()
    assert lease_of(pair[1]).crawl_delay == 0
