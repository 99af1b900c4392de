"""Claims on a real PostgreSQL: one owner at a time, takeovers, fencing."""

import pytest

from ecnscrawl.frontier.postgres import claims
from ecnscrawl.frontier.postgres.claims import hold
from ecnscrawl.frontier.postgres.connection import ReadingConnection, RetryPolicy
from ecnscrawl.frontier.sharing import ClaimLost
from tests.frontier.postgres.sites_database import LEASE, SitesDatabase, due, held

pytestmark = pytest.mark.system


def test_a_site_has_one_owner_until_it_is_released(sites: SitesDatabase) -> None:
    one, other = sites.worker(), sites.worker()
    claim = held(one.claim("gazette.example"))
    assert other.claim("gazette.example") is None
    assert one.holds(claim)
    one.release(claim, is_done=True)
    assert not one.holds(claim)
    again = held(other.claim("gazette.example"))
    assert again.epoch == claim.epoch + 1
    one.release(claim, is_done=True)  # a second time: the site has another owner
    assert sites.row("gazette.example", "owner") == (other.name,)


def test_a_site_whose_owner_no_longer_beats_is_claimed_when_its_lease_has_ended(sites: SitesDatabase) -> None:
    dead, other = sites.worker(), sites.worker()
    claim = held(dead.claim("gazette.example"))
    sites.pass_time(LEASE - 1)
    assert dead.holds(claim)
    assert other.claim("gazette.example") is None
    sites.pass_time(2)
    taken = held(other.claim("gazette.example"))
    assert taken.idle == pytest.approx(0, abs=1), "its last request may have been sent just now"
    assert not dead.holds(claim)
    with pytest.raises(ClaimLost), sites.admin.transaction():
        hold(sites.admin, claim)


def test_a_beat_renews_all_leases_and_none_that_has_ended(sites: SitesDatabase) -> None:
    worker = sites.worker()
    first = held(worker.claim("gazette.example"))
    sites.pass_time(40)
    second = held(worker.claim("courier.example"))
    worker.renew()
    sites.pass_time(50)
    assert worker.holds(first)
    assert worker.holds(second)
    assert worker.lapsed() == []
    name = worker.name
    sites.pass_time(11)
    worker.renew()
    assert not worker.holds(first)
    assert set(worker.lapsed()) == {first, second}
    assert worker.lapsed() == []
    assert worker.name != name
    assert sites.row("gazette.example", "lease_until < now()") == (True,)


def test_a_beat_that_finds_its_claim_gone_ends_the_lease_at_once(sites: SitesDatabase) -> None:
    worker = sites.worker()
    lost, kept = held(worker.claim("gazette.example")), held(worker.claim("courier.example"))
    sites.admin.execute("UPDATE ecnscrawl.sites SET epoch = epoch + 1 WHERE site = 'gazette.example'")
    worker.renew()
    assert (worker.holds(lost), worker.holds(kept)) == (False, True)
    assert worker.lapsed() == [lost]


def test_a_claim_that_a_new_server_lacks_does_not_match_the_next_one_of_the_same_epoch(sites: SitesDatabase) -> None:
    one, other = sites.worker(), sites.worker()
    lost = held(one.claim("gazette.example"))
    sites.admin.execute("UPDATE ecnscrawl.sites SET owner = NULL, lease_until = NULL, epoch = epoch - 1")
    taken = held(other.claim("gazette.example"))
    assert taken.epoch == lost.epoch
    with pytest.raises(ClaimLost), sites.admin.transaction():
        hold(sites.admin, lost)
    one.renew()
    assert not one.holds(lost)
    one.release(lost, is_done=True)
    assert (sites.row("gazette.example", "owner"), other.holds(taken)) == ((other.name,), True)


def test_a_claim_writes_nothing_more_once_the_site_is_released(sites: SitesDatabase) -> None:
    worker = sites.worker()
    claim = held(worker.claim("gazette.example"))
    worker.release(claim, is_done=True)
    with pytest.raises(ClaimLost), sites.admin.transaction():
        hold(sites.admin, claim)


def test_a_claim_that_a_new_server_lacks_does_not_match_a_released_one_of_the_same_epoch(sites: SitesDatabase) -> None:
    one, other = sites.worker(), sites.worker()
    lost = held(one.claim("gazette.example"))
    sites.admin.execute("UPDATE ecnscrawl.sites SET owner = NULL, lease_until = NULL, epoch = epoch - 1")
    with pytest.raises(ClaimLost), sites.admin.transaction():
        hold(sites.admin, lost)
    one.renew()
    assert not one.holds(lost), "although nobody has claimed the site yet"
    other.release(held(other.claim("gazette.example")), is_done=True)
    assert sites.row("gazette.example", "epoch", "owner") == (lost.epoch, None)
    with pytest.raises(ClaimLost), sites.admin.transaction():
        hold(sites.admin, lost)


