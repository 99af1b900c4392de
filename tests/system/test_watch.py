"""`scrapy watch SITES.toml`: many sites in one process, each when it is due."""

import fcntl
import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from ecnscrawl.settings import EXTENSIONS
from replica import Replica
from replica.endless import Dribble
from replica.gazette import Gazette
from tests.system.crawling import LAST_LINE
from tests.system.launching import Process
from tests.system.many_sites import (
    MAX_STOP_SECONDS,
    WITH_WORKERS,
    Log,
    Watcher,
    gazette,
    hang,
    hanging,
    hold_articles,
    is_held,
    seconds_to_stop,
    summary,
    watcher,
)

pytestmark = pytest.mark.system

SITES = [gazette(f"gazette{number}.example") for number in range(5)]
HOSTS = [site.host for site in SITES]

FILES_OF_A_RUN = 8  #: at most: its lock, its state with SQLite's files, the file of its records, connections

WatcherOf = Callable[..., tuple[Watcher, Replica]]


@pytest.fixture
def watching(serve: Callable[..., Replica], tmp_path: Path) -> WatcherOf:
    """A user who watches these sites."""

    def at(*sites: Gazette) -> tuple[Watcher, Replica]:
        chosen = sites or SITES
        replica = serve([site.site for site in chosen])
        return watcher(replica, tmp_path, chosen), replica

    return at


def wait_until(is_true: Callable[[], bool], process: Process) -> None:
    """Wait until something is true, a minute at most, or the process has ended."""
    deadline = time.monotonic() + 60
    while not is_true():
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_once_runs_each_site_and_one_right_after_it_asks_for_nothing(watching: WatcherOf) -> None:
    user, replica = watching()
    ended = user.once(*WITH_WORKERS)
    assert (ended.status, ended.out) == (0, ""), ended.err
    lines = ended.err.splitlines()
    runs = {match["site"]: match for line in lines[:-1] if (match := LAST_LINE.fullmatch(line))}
    assert len(runs) == len(lines) - 1 == len(SITES)
    assert {site: (run["status"], run["new"]) for site, run in runs.items()} == dict.fromkeys(HOSTS, ("healthy", "3"))
    assert summary(ended) == {"sites": "5", "runs": "5", "healthy": "5", "unhealthy": "0"}
    for host in HOSTS:
        assert Counter(record["id"] for record in user.records_of(host)) == dict.fromkeys(
            {record["id"] for record in user.records_of(host)}, 1
        )
        assert len(user.records_of(host)) == 3
    replica.requests.clear()
    again = user.once()
    assert (again.status, again.err.splitlines()) == (0, [again.last_line])
    assert summary(again) == {"sites": "5", "runs": "0", "healthy": "0", "unhealthy": "0"}
    assert replica.requests == []


def test_a_signal_publishes_every_run_and_ends_within_ten_seconds(watching: WatcherOf) -> None:
    """Of 32 sites each has sent an article when the signal comes, and hangs at the next one."""
    sites = [gazette(f"paper{number}.example") for number in range(32)]
    user, replica = watching(*sites)
    hang(replica, after=1)
    process = user.start_scrapy(*user.words(*WITH_WORKERS, "-s", "DOWNLOAD_TIMEOUT=60"))
    wait_until(lambda: hanging(replica) == 32, process)
    assert seconds_to_stop(process) < MAX_STOP_SECONDS
    _, err = process.communicate(timeout=60)
    lines = dict(line.split(" ", 1) for line in err.splitlines())
    assert process.returncode == 0
    assert lines.pop("watch").startswith("sites=32 runs=32 healthy=0 unhealthy=32 seconds=")
    assert set(lines) == {site.host for site in sites}, err
    stored = {site.host: len(user.records_of(site.host)) for site in sites}
    assert set(stored.values()) <= {0, 1}  # 0 where the first article had arrived, and was not read yet
    assert sum(stored.values()) > 0
    for host, number in stored.items():
        assert lines[host].startswith(f"unhealthy new={number} "), lines[host]
        assert "signal" in lines[host]
        assert user.report_of(host)["exit_status"] == 3
    assert 'exit_status{site="paper0.example"} 3' in (user.data / "metrics.prom").read_text()
    assert "paper31.example" in (user.data / "index.html").read_text()
    replica.fault = None
    again = user.once()  # a run that was stopped is not done, so its site is due
    assert (again.status, summary(again)["healthy"]) == (0, "32"), again.err
    for host in stored:
        assert sorted(Counter(record["id"] for record in user.records_of(host)).values()) == [1, 1, 1]


def test_a_second_signal_loses_nothing_either(watching: WatcherOf) -> None:
    user, replica = watching()
    hang(replica, after=1)
    process = user.start_scrapy(*user.words("--once", "-s", "DOWNLOAD_TIMEOUT=60"))
    wait_until(lambda: hanging(replica) == len(SITES), process)
    process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 3
    lines = dict(line.split(" ", 1) for line in err.splitlines())
    for host in HOSTS:
        assert lines[host].startswith(f"unhealthy new={len(user.records_of(host))} "), err
    assert err.splitlines()[-1].startswith("watch sites=5 runs=5 healthy=0 unhealthy=5 ")


