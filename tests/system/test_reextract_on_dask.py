"""`scrapy reextract --dask` makes of many archives what one process makes of them, whatever is killed meanwhile."""

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.dask_cluster import DaskCluster, Gate
from tests.system.launching import Process
from tests.system.many_archives import Reader, read_alone

pytestmark = pytest.mark.system

HELD = 16  #: the number of the first archive that is read only when a test has done its harm
ROUNDS = int(os.environ.get("KILL_ROUNDS", "1"))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Somebody who has read the archives with one process."""
    return read_alone(tmp_path_factory.mktemp("archives"), seed=0)


@pytest.fixture
def user(alone: Reader, tmp_path: Path) -> Reader:
    """Somebody who is to read them into another folder."""
    return alone.into(tmp_path / "out")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[DaskCluster]:
    """A cluster whose processes the test starts."""
    cluster = DaskCluster(tmp_path)
    yield cluster
    cluster.kill_all()


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    """A gate that is closed."""
    return Gate(tmp_path, HELD)


def wait_for_parts(user: Reader, more: int, process: Process) -> None:
    """Wait until some more archives are read, or all those that may be; two minutes at most."""
    number, deadline = min(len(user.parts) + more, HELD), time.monotonic() + 120
    while len(user.parts) < number:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.parametrize("seed", range(1, ROUNDS + 1))
def test_workers_and_the_scheduler_are_killed_and_the_records_are_those_of_one_process(
    cluster: DaskCluster, gate: Gate, tmp_path: Path, seed: int
) -> None:
    user = read_alone(tmp_path, seed).into(tmp_path / "out")
    chance = random.Random(seed)
    cluster.start_scheduler()
    for _ in range(2):
        cluster.start_worker("--preload", gate.preload)
    process = user.crawl.start_scrapy(*user.words("--dask", cluster.address))
    for victim in ("worker", "scheduler", "worker"):
        wait_for_parts(user, chance.randint(1, 3), process)
        time.sleep(chance.uniform(0, 0.05))
        if victim == "scheduler":
            cluster.kill_all()
            cluster.start_scheduler()
            cluster.start_worker("--preload", gate.preload)
        else:
            cluster.kill(cluster.workers.pop(chance.randrange(len(cluster.workers))))
        cluster.start_worker("--preload", gate.preload)
    gate.open()
    _, err = process.communicate(timeout=300)
    assert process.returncode == 3, err
    user.assert_equal(err.splitlines()[-1])
    assert not (user.out / ".parts").exists()


def test_the_command_is_killed_and_goes_on_with_the_parts_that_are_there(
    user: Reader, cluster: DaskCluster, gate: Gate
) -> None:
    cluster.start_scheduler()
    cluster.start_worker("--nthreads", "2", "--preload", gate.preload)
    process = user.crawl.start_scrapy(*user.words("--dask", cluster.address, "-s", "COMMIT_RECORDS=3"))
    wait_for_parts(user, 5, process)
    process.kill()
    process.communicate()
    before, kept = user.parts, user.parts
    gate.open()
    process = user.crawl.start_scrapy(*user.words("--dask", cluster.address))
    while process.poll() is None:
        kept |= user.parts
        time.sleep(0.005)
    assert process.communicate()[1].count("Traceback") == 0
    assert len(before) >= 5
    assert before.items() <= kept.items()
    assert user.alone is not None
    assert user.records == user.alone.records


def test_local_reads_in_processes_of_this_machine(user: Reader) -> None:
    ended = user.read("--dask", "local", "--jobs", "2")
    assert (ended.status, ended.err.count("\n")) == (3, 2), ended.err  # one line is that of the archive that is cut off
    user.assert_equal(ended.last_line)


def test_a_signal_stops_it_and_the_same_command_goes_on(user: Reader, gate: Gate) -> None:
    preload = {"DASK_DISTRIBUTED__WORKER__PRELOAD": gate.preload}
    process = user.crawl.start_scrapy(*user.words("--dask", "local", "--jobs", "1"), **preload)
    wait_for_parts(user, 2, process)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=120)
    line = "ecnscrawl: error: stopped; what was stored is whole, and the same command goes on"
    assert (process.returncode, err.splitlines()[-1]) == (1, line)
    assert user.read("--dask", "local", "--jobs", "1").status == 3
    assert user.alone is not None
    assert user.records == user.alone.records
