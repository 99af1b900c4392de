"""Hosts are paused for some time, or given up for the run."""

import pytest

from ecnscrawl.frontier.host_policy import HostLimits, HostPolicy

HOST, OTHER = "www.ecns.cn", "m.ecns.cn"


def test_a_host_is_paused_as_long_as_it_asks() -> None:
    hosts = HostPolicy(HostLimits(max_failures=3))
    hosts.pause(HOST, now=100.0, seconds=30.0)
    assert (hosts.due_at(HOST), hosts.due_at(OTHER)) == (130.0, 0.0)


def test_a_longer_pause_stands_and_a_shorter_one_changes_nothing() -> None:
    hosts = HostPolicy(HostLimits(max_failures=3))
    hosts.pause(HOST, now=100.0, seconds=30.0)
    hosts.pause(HOST, now=110.0, seconds=5.0)
    assert hosts.due_at(HOST) == 130.0
    hosts.pause(HOST, now=120.0, seconds=60.0)
    assert hosts.due_at(HOST) == 180.0


def test_whoever_shares_the_host_hears_of_a_pause_as_long_as_it_is_obeyed() -> None:
    heard: list[tuple[str, float]] = []
    hosts = HostPolicy(HostLimits(max_retry_after=300.0))
    hosts.on_pause = lambda host, seconds: heard.append((host, seconds))
    hosts.pause(HOST, now=100.0, seconds=30.0)
    hosts.pause(HOST, now=110.0, seconds=5.0)
    hosts.pause(HOST, now=120.0, seconds=9000.0)
    assert heard == [(HOST, 30.0), (HOST, 300.0)]


def test_a_pause_is_told_once_when_it_is_over_and_as_long_as_it_was() -> None:
    hosts = HostPolicy(HostLimits(max_failures=3))
    hosts.pause(HOST, now=100.0, seconds=30.0)
    hosts.pause(HOST, now=120.0, seconds=30.0)
    assert [hosts.end_pause(HOST, now) for now in (149.0, 150.0, 151.0)] == [0.0, 50.0, 0.0]


def test_a_host_is_left_after_so_many_failures_in_a_row_and_it_is_said_why() -> None:
    hosts = HostPolicy(HostLimits(max_failures=3))
    assert [hosts.note_failure(HOST, reason) for reason in ("HTTP 503", "timed out", "HTTP 503")] == [
        False,
        False,
        True,
    ]
    assert hosts.left == {HOST: "3 failures in a row, mostly HTTP 503"}


def test_one_failure_is_one_failure() -> None:
    hosts = HostPolicy(HostLimits(max_failures=1))
    hosts.note_failure(HOST, "HTTP 503")
    assert hosts.left == {HOST: "1 failure in a row, mostly HTTP 503"}


def test_an_answer_ends_the_row() -> None:
    hosts = HostPolicy(HostLimits(max_failures=3))
    for _ in range(5):
        hosts.note_failure(HOST, "HTTP 503")
        hosts.note_failure(HOST, "HTTP 503")
        hosts.note_answer(HOST)
    assert hosts.left == {}


def test_what_failed_before_and_fails_again_says_nothing_new() -> None:
    hosts = HostPolicy(HostLimits(max_failures=3))
    hosts.note_failure(HOST, "HTTP 500")
    assert not any(hosts.note_failure(HOST, "HTTP 500", is_retry=True) for _ in range(20))


def test_the_failures_of_one_host_are_not_another_s() -> None:
    hosts = HostPolicy(HostLimits(max_failures=2))
    hosts.note_failure(HOST, "HTTP 503")
    assert not hosts.note_failure(OTHER, "HTTP 503")


def test_nothing_waits_for_a_host_that_is_left() -> None:
    hosts = HostPolicy(HostLimits(max_failures=1))
    hosts.pause(HOST, now=100.0, seconds=30.0)
    hosts.note_failure(HOST, "HTTP 503")
    assert hosts.due_at(HOST) == 0.0


def test_a_host_may_fail_for_ever_where_the_user_says_so() -> None:
    hosts = HostPolicy(HostLimits(max_failures=0))
    assert not any(hosts.note_failure(HOST, "HTTP 503") for _ in range(100))


def test_a_host_that_asks_for_too_much_is_left_alone_as_long_as_the_settings_allow() -> None:
    hosts = HostPolicy(HostLimits(max_retry_after=300.0, max_crawl_delay=30.0))
    hosts.pause(HOST, now=100.0, seconds=86_400.0)
    assert hosts.due_at(HOST) == 400.0
    assert (hosts.set_crawl_delay(HOST, 600.0), hosts.least_delay(HOST)) == (30.0, 30.0)


