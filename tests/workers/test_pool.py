"""A worker pool: whatever a call does to its process, the others get their results."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest

from ecnscrawl.workers.failures import CallDropped, CallFailed, Died, OutOfMemory, TimedOut, WorkerFailure
from ecnscrawl.workers.limits import MEGABYTE, WorkerLimits
from ecnscrawl.workers.pool import WorkerPool
from tests.workers import calls

pytestmark = pytest.mark.system

R = TypeVar("R")
PATIENT = WorkerLimits(seconds=30.0)
BRIEF = WorkerLimits(seconds=0.5)


def with_pool(
    use: Callable[[WorkerPool], Awaitable[R]], *, workers: int = 1, limits: WorkerLimits = PATIENT, module: str = ""
) -> R:
    """Return what `use` makes of a pool, which is closed then."""

    async def main() -> R:
        pool = WorkerPool(workers, limits, [module] if module else [])
        try:
            return await use(pool)
        finally:
            await pool.close()

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("function", "arguments", "failure", "reason"),
    [
        (calls.loop_in_python, (), TimedOut, "took too long"),
        (calls.loop_in_c, (), TimedOut, "took too long"),
        (calls.exit_in_mid_page, (3,), Died, "ended with status 3"),
        (calls.segfault, (), Died, "was killed by SIGSEGV"),
        (calls.kill_itself, (), Died, "was killed by SIGKILL"),
        (calls.take_memory, (400,), OutOfMemory, "took too much memory"),
    ],
)
def test_a_call_that_hangs_or_dies_is_one_failure_and_the_next_call_has_a_new_worker(
    function: Callable[..., object], arguments: tuple[int, ...], failure: type[WorkerFailure], reason: str
) -> None:
    async def use(pool: WorkerPool) -> None:
        before = await pool.run("site", calls.process_id)
        with pytest.raises(failure) as raised:
            await pool.run("site", function, *arguments)
        assert str(raised.value) == reason
        assert await pool.run("site", calls.process_id) != before
        assert await pool.run("site", calls.add, 1, 2) == 3

    # A sound call is far quicker, also on a busy machine.
    with_pool(use, limits=WorkerLimits(seconds=3.0, memory=200 * MEGABYTE), module=calls.__name__)


def test_the_calls_beside_one_that_hangs_get_their_results() -> None:
    async def use(pool: WorkerPool) -> list[Any]:
        each = [pool.run("hung", calls.loop_in_c), *(pool.run("sound", calls.add, one, 1) for one in range(50))]
        results: list[Any] = await asyncio.gather(*each, return_exceptions=True)
        return results

    hung, *others = with_pool(use, workers=2, limits=WorkerLimits(seconds=3.0), module=calls.__name__)
    assert isinstance(hung, TimedOut)
    assert others == list(range(1, 51))


def test_groups_on_whose_calls_workers_hang_never_get_all_of_the_workers() -> None:
    async def use(pool: WorkerPool) -> int:
        hung = [asyncio.create_task(pool.run("hung", calls.loop_in_c)) for _ in range(20)]
        await asyncio.wait(hung, return_when=asyncio.FIRST_COMPLETED)
        done = 0
        while not all(task.done() for task in hung[:4]):
            async with asyncio.timeout(20):
                done += await pool.run("sound", calls.add, 0, 1)
        pool.drop("hung")
        await asyncio.gather(*hung, return_exceptions=True)
        return done

    # A worker was free for the sound group all the time: else it had waited for the deadline at each of its calls.
    assert with_pool(use, workers=2, limits=BRIEF, module=calls.__name__) > 20


def test_a_worker_that_ended_between_two_calls_is_replaced_without_a_failure() -> None:
    async def use(pool: WorkerPool) -> int:
        os.kill(await pool.run("site", calls.process_id), signal.SIGKILL)
        await asyncio.sleep(0.2)
        return await pool.run("site", calls.add, 1, 2)

    assert with_pool(use) == 3


def test_a_fork_server_that_was_killed_is_replaced() -> None:
    async def use(pool: WorkerPool) -> int:
        os.kill(await pool.run("site", os.getppid), signal.SIGKILL)
        await asyncio.sleep(0.2)
        return await pool.run("site", calls.add, 1, 2)

    assert with_pool(use) == 3


def test_ten_megabytes_come_and_go() -> None:
    sent = os.urandom(10 * MEGABYTE)

    async def use(pool: WorkerPool) -> bytes:
        return await pool.run("site", bytes, sent)

    assert with_pool(use) == sent


def test_an_exception_passes_through_with_its_type_its_reason_and_its_traceback() -> None:
    async def use(pool: WorkerPool) -> None:
        with pytest.raises(LookupError) as raised:
            await pool.run("site", calls.raise_with_reason, "no headline")
        assert str(raised.value) == "no headline"
        assert "raise LookupError(reason)" in "\n".join(raised.value.__notes__)

    with_pool(use)


@pytest.mark.parametrize(
    ("function", "arguments", "reason"),
    [
        (calls.raise_unpicklable, (), "Unpicklable: snow fell"),
        (sys.exit, (3,), "SystemExit: 3"),
        (next, (iter(()),), "StopIteration: "),
        (open, (os.devnull,), "TypeError: cannot pickle"),
    ],
)
def test_an_exception_that_cannot_be_raised_again_is_named(
    function: Callable[..., object], arguments: tuple[Any, ...], reason: str
) -> None:
    async def use(pool: WorkerPool) -> str:
        with pytest.raises((CallFailed, TypeError)) as raised:
            await pool.run("site", function, *arguments)
        return f"{type(raised.value).__name__}: {raised.value}"

    assert reason in with_pool(use)


def test_a_function_that_cannot_be_sent_is_one_failure() -> None:
    async def use(pool: WorkerPool) -> int:
        with pytest.raises(CallFailed, match="lambda"):
            await pool.run("site", lambda: 1)
        return await pool.run("site", calls.add, 1, 2)

    assert with_pool(use) == 3


def test_a_hundred_calls_of_ten_groups_take_turns() -> None:
    order: list[int] = []

    async def use(pool: WorkerPool) -> None:
        async def call(group: int) -> None:
            await pool.run(str(group), calls.add, group, 0)
            order.append(group)

        await asyncio.gather(*(call(group) for group in range(10) for _ in range(10)))

    with_pool(use)
    assert order == list(range(10)) * 10


def test_dropped_calls_end_at_once_and_the_other_groups_go_on() -> None:
    async def use(pool: WorkerPool) -> list[Any]:
        each = [pool.run("stopped", calls.sleep, 0.3) for _ in range(50)]
        tasks = [asyncio.create_task(call) for call in (*each, pool.run("other", calls.add, 1, 2))]
        await asyncio.sleep(0.05)
        pool.drop("stopped")
        async with asyncio.timeout(5):  # fifty calls would take fifteen seconds
            return await asyncio.gather(*tasks, return_exceptions=True)

    *stopped, other = with_pool(use)
    assert all(isinstance(each, CallDropped) for each in stopped)
    assert other == 3


def test_closing_ends_the_process_of_a_call_that_hangs() -> None:
    async def use(pool: WorkerPool) -> int:
        worker = await pool.run("site", calls.process_id)
        hung = asyncio.create_task(pool.run("site", calls.loop_in_c))
        await asyncio.sleep(0.1)
        await pool.close()
        with pytest.raises(CallDropped):
            await hung
        return worker

    with pytest.raises(ProcessLookupError):
        os.kill(with_pool(use), 0)


def test_a_worker_is_replaced_when_it_has_grown() -> None:
    async def grow(pool: WorkerPool) -> list[int]:
        return [await pool.run("site", calls.keep, 30 * MEGABYTE) for _ in range(3)]

    assert len(set(with_pool(grow, limits=WorkerLimits(growth=0)))) == 1
    assert len(set(with_pool(grow, limits=WorkerLimits(growth=20 * MEGABYTE)))) == 3


def test_workers_share_the_modules_that_are_loaded_before_the_first_call() -> None:
    async def use(pool: WorkerPool) -> tuple[int, int]:
        await pool.start()
        return await pool.run("site", calls.warmed_up), await pool.run("site", os.getppid)

    warmed_up, server = with_pool(use, module="tests.workers.calls")
    assert warmed_up == server


def test_a_module_that_cannot_be_loaded_is_named() -> None:
    async def use(pool: WorkerPool) -> None:
        await pool.start()

    with pytest.raises(Died, match="could not be started: ModuleNotFoundError: No module named 'nowhere'"):
        with_pool(use, module="nowhere")


def test_a_worker_has_nothing_of_its_parent_open_and_leaves_signals_to_it() -> None:
    async def use(pool: WorkerPool) -> tuple[int, list[str]]:
        return await pool.run("site", calls.open_sockets), await pool.run("site", calls.ignored_signals)

    reader, writer = os.pipe()
    os.set_inheritable(writer, True)
    try:
        sockets, ignored = with_pool(use)
    finally:
        os.close(reader)
        os.close(writer)
    assert sockets == 1  # its own
    assert {"SIGINT", "SIGTERM", "SIGHUP"} <= set(ignored)
