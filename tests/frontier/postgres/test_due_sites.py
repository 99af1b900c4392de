"""Which site a worker claims next, and when all that was due is done, on a real PostgreSQL."""

from datetime import timedelta

import psycopg
import pytest

from ecnscrawl.frontier.postgres.due_sites import DueSites
from ecnscrawl.frontier.sharing import WatchedSite
from tests.frontier.postgres.sites_database import LEASE, SITES, SitesDatabase, due, held

pytestmark = pytest.mark.system


def test_the_site_that_has_been_due_longest_is_claimed_first_and_each_once(sites: SitesDatabase) -> None:
    one, other = sites.worker(), sites.worker()
    tables = [due(worker, *SITES) for worker in (one, other)]
    tables[0].now()
    for number, site in enumerate(SITES):
        sites.admin.execute(
            "UPDATE ecnscrawl.sites SET due_at = now() - %s * interval '1 minute' WHERE site = %s", [number + 1, site]
        )
    claimed = [held(tables[number % 2].claim(["here"])).site for number in range(3)]
    assert claimed == list(reversed(SITES))
    assert [table.claim(["here"]) for table in tables] == [None, None]


def test_a_worker_claims_only_sites_of_its_table_and_of_the_kinds_that_it_has_places_for(
    sites: SitesDatabase,
) -> None:
    worker = sites.worker()
    held(sites.worker().claim("stranger.example"))
    sites.pass_time(2 * LEASE)
    table = DueSites(worker, [WatchedSite("plain.example", 60, "here"), WatchedSite("scripts.example", 60, "browser")])
    assert held(table.claim(["browser"])).site == "scripts.example"
    assert table.claim(["browser"]) is None
    assert held(table.claim(["here", "browser"])).site == "plain.example"
    assert table.claim(["here", "browser"]) is None


def test_a_site_is_due_every_so_often_from_the_start_of_its_last_run_that_was_done(sites: SitesDatabase) -> None:
    worker = sites.worker()
    table = due(worker, "gazette.example")
    claim = held(table.claim(["here"]))
    sites.pass_time(50)
    worker.release(claim, is_done=True)
    assert table.claim(["here"]) is None
    sites.pass_time(3540)
    assert table.claim(["here"]) is None
    sites.pass_time(20)
    stopped = held(table.claim(["here"]))
    assert stopped.idle == pytest.approx(3560, abs=2)
    worker.release(stopped, is_done=False)
    assert table.claim(["here"]) is not None, "a run that was stopped is not done"


def test_another_every_counts_from_the_last_start(sites: SitesDatabase) -> None:
    worker = sites.worker()
    table = due(worker, *SITES[:2])
    worker.release(held(table.claim(["here"])), is_done=True)
    worker.release(held(table.claim(["here"])), is_done=True)
    sites.pass_time(600)
    table.replace([WatchedSite(SITES[0], 300, "here"), WatchedSite(SITES[1], 3600, "here")])
    assert held(table.claim(["here"])).site == SITES[0]
    assert table.claim(["here"]) is None


def test_a_run_by_hand_counts(sites: SitesDatabase) -> None:
    by_hand, worker = sites.worker(), sites.worker()
    claim = held(by_hand.claim("gazette.example"))
    by_hand.release(claim, is_done=True)
    table = due(worker, "gazette.example")
    assert table.claim(["here"]) is None
    sites.pass_time(3601)
    assert table.claim(["here"]) is not None


def test_once_is_over_when_all_that_was_due_is_done_by_whomever(sites: SitesDatabase) -> None:
    one, dead = sites.worker(), sites.worker()
    table, of_dead = due(one, *SITES), due(dead, *SITES)
    at = table.now()
    taken = held(of_dead.claim(["here"], at, 0.1))
    mine = [held(table.claim(["here"], at, 0.1)) for _ in range(2)]
    for claim in mine:
        one.release(claim, is_done=True)
    assert table.claim(["here"], at, 0.1) is None
    assert table.is_any_left(at, 0.1)
    sites.pass_time(LEASE + 1)
    at -= timedelta(seconds=LEASE + 1)  # as all times of the database
    again = held(table.claim(["here"], at, 0.1))
    assert again.site == taken.site
    one.release(again, is_done=True)
    assert not table.is_any_left(at, 0.1)


def test_once_takes_what_is_due_within_a_tenth_of_every(sites: SitesDatabase) -> None:
    worker = sites.worker()
    table = due(worker, "gazette.example", every=1000)
    worker.release(held(table.claim(["here"])), is_done=True)
    sites.pass_time(890)
    assert table.claim(["here"], table.now(), 0.1) is None
    sites.pass_time(20)
    assert table.is_any_left(table.now(), 0.1)
    assert table.claim(["here"]) is None
    assert table.claim(["here"], table.now(), 0.1) is not None


def test_a_table_is_filled_again_on_a_new_connection(sites: SitesDatabase) -> None:
    worker = sites.worker()
    table = due(worker, *SITES)
    table.now()
    sites.admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = 'postgres'"
    )
    with pytest.raises(psycopg.OperationalError):
        table.now()
    assert held(table.claim(["here"])).site in SITES
