"""Procrastinate as a queue of the runs of sites: a job a site, with the site as `lock` and as `queueing_lock`.

The first argument is the address of a database, the second what to do:

- `fill N` creates its tables and N jobs.
- `fetch SECONDS` fetches and finishes jobs one after the other; it prints how many, and in how many seconds.
- `add` adds one job; `left` prints how many jobs wait or run.
- `faults` lets a worker freeze, and a job stall; it prints a line about each.
- `work` runs a worker until it ends by itself.
"""
# mypy: disable-error-code="import-not-found, untyped-decorator, attr-defined"

import asyncio
import sys
import time

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.utils import utcnow

_FILL = """
SELECT procrastinate_defer_jobs_v1(array_agg(
    ROW('default', 'crawl', 0, site, site, '{}'::jsonb, NULL)::procrastinate_job_to_defer_v1
)) FROM (SELECT 'paper' || number || '.example' AS site FROM generate_series(1, %(number)s) AS number) AS sites
"""
_STATUS = "SELECT status::text, worker_id FROM procrastinate_jobs WHERE id = %(id)s"


def app_at(address: str) -> App:
    """Return an application with one task."""
    app = App(connector=PsycopgConnector(conninfo=address))

    @app.task(name="crawl")
    async def crawl() -> None:
        """Take a tenth of a second."""
        await asyncio.sleep(0.1)

    return app


async def fill(app: App, number: int) -> None:
    """Create the tables, and a job for each site."""
    await app.schema_manager.apply_schema_async()
    await app.connector.execute_query_one_async(_FILL, number=number)


async def fetch(app: App, seconds: float) -> None:
    """Fetch and finish jobs, and print how many, and in how many seconds."""
    worker, fetched, began = await app.job_manager.register_worker(), 0, time.monotonic()
    while time.monotonic() < began + seconds and (job := await take(app, worker)):
        await app.job_manager.finish_job(job, Status.SUCCEEDED, delete_job=False)
        fetched += 1
    print(fetched, time.monotonic() - began)


async def take(app: App, worker: int) -> Job | None:
    """Fetch a job; None if none waits."""
    return await app.job_manager.fetch_job(queues=None, worker_id=worker)


async def faults(app: App) -> None:
    """Retry stalled jobs as Procrastinate's documentation says, and print what goes wrong.

    In the first scene the worker of the stalled job was only frozen, and finishes the job later. In the second it is
    dead, and another job of the site waits.
    """
    await fill(app, 1)
    frozen, other = [await app.job_manager.register_worker() for _ in range(2)]
    job = await take(app, frozen)
    assert job is not None
    await app.job_manager.retry_job(job, utcnow())
    assert await take(app, other) is not None
    await app.job_manager.finish_job(job, Status.SUCCEEDED, delete_job=False)  # the frozen one wakes
    found = await app.connector.execute_query_one_async(_STATUS, id=job.id)
    print(f"a worker that was frozen ends the job of the next one: {found['status']}, which worker {other} still runs")
    await app.configure_task("crawl", lock="a", queueing_lock="a").defer_async()
    job = await take(app, other)
    assert job is not None
    await app.configure_task("crawl", lock="a", queueing_lock="a").defer_async()  # the next run of the site is due
    try:
        await app.job_manager.retry_job(job, utcnow())
        print("the stalled job is retried beside the one that waits")
    except ConnectorException as error:
        print(f"a stalled job cannot be retried once the next one of its site waits: {type(error).__name__}")


async def main(address: str, what: str, *numbers: str) -> None:
    """Do what the second argument says."""
    app = app_at(address)
    async with app.open_async():
        if what == "fill":
            await fill(app, int(numbers[0]))
        elif what == "fetch":
            await fetch(app, float(numbers[0]))
        elif what == "add":
            await app.configure_task("crawl").defer_async()
        elif what == "left":
            print(sum(not job.status.endswith("ed") for job in await app.job_manager.list_jobs_async()))
        elif what == "faults":
            await faults(app)
        else:
            await app.run_worker_async(install_signal_handlers=False)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
