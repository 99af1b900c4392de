"""A run that gets a signal ends within ten seconds and publishes what it has; the next run continues."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from replica import Fault, LoggedRequest, Replica, Resource, Site, Stall
from replica.faults import Exchange
from replica.generated_site import GeneratedSite
from tests.system.crawling import NO_WARNING, ROOT, Crawl, Ended
from tests.system.editing import ARTICLE
from tests.system.reader import Reader, assert_is_truth
from tests.system.sabotage import dying

pytestmark = pytest.mark.system

LONGEST = 10.0  # seconds from a signal to the end, as service managers commonly give
AT_ONCE = 5.5  # seconds; requests under way are given six after a first signal
SLOWLY = ("-s", "DOWNLOAD_DELAY=4")
STORED_BEFORE = 6  # articles that are served before the site hangs


@dataclass
class Interrupted:
    """A crawl that was sent signals, and how long it went on after the first."""

    ended: Ended
    seconds: float


@dataclass(frozen=True)
class Held:
    """The site's own answer, sent only when the test says so."""

    told: Event

    async def answer(self, exchange: Exchange) -> None:
        while not self.told.is_set():
            await asyncio.sleep(0.02)
        exchange.send(exchange.answer)


@dataclass
class Scene:
    """A site and its crawl."""

    generated: GeneratedSite
    replica: Replica
    crawl: Crawl

    def hangs_after(self, articles: int) -> None:
        """Have the site answer so many requests for articles, and none after that."""
        served: list[str] = []

        def stall(request: LoggedRequest) -> Fault | None:
            if not ARTICLE.search(request.path):
                return None
            served.append(request.path)
            return Stall(60) if len(served) > articles else None

        self.replica.fault = stall

    def interrupted(self, *numbers: signal.Signals, requests: int, arguments: tuple[str, ...] = ()) -> Interrupted:
        """Start the crawl, send it these signals half a second apart once the site was asked for so many pages."""
        process = self.crawl.start(*arguments)
        while len(self.replica.requests) < requests and process.poll() is None:
            time.sleep(0.02)
        time.sleep(0.3)
        begun = time.monotonic()
        for sent, number in enumerate(numbers):
            time.sleep(0.5 if sent else 0)
            process.send_signal(number)
        out, err = process.communicate(timeout=60)
        return Interrupted(Ended(process.returncode, out, err), time.monotonic() - begun)

    def goes_on(self) -> None:
        """The next run stores what is missing, and nothing twice."""
        self.replica.fault = None
        assert self.crawl.run().status == 0
        reader = Reader(self.crawl.folder / "articles")
        reader.look()
        assert_is_truth(reader, self.generated.truth, self.generated.duplicate_of)
        assert not reader.unpublished


@pytest.fixture
def scene(serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]) -> Scene:
    """A small site of old articles."""
    generated = GeneratedSite(20, seed=81, now=datetime.now(UTC) - timedelta(days=3))
    replica = serve(generated.site)
    return Scene(generated, replica, crawl_of(replica))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_slow_crawl_ends_soon_after_a_signal(scene: Scene, number: signal.Signals) -> None:
    stopped = scene.interrupted(number, requests=1, arguments=SLOWLY)
    assert stopped.seconds < LONGEST
    assert stopped.ended.status == 3
    assert "stopped by a signal" in str(stopped.ended.stats["reason"])
    assert scene.crawl.report["exit_status"] == 3


def test_what_was_done_before_a_signal_is_published_although_the_site_hangs(scene: Scene) -> None:
    scene.hangs_after(STORED_BEFORE)
    stopped = scene.interrupted(signal.SIGTERM, requests=24 + STORED_BEFORE)
    assert stopped.seconds < LONGEST
    assert stopped.ended.status == 3
    assert "stopped by a signal" in str(stopped.ended.stats["reason"])
    assert stopped.ended.stats["file"] == scene.crawl.files[0].name
    assert len(scene.crawl.records) == int(stopped.ended.stats["new"]) > 0
    scene.goes_on()


def test_a_second_signal_ends_the_run_at_once_and_loses_nothing(scene: Scene) -> None:
    scene.hangs_after(STORED_BEFORE)
    stopped = scene.interrupted(signal.SIGINT, signal.SIGINT, requests=24 + STORED_BEFORE)
    assert stopped.seconds < AT_ONCE
    assert stopped.ended.status == 3
    scene.goes_on()


def test_a_run_interrupted_while_it_starts_leaves_no_traceback(scene: Scene) -> None:
    ended = dying(scene.crawl, "commit:1:before", signal.SIGINT).run()
    assert ended.status != 0
    assert "Traceback" not in ended.err
    scene.goes_on()


def test_requests_released_by_a_signal_do_not_wait_for_the_delay(scene: Scene, tmp_path: Path) -> None:
    rules = b"User-agent: *\nCrawl-delay: 20\n"
    scene.generated.site.put("/robots.txt", Resource(rules, "text/plain"))
    told, feed = Event(), tmp_path / "one.jsonl"
    scene.replica.fault = lambda request: Held(told) if request.path == "/robots.txt" else None
    process = scene.crawl.start("-L", "INFO", "-O", str(feed))
    while not scene.replica.requests and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    assert process.stderr is not None
    heard = any("Received SIGTERM" in line for line in process.stderr)
    told.set()
    process.communicate(timeout=60)
    assert heard
    assert feed.exists()  # which a forced end leaves out
    assert {request.path for request in scene.replica.requests} == {"/robots.txt"}


def test_a_crawl_that_was_started_with_interrupts_ignored_goes_on_and_ends_by_another_signal(scene: Scene) -> None:
    scene.hangs_after(STORED_BEFORE)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = subprocess.Popen(
            scene.crawl.command(),
            env=os.environ | NO_WARNING | scene.crawl.environment | {"ECNSCRAWL_DATA_DIR": str(scene.crawl.data)},
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)
    while len(scene.replica.requests) < 24 + STORED_BEFORE and process.poll() is None:
        time.sleep(0.02)
    for _ in range(2):
        process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=2)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "stopped by a signal" in said
