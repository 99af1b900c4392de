"""Claims, renewals, releases and time in any order, on a real PostgreSQL: a site never has two owners."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from ecnscrawl.frontier.postgres.claims import hold
from ecnscrawl.frontier.sharing import Claim, ClaimLost
from tests.frontier.postgres.sites_database import SITES, SitesDatabase, due

pytestmark = pytest.mark.system


class Workers(RuleBasedStateMachine):
    """Three workers and three sites; renewals may be lost, time passes in any steps."""

    server: dict[str, str]

    def __init__(self) -> None:
        super().__init__()
        self.database = SitesDatabase(self.server)
        self.workers = [self.database.worker() for _ in range(3)]
        self.tables = [due(worker, *SITES, every=100) for worker in self.workers]
        self.claimed: list[tuple[int, Claim]] = []
        self.epochs: dict[str, int] = {}
        self.owning: dict[str, Claim] = {}  #: the last claim of each site, unless it was released

    workers_ = st.integers(0, 2)

    def _note(self, number: int, claim: Claim | None) -> None:
        if claim is None:
            return
        assert claim.epoch > self.epochs.get(claim.site, 0), "epochs grow"
        self.epochs[claim.site] = claim.epoch
        self.owning[claim.site] = claim
        self.claimed.append((number, claim))

    @rule(number=workers_)
    def claim_due(self, number: int) -> None:
        self._note(number, self.tables[number].claim(["here"]))

    @rule(number=workers_, site=st.sampled_from(SITES))
    def claim_by_hand(self, number: int, site: str) -> None:
        self._note(number, self.workers[number].claim(site))

    @rule(number=workers_)
    def renew(self, number: int) -> None:
        self.workers[number].renew()

    @rule(seconds=st.floats(0.1, 70))
    def pass_time(self, seconds: float) -> None:
        self.database.pass_time(seconds)

    @rule(chance=st.randoms(use_true_random=False), is_done=st.booleans())
    def release(self, chance: Any, is_done: bool) -> None:
        if self.claimed:
            number, claim = chance.choice(self.claimed)
            self.workers[number].release(claim, is_done=is_done)
            if self.owning.get(claim.site) == claim:
                del self.owning[claim.site]

    @rule(number=workers_)
    def look_for_lapses(self, number: int) -> None:
        for claim in self.workers[number].lapsed():
            assert not self.workers[number].holds(claim)

    @invariant()
    def no_site_has_two_owners_and_only_the_last_one_can_write_until_it_is_released(self) -> None:
        acting = [claim for number, claim in self.claimed if self.workers[number].holds(claim)]
        assert len({claim.site for claim in acting}) == len(acting)
        for _, claim in self.claimed:
            is_last = self.owning.get(claim.site) == claim
            with self.database.admin.transaction():
                try:
                    hold(self.database.admin, claim)
                except ClaimLost:
                    assert not is_last
                else:
                    assert is_last

    def teardown(self) -> None:
        self.database.close()


def test_no_order_of_claims_beats_and_time_gives_a_site_two_owners(postgres_server: dict[str, str]) -> None:
    machine = type("WorkersHere", (Workers,), {"server": postgres_server})
    chosen = settings(max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=chosen)
