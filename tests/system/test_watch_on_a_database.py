"""`scrapy watch` with a database: many workers share the sites of a table, and no two are ever inside one site."""

import json
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ecnscrawl.settings import ITEM_PIPELINES
from replica import Stall
from replica.gazette import Gazette, stories
from tests.postgres import new_database, postgres_that_stops
from tests.system.crawling import LAST_LINE
from tests.system.many_sites import (
    MAX_STOP_SECONDS,
    NOW,
    WITH_WORKERS,
    gazette,
    hang,
    hanging,
    hold_articles,
    is_held,
    seconds_to_stop,
)
from tests.system.many_workers import SETTINGS, Fleet, RunningWorker, fleet_of, overlaps, shortest_gap

pytestmark = pytest.mark.system

FleetOf = Callable[..., Fleet]


@pytest.fixture
def fleet(tmp_path: Path, database_url: str) -> Iterator[FleetOf]:
    """The workers of these sites, by default four with three articles each."""
    opened: list[Any] = []

    def at(*sites: Gazette) -> Fleet:
        chosen = sites or [gazette(f"gazette{number}.example") for number in range(4)]
        opened.append(fleet_of(chosen, tmp_path, database_url))
        made: Fleet = opened[-1].__enter__()
        return made

    yield at
    for each in opened:
        each.__exit__(None, None, None)


