"""A worker's own view of its lease never goes beyond that of the database, whatever is late, lost or blocked."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.frontier.postgres.lease import RENEWALS, Lease, LeaseRenewer

SECONDS = 60.0


@dataclass
class World:
    """A worker, and the row of its claim in a database that is some time away."""

    now: float = 1000.0
    row_until: float = 0.0  #: in the database
    lease: Lease = field(init=False)
    was_seen_ended: bool = False

    def claim(self, there: float, back: float) -> None:
        """Claim; the statement takes so many seconds to arrive, and its answer to come back."""
        sent_at = self.now
        self.now += there
        self.row_until = self.now + SECONDS
        self.now += back
        self.lease = Lease(SECONDS, sent_at, lambda: self.now)

    def renew(self, there: float, back: float, *, arrives: bool, is_answered: bool) -> None:
        """Renew; statement or answer may be lost."""
        sent_at = self.now
        self.now += there
        renewed = arrives and self.now <= self.row_until
        if renewed:
            self.row_until = self.now + SECONDS
        self.now += back
        if renewed and is_answered:
            self.lease.extend(sent_at)

    def look(self) -> None:
        """Check what must always hold."""
        if self.lease.is_valid:
            assert self.now < self.row_until, "the worker may act, and another one could claim the site"
            assert not self.was_seen_ended, "a lease that had ended was renewed"
        else:
            self.was_seen_ended = True


times = st.floats(0, 90, allow_nan=False)
renewals = st.tuples(times, times, times, st.booleans(), st.booleans())


@given(there=times, back=times, renewals=st.lists(renewals, max_size=20))
def test_a_worker_never_acts_after_the_database_would_give_its_site_to_another_one(
    there: float, back: float, renewals: list[tuple[float, float, float, bool, bool]]
) -> None:
    world = World()
    world.claim(there, back)
    world.look()
    for pause, out, home, arrives, is_answered in renewals:
        world.now += pause
        world.look()
        world.renew(out, home, arrives=arrives, is_answered=is_answered)
        world.look()


@given(gaps=st.lists(st.floats(0, SECONDS * 0.99, allow_nan=False), max_size=30))
def test_a_lease_goes_on_as_long_as_beats_are_answered_in_time(gaps: list[float]) -> None:
    world = World()
    world.claim(0, 0)
    for gap in gaps:
        world.now += gap
        world.renew(0, 0, arrives=True, is_answered=True)
        assert world.lease.is_valid


def test_a_lease_that_is_ended_stays_ended() -> None:
    lease = Lease(SECONDS, 0.0, lambda: 1.0)
    lease.end()
    assert (lease.extend(1.0), lease.is_valid) == (False, False)


@pytest.mark.parametrize(("blocked", "expected"), [(59.0, 1), (60.0, 1), (60.1, 0)])
def test_a_heart_stops_for_an_event_loop_that_is_blocked_longer_than_the_lease(blocked: float, expected: int) -> None:
    now, renewed = 100.0, []

    def renew() -> bool:
        renewed.append(now)
        return True

    renewer = LeaseRenewer(SECONDS, renew, lambda: now)
    renewer.note_loop_alive()
    now += blocked
    renewer.tick()
    assert len(renewed) == expected
    renewer.note_loop_alive()
    renewer.tick()
    assert len(renewed) == expected + 1


@given(begins=st.floats(0, 120, allow_nan=False), lasts=st.floats(0, 42, allow_nan=False))
def test_a_database_that_is_away_for_less_than_three_quarters_of_a_lease_ends_none(begins: float, lasts: float) -> None:
    world = World()
    world.claim(0, 0)
    away_from = world.now + begins

    def renew() -> bool:
        is_away = away_from <= world.now < away_from + lasts
        world.renew(0, 0, arrives=not is_away, is_answered=not is_away)
        return not is_away

    renewer, pause = LeaseRenewer(SECONDS, renew, lambda: world.now), SECONDS / RENEWALS
    while world.now < away_from + lasts + SECONDS:
        world.now += pause
        world.look()
        assert world.lease.is_valid
        renewer.note_loop_alive()
        pause = renewer.tick()


def test_a_beat_that_got_no_answer_is_tried_again_within_a_second_and_then_every_two() -> None:
    answers = [False] * 6 + [True, False]
    renewer = LeaseRenewer(SECONDS, lambda: answers.pop(0), lambda: 100.0)
    assert [renewer.tick() for _ in range(8)] == [0.25, 0.5, 1.0, 2.0, 2.0, 2.0, 15.0, 0.25]
