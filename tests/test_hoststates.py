"""Which hosts want to be left alone, for a while or for good."""

from ecnscrawl.hoststates import HostStates

HOST, OTHER = "www.ecns.cn", "m.ecns.cn"


def test_a_host_is_paused_as_long_as_it_asks() -> None:
    hosts = HostStates(3)
    hosts.pause(HOST, now=100.0, seconds=30.0)
    assert (hosts.paused_until(HOST), hosts.paused_until(OTHER)) == (130.0, 0.0)


def test_a_longer_pause_stands_and_a_shorter_one_changes_nothing() -> None:
    hosts = HostStates(3)
    hosts.pause(HOST, now=100.0, seconds=30.0)
    hosts.pause(HOST, now=110.0, seconds=5.0)
    assert hosts.paused_until(HOST) == 130.0
    hosts.pause(HOST, now=120.0, seconds=60.0)
    assert hosts.paused_until(HOST) == 180.0


def test_a_pause_is_told_once_when_it_is_over_and_as_long_as_it_was() -> None:
    hosts = HostStates(3)
    hosts.pause(HOST, now=100.0, seconds=30.0)
    hosts.pause(HOST, now=120.0, seconds=30.0)
    assert [hosts.end_pause(HOST, now) for now in (149.0, 150.0, 151.0)] == [0.0, 50.0, 0.0]
    assert not hosts.has_pauses


def test_a_host_is_left_after_so_many_failures_in_a_row_and_it_is_said_why() -> None:
    hosts = HostStates(3)
    assert [hosts.has_failed(HOST, reason) for reason in ("HTTP 503", "timed out", "HTTP 503")] == [False, False, True]
    assert hosts.left == {HOST: "3 failures in a row, mostly HTTP 503"}


def test_an_answer_ends_the_row() -> None:
    hosts = HostStates(3)
    for _ in range(5):
        hosts.has_failed(HOST, "HTTP 503")
        hosts.has_failed(HOST, "HTTP 503")
        hosts.has_answered(HOST)
    assert hosts.left == {}


def test_what_failed_before_and_fails_again_says_nothing_new() -> None:
    hosts = HostStates(3)
    hosts.has_failed(HOST, "HTTP 500")
    assert not any(hosts.has_failed(HOST, "HTTP 500", again=True) for _ in range(20))


def test_the_failures_of_one_host_are_not_another_s() -> None:
    hosts = HostStates(2)
    hosts.has_failed(HOST, "HTTP 503")
    assert not hosts.has_failed(OTHER, "HTTP 503")


def test_nothing_waits_for_a_host_that_is_left() -> None:
    hosts = HostStates(1)
    hosts.pause(HOST, now=100.0, seconds=30.0)
    hosts.has_failed(HOST, "HTTP 503")
    assert hosts.paused_until(HOST) == 0.0


def test_a_host_may_fail_for_ever_where_the_user_says_so() -> None:
    hosts = HostStates(0)
    assert not any(hosts.has_failed(HOST, "HTTP 503") for _ in range(100))