def wait_until(is_true: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def records(fleet: Fleet) -> Counter[str]:
    """How many records each site has."""
    return Counter(dict(fleet.rows("SELECT site, count(*) FROM ecnscrawl.records GROUP BY site")))


def statuses(*lines: str) -> dict[str, str]:
    """The status of each run's last line, by its site."""
    return {match["site"]: match["status"] for line in lines if (match := LAST_LINE.fullmatch(line))}


def did_nothing(worker: RunningWorker, sites: int) -> bool:
    """Whether a worker found nothing due."""
    worker.log.wait_for("watch sites=")
    return [line.partition(" seconds=")[0] for line in worker.log.lines] == [
        f"watch sites={sites} runs=0 healthy=0 unhealthy=0"
    ]


def test_a_hangup_while_a_worker_starts_has_the_table_read_again(fleet: FleetOf) -> None:
    ours = fleet()
    ours.user.write_table(hosts=["gazette0.example"])
    waits = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'worker0' AND wait_event_type = 'Lock'"
    with psycopg.connect(ours.database) as locking:
        locking.execute("LOCK TABLE ecnscrawl.schema_version")
        worker = ours.start()
        wait_until(lambda: ours.rows(waits))
        ours.user.write_table()
        worker.process.send_signal(signal.SIGHUP)
    wait_until(lambda: ours.rows("SELECT count(*) FROM ecnscrawl.sites") == [(4,)])


def test_two_workers_share_what_is_due_and_the_next_ones_ask_for_nothing(fleet: FleetOf) -> None:
    ours = fleet(*(gazette(f"paper{number}.example") for number in range(8)))
    pair = [ours.start("--once", *WITH_WORKERS, "-s", "WORKER_RUNS=2") for _ in range(2)]
    assert [worker.process.wait(timeout=120) for worker in pair] == [0, 0], [worker.log.lines for worker in pair]
    done = [statuses(*worker.log.lines) for worker in pair]
    assert not done[0].keys() & done[1].keys()
    assert done[0] | done[1] == {site.host: "healthy" for site in ours.user.sites}
    assert set(records(ours).values()) == {3}
    assert overlaps(ours.replica.requests) == []
    for worker in pair:  # each has drawn the sites of both
        page, metrics = ((ours.folder / worker.name / name).read_text() for name in ("index.html", "metrics.prom"))
        for host in done[0] | done[1]:
            assert host in page
            assert f'ecnscrawl_last_run_exit_status{{site="{host}"}} 0\n' in metrics
    ours.replica.requests.clear()
    again = ours.start("--once")
    assert again.process.wait(timeout=120) == 0
    assert did_nothing(again, 8)
    assert ours.replica.requests == []


def test_a_stopped_worker_stores_what_it_has_and_its_sites_are_due_again_at_once(fleet: FleetOf) -> None:
    ours = fleet()
    hang(ours.replica, after=1)
    stopped = ours.start("-s", "DOWNLOAD_TIMEOUT=60")
    wait_until(lambda: hanging(ours.replica) == 4)
    crawl = ours.user.scrapy(
        "crawl", "news", "-a", "site=gazette1.example", *SETTINGS[:2], ECNSCRAWL_DATABASE_URL=ours.database
    )
    assert crawl.status == 4, crawl.err
    assert seconds_to_stop(stopped.process) < MAX_STOP_SECONDS
    assert stopped.process.wait() == 0
    assert set(statuses(*stopped.log.lines).values()) == {"unhealthy"}
    ours.replica.fault = None
    next_one = ours.start("--once")
    assert next_one.process.wait(timeout=120) == 0, next_one.log.lines
    assert set(statuses(*next_one.log.lines).values()) == {"healthy"}
    assert set(records(ours).values()) == {3}


def test_the_sites_of_a_killed_worker_are_taken_over_with_their_delays(fleet: FleetOf) -> None:
    """Its robots.txt asks for a delay of its own; the next owner keeps it from its first request on."""
    sites = [gazette(f"paper{number}.example", articles=4) for number in range(3)]
    for site in sites:
        site.text("/robots.txt", "User-agent: *\nCrawl-delay: 1\n")
    ours = fleet(*sites)
    killed = ours.start()
    wait_until(lambda: len(ours.requests_of(killed)) >= 12)
    assert len(ours.sites_of(killed)) == 3
    killed.kill()
    other = ours.start("--once")
    assert other.process.wait(timeout=120) == 0, other.log.lines
    assert set(statuses(*other.log.lines).values()) == {"healthy"}
    assert set(records(ours).values()) == {4}
    assert overlaps(ours.replica.requests) == []
    # Without the delay two requests of a site are there at once; a busy machine may shorten it a little.
    assert min(shortest_gap(ours.replica.requests, site.host) for site in sites) > 0.5


def test_a_worker_that_was_frozen_past_its_lease_sends_and_stores_nothing_more(fleet: FleetOf) -> None:
    """Requests are under way when it freezes. It wakes while another one has its sites, and later takes new ones."""
    ours = fleet(*(gazette(f"paper{number}.example", articles=6) for number in range(4)))
    ours.user.write_table(every="1d")
    ours.replica.fault = lambda _: Stall(0.3)
    frozen = ours.start()
    wait_until(lambda: sum("/old-" in each.path for each in ours.requests_of(frozen)) >= 4)
    frozen.freeze()
    time.sleep(0.7)
    sent, before = len(ours.requests_of(frozen)), sum(records(ours).values())
    assert before < 24
    other = ours.start()
    wait_until(lambda: len(ours.sites_of(other)) == 4 and len(ours.requests_of(other)) > 4)
    frozen.wake()
    frozen.log.wait_for(*(f"{site.host} lost reason=" for site in ours.user.sites))
    other.log.wait_for_number(" healthy ", 4)
    assert len(ours.requests_of(frozen)) == sent
    assert statuses(*frozen.log.lines) == {}
    assert set(records(ours).values()) == {6}
    assert overlaps(ours.replica.requests) == []
    ours.rows("UPDATE ecnscrawl.sites SET due_at = now()")
    other.freeze()
    frozen.log.wait_for_number(" healthy ", 4)
    assert frozen.stop() == 0
    assert re.search(r" runs=4 healthy=4 unhealthy=0 seconds=\d+ lost=4$", frozen.log.lines[-1])
    other.wake()


def test_runs_go_on_when_the_database_was_killed_and_a_stop_does_not_wait_for_it(tmp_path: Path) -> None:
    sites = [gazette(f"paper{number}.example", articles=5) for number in range(3)]
    with postgres_that_stops() as server, fleet_of(sites, tmp_path, new_database(server.environment)) as ours:
        ours.replica.fault = lambda _: Stall(0.2)
        worker = ours.start()
        wait_until(lambda: sum(records(ours).values()) >= 3)
        server.kill()
        time.sleep(0.5)
        server.start()
        worker.log.wait_for_number(" healthy ", 3)
        assert set(records(ours).values()) == {5}
        for site in sites:
            site.publish(*stories(9, NOW))
        ours.rows("UPDATE ecnscrawl.sites SET due_at = now()")
        wait_until(lambda: len(ours.sites_of(worker)) == 3)
        server.kill()
        assert seconds_to_stop(worker.process) < MAX_STOP_SECONDS
        assert worker.process.wait() == 0
        server.start()


def test_removed_sites_end_and_new_ones_begin_on_sighup(fleet: FleetOf) -> None:
    ours = fleet(gazette("stays.example"), gazette("removed.example"), gazette("added.example"))
    ours.user.write_table(hosts=["stays.example", "removed.example"])
    hold = hold_articles(ours.replica, "removed.example")
    worker = ours.start()
    worker.log.wait_for("stays.example healthy")
    wait_until(lambda: is_held(ours.replica, "removed.example"))
    ours.user.write_table(hosts=["stays.example", "added.example"])
    worker.process.send_signal(1)
    worker.log.wait_for("added.example healthy new=3 ")
    hold.is_released = True  # requests that are under way are finished
    worker.log.wait_for("removed.example unhealthy ")
    assert worker.stop() == 0
    assert ours.owners() == {}
    assert ours.rows("SELECT due_at < now() FROM ecnscrawl.sites WHERE site = 'removed.example'") == [(True,)]


def test_a_run_in_a_process_of_its_own_takes_over_the_claim(fleet: FleetOf) -> None:
    ours = fleet(gazette("plain.example"), gazette("scripts.example"))
    ours.user.write_table('arguments = { render = "auto" }', hosts=["plain.example", "scripts.example"])
    worker = ours.start("--once")
    assert worker.process.wait(timeout=120) == 0, worker.log.lines
    assert statuses(*worker.log.lines) == {"plain.example": "healthy", "scripts.example": "healthy"}
    assert ours.rows("SELECT site, epoch FROM ecnscrawl.sites ORDER BY site") == [
        ("plain.example", 1),
        ("scripts.example", 2),
    ]
    again = ours.start("--once")
    assert again.process.wait(timeout=120) == 0
    assert did_nothing(again, 2)


def test_the_table_is_checked_without_a_database(fleet: FleetOf) -> None:
    ours = fleet()
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    ended = ours.user.scrapy("watch", str(ours.user.table), "--check", ECNSCRAWL_DATABASE_URL=nowhere)
    assert (ended.status, ended.out) == (0, "4 sites\n"), ended.err
    refused = ours.user.once(ECNSCRAWL_DATABASE_URL=nowhere)
    assert (refused.status, len(refused.err.splitlines())) == (1, 1), refused.err
    short = ours.user.once("-s", "WORKER_LEASE_SECONDS=1", ECNSCRAWL_DATABASE_URL=ours.database)
    assert short.status == 2
    assert "WORKER_LEASE_SECONDS='1'" in short.last_line


def test_a_run_that_could_not_begin_is_due_again_after_every(fleet: FleetOf) -> None:
    """Its site is claimed once, not again and again."""
    ours = fleet(gazette("unopenable.example"), gazette("plain.example"))
    pipelines = json.dumps({"tests.system.raising.ExplodingSites": 50, **ITEM_PIPELINES})
    worker = ours.start("--once", "-s", f"ITEM_PIPELINES={pipelines}")
    assert worker.process.wait(timeout=120) == 3
    assert any(line.startswith("unopenable.example refused status=1 ") for line in worker.log.lines)
    assert ours.rows("SELECT epoch, due_at > now(), owner FROM ecnscrawl.sites") == [(1, True, None)] * 2