def test_a_beat_after_a_lost_connection_says_so_and_the_next_one_renews(sites: SitesDatabase) -> None:
    worker = sites.worker()
    claim = held(worker.claim("gazette.example"))
    pid = worker.connection.use(lambda connection: connection.info.backend_pid)
    sites.admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    sites.pass_time(50)
    assert worker.renew() is False
    assert worker.renew() is True
    sites.pass_time(50)
    assert worker.holds(claim)


def test_a_reader_without_retries_opens_a_connection_that_was_lost_meanwhile(sites: SitesDatabase) -> None:
    reader = ReadingConnection(sites.connect, RetryPolicy(0))
    ((pid,),) = reader.rows("SELECT pg_backend_pid()", [])
    sites.admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    assert reader.rows("SELECT 1", []) == [(1,)]
    reader.close()


def test_a_beat_does_not_wait_for_a_commit_and_keeps_its_lease(sites: SitesDatabase) -> None:
    worker, writing = sites.worker(), sites.connect()
    busy, other = held(worker.claim("gazette.example")), held(worker.claim("courier.example"))
    sites.pass_time(30)
    with writing.transaction():
        hold(writing, busy)
        left = claims.renew(sites.admin, [busy, other], LEASE)
        assert left == {other}
        assert claims.still_held(sites.admin, [busy, other]) == {busy, other}
    assert claims.renew(sites.admin, [busy, other], LEASE) == {busy, other}


def test_a_commit_that_began_in_time_keeps_the_site_until_it_is_over(sites: SitesDatabase) -> None:
    worker, other, writing = sites.worker(), sites.worker(), sites.connect()
    claim = held(worker.claim("gazette.example"))
    sites.pass_time(LEASE + 1)
    with writing.transaction():
        hold(writing, claim)  # nobody has taken it over yet
        assert other.claim("gazette.example") is None
        assert due(other, "gazette.example").claim(["here"]) is None
    assert other.claim("gazette.example") is not None
    with pytest.raises(ClaimLost), writing.transaction():
        hold(writing, claim)


def test_a_claim_is_transferred_to_one_process_only(sites: SitesDatabase) -> None:
    parent, child, stranger = sites.worker(), sites.worker(), sites.worker()
    claim = held(parent.claim("gazette.example"))
    parent.stop_renewing(claim)
    assert stranger.claim("gazette.example") is None
    taken = held(child.claim("gazette.example", transferred=claim.token))
    assert child.claim("gazette.example", transferred=claim.token) is None
    parent.release(claim, is_done=True)
    assert child.holds(taken)
    assert sites.row("gazette.example", "owner") == (child.name,)


def test_a_transferred_claim_that_a_new_server_lacks_takes_the_site_from_nobody(sites: SitesDatabase) -> None:
    parent, child, other = sites.worker(), sites.worker(), sites.worker()
    token = parent.transfer(held(parent.claim("gazette.example")))
    sites.admin.execute("UPDATE ecnscrawl.sites SET owner = NULL, lease_until = NULL, epoch = epoch - 1")
    taken = held(other.claim("gazette.example"))
    assert taken.epoch == 1, "the same again"
    assert child.claim("gazette.example", transferred=token) is None
    assert other.renew()
    assert other.holds(taken)


def test_a_claim_is_renewed_until_the_other_process_has_claimed_the_site(sites: SitesDatabase) -> None:
    parent, child = sites.worker(), sites.worker()
    claim, name = held(parent.claim("gazette.example")), parent.name
    token = parent.transfer(claim)
    sites.pass_time(40)
    parent.renew()
    sites.pass_time(40)
    taken = held(child.claim("gazette.example", transferred=token))
    parent.renew()
    assert (parent.lapsed(), parent.name) == ([], name), "nothing of its own is lost"
    parent.release(claim, is_done=True)
    assert child.holds(taken)
    assert sites.row("gazette.example", "owner") == (child.name,)


def test_a_transferred_claim_that_nobody_took_is_released(sites: SitesDatabase) -> None:
    parent = sites.worker()
    claim = held(parent.claim("gazette.example"))
    parent.transfer(claim)
    parent.release(claim, is_done=True)
    assert sites.row("gazette.example", "owner") == (None,)
