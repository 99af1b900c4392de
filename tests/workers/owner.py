"""A program that keeps all workers of a pool in calls that hang, and says which processes these are."""

import asyncio

from ecnscrawl.workers.limits import WorkerLimits
from ecnscrawl.workers.pool import WorkerPool
from tests.workers import calls

WORKERS = 2


async def main() -> None:
    """Write the number of each process in a line, then wait to be killed."""
    pool = WorkerPool(WORKERS, WorkerLimits(seconds=600))
    workers = set[int]()
    while len(workers) < WORKERS:
        workers |= set(await asyncio.gather(*(pool.run("", calls.process_id) for _ in range(WORKERS))))
    server = await pool.run("", calls.parent_id)
    hung = [asyncio.create_task(pool.run("", calls.loop_in_c)) for _ in range(WORKERS)]
    await asyncio.sleep(0.2)
    print(server, *workers, flush=True)
    await asyncio.wait(hung)


if __name__ == "__main__":
    asyncio.run(main())
