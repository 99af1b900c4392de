"""The times at which an article is requested again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.frontier.revisit import is_due, next_check, next_try

HOUR = 3600
AGES = [HOUR, 3 * HOUR, 9 * HOUR, 24 * HOUR, 48 * HOUR]
PUBLISHED = 1_763_870_000
NOW = 1_795_000_000


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (0, 1), (0.9, 1), (1, 3), (2, 3), (3, 9), (5, 9), (9, 24), (23, 24), (24, 48), (47.9, 48), (48, None), (5000, None),
        (-2, 1),
    ],
)  # fmt: skip
def test_the_next_look_is_at_the_next_of_the_ages(age: float, expected: int | None) -> None:
    at = next_check(PUBLISHED, PUBLISHED + int(age * HOUR), AGES)
    assert at == (None if expected is None else PUBLISHED + expected * HOUR)


def test_an_article_without_a_time_is_not_requested_again() -> None:
    assert next_check(None, PUBLISHED, AGES) is None


def test_without_ages_nothing_is_requested_again() -> None:
    assert next_check(PUBLISHED, PUBLISHED, []) is None


@given(st.integers(0, 2**33), st.integers(0, 2**33))
def test_the_next_look_lies_ahead_and_within_the_last_age(published: int, looked_at: int) -> None:
    at = next_check(published, looked_at, AGES)
    if at is None:
        assert looked_at >= published + AGES[-1]
    else:
        assert looked_at < at <= published + AGES[-1]


def test_a_failed_link_waits_twice_as_long_each_time_and_is_given_up_in_the_end() -> None:
    tries = [next_try(100, attempts, limit=5, backoff=HOUR) for attempts in range(1, 7)]
    assert tries == [100 + HOUR, 100 + 2 * HOUR, 100 + 4 * HOUR, 100 + 8 * HOUR, None, None]


@pytest.mark.parametrize(
    ("at", "attempts", "due"),
    [
        (None, 1, False),  # given up
        (0, 0, True),
        (NOW, 1, True),
        (NOW + 1, 1, False),
        (NOW + HOUR, 1, False),
        (NOW + HOUR + 1, 1, True),  # a clock that was ahead has written it: nobody waits so long after one failure
        (NOW + HOUR + 1, 2, False),
        (NOW + 1, 0, True),  # never tried, so there is nothing to wait for
    ],
)
def test_a_link_is_tried_when_its_time_has_come_or_cannot_be_right(at: int | None, attempts: int, due: bool) -> None:
    assert is_due(at, NOW, attempts, backoff=HOUR) is due