PIPELINES = {
    "tests.system.raising.ExplodingSites": 50,
    "ecnscrawl.pipelines.dedupe.DedupePipeline": 100,
    "ecnscrawl.pipelines.validate.ValidatePipeline": 200,
    "ecnscrawl.pipelines.store.StorePipeline": 300,
}


def test_sites_that_explode_hang_drip_or_are_locked_harm_no_other_one(watching: WatcherOf) -> None:
    bad = ["exploding.example", "unopenable.example", "dripping.example", "broken.example", "locked.example"]
    user, replica = watching(*SITES, *map(gazette, bad))
    replica.fault = lambda request: (
        Dribble(1.0) if request.host == "dripping.example" and "/old" in request.path else None
    )
    (user.data / "broken.example" / "state.sqlite").mkdir(parents=True)
    (user.data / "locked.example").mkdir()
    with (user.data / "locked.example" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ended = user.once(
            "-s", f"ITEM_PIPELINES={json.dumps(PIPELINES)}", "-s", "DOWNLOAD_TIMEOUT=3", "-s", "RETRY_TIMES=0"
        )
    lines = {line.split(" ", 1)[0]: line for line in ended.err.splitlines()}
    assert ended.status == 3
    assert summary(ended) == {"sites": "10", "runs": "7", "healthy": "5", "unhealthy": "2", "refused": "3"}
    for host in HOSTS:
        assert lines[host].startswith(f"{host} healthy new=3 "), lines[host]
        assert len(user.records_of(host)) == 3
    assert 'reason="5 unexpected errors, mostly AttributeError' in lines["exploding.example"], lines[
        "exploding.example"
    ]
    assert lines["unopenable.example"].startswith(
        'unopenable.example refused status=1 reason="the crawl could not begin'
    )
    assert "failed=3 " in lines["dripping.example"]
    assert user.report_of("dripping.example")["failures"] == {"timed out": 3}
    assert lines["broken.example"].startswith('broken.example refused status=1 reason="')
    assert lines["locked.example"].startswith(
        'locked.example refused status=4 reason="another run of this site is under'
    )


def test_the_table_is_read_again_on_a_signal(watching: WatcherOf) -> None:
    """A site that is added runs; one that is removed while it runs ends, and is named; a faulty table changes nothing."""
    user, replica = watching(*SITES[:2], gazette("removed.example"), gazette("added.example"))
    hold = hold_articles(replica, "removed.example")
    user.write_table(hosts=[*HOSTS[:2], "removed.example"])
    process = user.start_scrapy(*user.words())
    log = Log(process)
    log.wait_for(f"{HOSTS[0]} healthy", f"{HOSTS[1]} healthy")
    wait_until(lambda: is_held(replica, "removed.example"), process)

    user.table.write_text(user.table.read_text() + '[[site]]\nspider = "nws"\n')
    process.send_signal(signal.SIGHUP)
    log.wait_for("unknown spider 'nws'")
    assert not any(line.startswith("removed.example") for line in log.lines)

    user.write_table(hosts=[*HOSTS[:2], "added.example"])
    process.send_signal(signal.SIGHUP)
    log.wait_for("added.example healthy new=3 ")
    hold.is_released = True  # requests that are under way are finished
    log.wait_for("removed.example unhealthy ")
    (removed,) = (line for line in log.lines if line.startswith("removed.example"))
    assert "the site was removed from the table" in removed
    assert len(user.records_of("removed.example")) > 0
    assert user.report_of("removed.example")["was_stopped"]
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    log.wait_for("watch sites=3 runs=4 healthy=3 unhealthy=1 ")
    assert [line for line in log.lines if line.startswith((*HOSTS[:2],))] == log.lines[:2]
    metrics = (user.data / "metrics.prom").read_text()
    assert ("added.example" in metrics, "removed.example" in metrics) == (True, False)
    assert "removed.example" in (user.data / "index.html").read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="open files are counted in /proc")
def test_a_run_that_has_ended_leaves_nothing_in_memory_and_no_file_open(watching: WatcherOf, tmp_path: Path) -> None:
    user, _ = watching(*(gazette(f"paper{number}.example", articles=1) for number in range(14)))
    extensions = json.dumps(EXTENSIONS | {"tests.system.counting_crawlers.CountingExtension": 900})
    counts = tmp_path / "counts"
    ended = user.once(
        *WITH_WORKERS, "-s", "WORKER_RUNS=2", "-s", f"EXTENSIONS={extensions}", ECNSCRAWL_TEST_COUNTS=str(counts)
    )
    assert (ended.status, summary(ended)["healthy"]) == (0, "14"), ended.err
    crawlers, files = zip(*(map(int, line.split()) for line in counts.read_text().splitlines()), strict=True)
    assert max(crawlers) <= 3  # the two that run, and one whose last callbacks are still to be made
    assert max(files) <= min(files) + 2 * FILES_OF_A_RUN