def test_a_shorter_crawl_delay_does_not_replace_a_longer_one() -> None:
    hosts = HostPolicy(HostLimits())
    hosts.set_crawl_delay(HOST, 10.0)
    hosts.set_crawl_delay(HOST, 2.0)
    assert (hosts.least_delay(HOST), hosts.least_delay(OTHER)) == (10.0, 0.0)


def test_of_several_hosts_the_first_that_may_be_asked_counts() -> None:
    hosts = HostPolicy(HostLimits())
    hosts.pause(HOST, now=100.0, seconds=30.0)
    hosts.pause(OTHER, now=100.0, seconds=20.0)
    assert (hosts.first_due_at([HOST, OTHER]), hosts.first_due_at([HOST]), hosts.first_due_at([])) == (
        120.0,
        130.0,
        0.0,
    )


def test_a_request_waits_for_its_own_time_and_for_its_host_s() -> None:
    hosts = HostPolicy(HostLimits())
    assert (hosts.due_at(HOST), hosts.due_at(HOST, not_before=140.0)) == (0.0, 140.0)
    hosts.pause(HOST, now=100.0, seconds=30.0)
    assert [hosts.due_at(HOST, not_before=at) for at in (120.0, 140.0)] == [130.0, 140.0]


def test_while_no_host_is_paused_none_waits() -> None:
    assert HostPolicy(HostLimits()).first_due_at([HOST, OTHER]) == 0.0


def test_a_host_that_asks_again_when_its_pause_is_over_begins_a_new_one() -> None:
    hosts = HostPolicy(HostLimits())
    hosts.pause(HOST, now=100.0, seconds=30.0)
    hosts.pause(HOST, now=130.0, seconds=5.0)
    assert hosts.end_pause(HOST, now=135.0) == 5.0


def test_a_host_that_asks_again_for_the_same_end_keeps_its_pause() -> None:
    hosts = HostPolicy(HostLimits())
    hosts.pause(HOST, now=100.0, seconds=30.0)
    hosts.pause(HOST, now=110.0, seconds=20.0)
    assert hosts.end_pause(HOST, now=130.0) == 30.0


def test_a_crawl_delay_within_the_limit_is_kept_as_it_is() -> None:
    hosts = HostPolicy(HostLimits(max_crawl_delay=30.0))
    assert [hosts.set_crawl_delay(HOST, seconds) for seconds in (2.0, 10.0, 30.0)] == [2.0, 10.0, 30.0]
    assert hosts.least_delay(HOST) == 30.0


@pytest.mark.parametrize(
    ("attempt", "chance", "seconds"),
    [(1, 0.0, 1.0), (1, 0.5, 1.25), (1, 1.0, 1.5), (2, 0.0, 2.0), (3, 1.0, 6.0), (7, 0.0, 60.0), (1000, 0.5, 60.0)],
)
def test_each_retry_waits_twice_as_long_and_a_little_longer_by_chance(
    attempt: int, chance: float, seconds: float
) -> None:
    assert HostPolicy(HostLimits()).retry_delay(attempt, chance) == seconds


def test_a_retry_waits_as_the_limits_say() -> None:
    hosts = HostPolicy(HostLimits(retry_backoff=0.1, max_retry_backoff=1e15))
    assert hosts.retry_delay(2, chance=0.0) == 0.2
    assert hosts.retry_delay(10_000, chance=0.0) == hosts.retry_delay(31, chance=0.0) == 0.1 * 2**30


def test_a_host_that_was_left_is_left_once() -> None:
    hosts = HostPolicy(HostLimits(max_failures=2))
    assert [hosts.note_failure(HOST, "HTTP 503") for _ in range(4)] == [False, True, False, False]
    assert (hosts.is_left(HOST), hosts.is_left(OTHER)) == (True, False)
    assert hosts.left[HOST].startswith("2 failures")


def test_a_retry_counts_for_the_reason_and_not_for_the_number() -> None:
    hosts = HostPolicy(HostLimits(max_failures=2))
    for reason, is_retry in (("HTTP 500", False), ("timed out", True), ("timed out", True)):
        assert not hosts.note_failure(HOST, reason, is_retry=is_retry)
    assert hosts.note_failure(HOST, "HTTP 500")
    assert hosts.left[HOST].startswith("2 failures in a row, mostly HTTP 500")
