"""Many arguments of one function: results in their order, few at a time."""

from collections.abc import Iterator

import pytest

from ecnscrawl.workers.failures import TimedOut
from ecnscrawl.workers.limits import WorkerLimits
from ecnscrawl.workers.ordered import OrderedPool
from ecnscrawl.workers.pool import WorkerPool
from tests.workers import calls

pytestmark = pytest.mark.system


def test_results_come_in_the_order_of_the_arguments_however_long_each_takes() -> None:
    times = [0.2, 0.0, 0.1, 0.0, 0.05]
    with OrderedPool(WorkerPool(2, WorkerLimits(seconds=30.0))) as pool:
        assert list(pool.map(calls.sleep, times)) == [(each, each) for each in times]


def test_a_call_that_hangs_is_one_failure_in_its_place() -> None:
    with OrderedPool(WorkerPool(2, WorkerLimits(seconds=0.5))) as pool:
        first, hung, last = [result for _, result in pool.map(calls.sleep, [0.0, 60.0, 0.01])]
    assert (first, last) == (0.0, 0.01)
    assert isinstance(hung, TimedOut)


def test_of_a_batch_only_the_call_that_hangs_is_a_failure() -> None:
    times = [0.0, 0.4, 0.3, 60.0, 0.0, -1.0]  # together the first three take longer than one may
    with OrderedPool(WorkerPool(1, WorkerLimits(seconds=0.5))) as pool:
        found = [result for _, result in pool.map(calls.sleep, times, lambda _: 0.1)]
    assert found[:3] == times[:3]
    assert isinstance(found[3], TimedOut)
    assert found[4] == 0.0
    assert isinstance(found[5], ValueError)  # time does not run backwards


def test_a_batch_has_the_arguments_whose_weights_come_to_one() -> None:
    limits = WorkerLimits(growth=1)  # a worker is replaced after each batch that takes memory
    sizes = [2_000_000] * 6
    with OrderedPool(WorkerPool(1, limits)) as pool:
        found = [result for _, result in pool.map(calls.keep, sizes, lambda _: 0.5)]
    assert [found.index(each) for each in found] == [0, 0, 2, 2, 4, 4]


def test_arguments_are_taken_only_a_few_ahead_of_their_results() -> None:
    taken = 0

    def numbers() -> Iterator[float]:
        nonlocal taken
        for _ in range(1000):
            taken += 1
            yield 0.0

    with OrderedPool(WorkerPool(2, WorkerLimits(seconds=30.0))) as pool:
        for count, _ in enumerate(pool.map(calls.sleep, numbers()), 1):
            assert taken <= count + 8
            if count == 100:
                break
    assert taken < 120


def test_a_pool_is_used_for_several_rows_of_calls() -> None:
    with OrderedPool(WorkerPool(1, WorkerLimits(seconds=30.0))) as pool:
        first, second = ([result for _, result in pool.map(calls.keep, [0, 0])] for _ in range(2))
    assert first == second


def test_nothing_to_call_gives_nothing() -> None:
    with OrderedPool(WorkerPool(1)) as pool:
        assert list(pool.map(calls.sleep, [])) == []
