"""Rounds of many workers in trouble, and that the test sees the faults which such workers could have.

Two rounds of 30 sites with 50 articles: each takes 47 seconds of the processor, and three quarters of a minute on two
processors that do nothing else.

By hand, larger: `WORKER_ROUNDS=20 WORKER_SITES=200 WORKER_ARTICLES=25 pytest -s tests/system/test_worker_rounds.py`.
With `-s` each round prints a line of figures. `WORKER_FAULTS=1` also plays a round with each fault, which the test must
find; `WORKER_SEED=7` lets the seeds begin there. A site needs 14 articles or more: a run holds ten pages back.
"""

import os
from pathlib import Path

import pytest

from tests.postgres import postgres_that_stops
from tests.system.many_workers import fleet_of
from tests.system.newspapers import Newspaper
from tests.system.worker_round_tables import prepare
from tests.system.worker_rounds import Play, Round

pytestmark = pytest.mark.system

ROUNDS = int(os.environ.get("WORKER_ROUNDS", "2"))
SEED = int(os.environ.get("WORKER_SEED", "1"))
SITES = int(os.environ.get("WORKER_SITES", "30"))
ARTICLES = int(os.environ.get("WORKER_ARTICLES", "50"))
YOUNG = 8  #: articles of a site, at most, that are corrected
PATIENCE = 240.0 + 5 * SITES

NOT_WHOLE, INTRUDED = "the versions of", " requested "
NOT_TAKEN_OVER = r"waited for .*, True, True\)"  #: a site is due, and the lease of its owner has ended
#: Each fault of the workers or of the publisher, and what the test must find.
FAULTS = {
    "without_takeover": (Round(SEED, fault="without_takeover", patience=60), NOT_TAKEN_OVER),
    "without_fencing": (Round(SEED, fault="without_fencing"), NOT_WHOLE),
    "without_lease_check": (Round(SEED, fault="without_lease_check"), INTRUDED),
    "lease_check_before_the_delay": (Round(SEED, fault="lease_check_before_the_delay"), INTRUDED),
    "two_transactions": (Round(SEED, fault="two_transactions"), NOT_WHOLE),
    "publishing_by_serial_number": (Round(SEED, numbers_by_insert=True), NOT_WHOLE),
}


def play(round_: Round, folder: Path) -> None:
    """Play a round to its end, check it, and print its figures."""
    papers = [Newspaper(number, round_.articles, max(0, round_.articles - YOUNG)) for number in range(round_.sites)]
    with postgres_that_stops() as server:
        address = prepare(server, numbers_by_insert=round_.numbers_by_insert)
        with fleet_of([paper.gazette for paper in papers], folder, address) as fleet:
            playing = Play(round_, server, fleet, papers, folder / "out")
            try:
                playing.play()
            finally:
                playing.publishers.stop()
            print(f"\n{playing.figures}")


@pytest.mark.parametrize("seed", range(SEED, SEED + ROUNDS))
def test_each_version_is_published_once_and_no_two_workers_are_inside_one_site(tmp_path: Path, seed: int) -> None:
    play(Round(seed, sites=SITES, articles=ARTICLES, patience=PATIENCE), tmp_path)


@pytest.mark.skipif("WORKER_FAULTS" not in os.environ, reason="takes minutes; WORKER_FAULTS=1 plays these rounds")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_round_with_a_fault_fails(tmp_path: Path, fault: str) -> None:
    round_, expected = FAULTS[fault]
    with pytest.raises(AssertionError, match=expected) as failure:
        play(round_, tmp_path)
    print(f"{fault}: {str(failure.value)[:1000]}")
