"""One run of a site at a time: a second one exits at once, names the first, and changes nothing."""

import asyncio
import re
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from replica import Replica, Site
from replica.faults import Exchange
from replica.generated_site import GeneratedSite
from tests.system.crawling import Crawl
from tests.system.launching import Process

pytestmark = pytest.mark.system

Snapshot = dict[Path, tuple[int, bytes]]


@dataclass
class Hold:
    """A fault: the answer comes when the test lets it."""

    is_over: bool = False

    async def answer(self, exchange: Exchange) -> None:
        """Wait, then send."""
        while not self.is_over:
            await asyncio.sleep(0.02)
        exchange.send(exchange.answer)


@dataclass
class UnderWay:
    """A crawl that waits for an answer until it is released."""

    crawl: Crawl
    replica: Replica
    process: Process
    hold: Hold

    def let_go_on(self) -> int:
        """Its exit status."""
        self.hold.is_over = True
        self.process.communicate(timeout=60)
        return self.process.returncode


@pytest.fixture
def under_way(serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]) -> Iterator[UnderWay]:
    """A crawl that has begun: its first request is out."""
    replica = serve(GeneratedSite(6, seed=71, now=datetime.now(UTC) - timedelta(days=3)).site)
    crawl = crawl_of(replica)
    hold = Hold()
    replica.fault = lambda request: None if hold.is_over else hold
    process = crawl.start()
    while not replica.requests and process.poll() is None:
        time.sleep(0.02)
    yield UnderWay(crawl, replica, process, hold)
    if process.poll() is None:
        process.kill()
        process.communicate()


def snapshot(folder: Path) -> Snapshot:
    """Time of change and content of every file of the folder."""
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*") if path.is_file()}


def test_a_second_run_exits_4_at_once_says_who_is_there_and_touches_nothing(under_way: UnderWay) -> None:
    before = snapshot(under_way.crawl.folder)
    asked = len(under_way.replica.requests)
    ended = under_way.crawl.run()  # while the other one waits

    assert ended.status == 4
    assert ended.out == ""
    assert len(ended.err.splitlines()) == 1
    since = re.search(r"another run of this site is under way: pid (\d+), user \S+, since (\S+Z)", ended.last_line)
    assert since, ended.err
    assert since[1] == str(under_way.process.pid)
    assert abs(datetime.now(UTC) - datetime.fromisoformat(since[2])) < timedelta(minutes=1)
    assert snapshot(under_way.crawl.folder) == before
    assert len(under_way.replica.requests) == asked
    assert under_way.let_go_on() == 0


def test_of_two_runs_started_together_one_works(
    serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]
) -> None:
    generated = GeneratedSite(30, seed=72, now=datetime.now(UTC) - timedelta(days=3))
    replica = serve(generated.site)
    crawl = crawl_of(replica)
    hold = Hold()
    replica.fault = lambda request: None if hold.is_over else hold
    processes = [crawl.start() for _ in range(2)]
    while all(process.poll() is None for process in processes):
        time.sleep(0.02)
    hold.is_over = True
    for process in processes:
        process.communicate(timeout=60)
    assert sorted(process.returncode for process in processes) == [0, 4]
    assert len(crawl.records) == len(generated.truth) - len(generated.duplicate_of)


def test_the_lock_of_a_killed_run_does_no_harm(under_way: UnderWay) -> None:
    under_way.process.send_signal(signal.SIGKILL)
    under_way.process.communicate()
    assert (under_way.crawl.folder / "lock").exists()
    under_way.hold.is_over = True
    assert under_way.crawl.run().status == 0


def test_the_lock_of_another_folder_does_not_matter(under_way: UnderWay, tmp_path: Path) -> None:
    under_way.replica.fault = lambda request: None  # the one that waits goes on waiting
    other = Crawl(tmp_path / "other", under_way.crawl.environment)
    assert other.run().status == 0
    assert under_way.process.poll() is None
