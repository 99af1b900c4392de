"""However a crawl with a browser ends, no process is left; whatever a page does, the crawl continues."""

import asyncio
import json
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from threading import Event, Thread

import pytest

from bench.process_tree import memory_of_tree
from replica import Fault, LoggedRequest, Replica, Stall
from replica.faults import Exchange
from tests.system.chromium import chromium
from tests.system.crawling import Crawl, Ended
from tests.system.launching import Process
from tests.system.newsstand import Newsstand, Story
from tests.system.rendering import CountedBrowser, browser_of, family, left_behind, publish, until

pytestmark = pytest.mark.system

GOOD = [Story(number) for number in range(1, 7)]
HEAP, BUFFERS, BUSY, ALERTS, POLLING, HUGE = (Story(number) for number in range(11, 17))
SCRIPTS = {
    HEAP: "const all = []; for (;;) all.push(new Array(1e6).fill(Math.random()));",
    BUFFERS: "const all = []; for (;;) all.push(new Uint8Array(2e7).fill(1));",
    BUSY: "for (;;);",
    ALERTS: "for (;;) alert('again');",
    POLLING: "for (;;) await fetch('/poll.json');",
    HUGE: "await fetch('/huge.json');",
}
MAX_MEMORY = 3000  # megabytes: what the browser is given, what a page gets between two looks, and the crawl itself
_LOOK_SECONDS = 0.15  #: between two looks, each of which reads what the kernel says of ten processes
HELD = "await fetch('/held.json').catch(() => 0);"


@dataclass(frozen=True)
class Flood:
    """300 MB, as fast as they are taken."""

    async def answer(self, exchange: Exchange) -> None:
        """Send them."""
        exchange.send_bytes(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n")
        left = 300
        while left and not exchange.transport.is_closing():
            if exchange.transport.get_write_buffer_size() < 4_000_000:
                exchange.send_bytes(b" " * 1_000_000)
                left -= 1
            await asyncio.sleep(0)
        exchange.close()


def faults(request: LoggedRequest) -> Fault | None:
    """Faults of the servers that the pages request."""
    chosen: dict[str, Fault] = {"/huge.json": Flood(), "/held.json": Stall(60)}
    return chosen.get(request.path)


@dataclass
class Watch:
    """Looks at a process's descendants for as long as it lives."""

    process: Process
    pids: dict[int, str] = field(default_factory=dict)
    peak_memory: int = 0
    _over: Event = field(default_factory=Event)

    def __enter__(self) -> "Watch":
        self._thread = Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            self.pids |= family(self.process.pid)
            self.peak_memory = max(self.peak_memory, memory_of_tree(self.process.pid))


@dataclass(frozen=True)
class Bad:
    """The result of a run over pages that do their worst."""

    ended: Ended
    crawl: Crawl
    watch: Watch
    temporary: Path


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Bad:
    chromium()
    stand = Newsstand()
    for story, script in SCRIPTS.items():
        publish(stand, story, script, writes=False)
    for story in GOOD:
        publish(stand, story)
    with Replica(stand.site, fault=faults) as replica:
        crawl = Crawl(tmp_path_factory.mktemp("bad") / "data", replica.environment())
        temporary = Path(mkdtemp())  # a short name, as sockets need
        urls = ",".join(story.url for story in (*SCRIPTS, *GOOD))
        process = crawl.start(
            "-a", f"urls={urls}", "-s", "RENDER_SECONDS=3", "-s", "RENDER_MEMORY_MB=1000", TMPDIR=str(temporary)
        )
        with Watch(process) as watch:
            out, err = process.communicate(timeout=300)
    return Bad(Ended(process.returncode, out, err), crawl, watch, temporary)


def test_the_pages_that_do_no_harm_are_stored_anyway(bad: Bad) -> None:
    assert {record["id"] for record in bad.crawl.records} == {story.id for story in GOOD}, bad.ended.err


@pytest.mark.parametrize(
    ("story", "reason"),
    [
        (HEAP, "the page crashed"),
        (BUFFERS, "the page crashed"),
        (BUSY, "the page does not let itself be read"),
        (ALERTS, "the page does not let itself be read"),
        (POLLING, "neither body nor pictures nor videos"),
        (HUGE, "neither body nor pictures nor videos"),
    ],
    ids=["heap", "buffers", "busy", "alerts", "polling", "huge"],
)
def test_a_page_that_does_harm_is_counted_with_its_reason(bad: Bad, story: Story, reason: str) -> None:
    assert {each["url"]: each["reason"] for each in bad.crawl.report["failing"]}.get(story.url) == reason


def test_a_response_that_is_too_large_is_refused(bad: Bad) -> None:
    assert bad.crawl.report["rendering"]["refused"]["response too large"] >= 1


def test_a_page_that_allocates_without_end_does_not_get_the_machine_s_memory(bad: Bad) -> None:
    assert 0 < bad.watch.peak_memory < MAX_MEMORY * 1_000_000


def test_no_process_of_a_browser_is_left(bad: Bad) -> None:
    assert any("node" in command for command in bad.watch.pids.values())
    assert left_behind(set(bad.watch.pids), bad.crawl.data) == {}
    until(lambda: not list(bad.temporary.iterdir()), 10)


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Starts crawls whose first page is amid its rendering, and waits for what it asked for; ends them."""
    chromium()
    stand = Newsstand()
    publish(stand, GOOD[0], HELD)
    for story in GOOD[1:]:
        publish(stand, story)
    started: list[Process] = []
    with Replica(stand.site, fault=faults) as replica:

        def start(*arguments: str, **environment: str) -> Process:
            crawl = Crawl(tmp_path / "data", replica.environment())
            urls = ",".join(story.url for story in GOOD)
            process = crawl.start("-a", f"urls={urls}", *arguments, **environment)
            started.append(process)
            until(lambda: "/held.json" in [request.path for request in replica.requests])
            return process

        yield start
        for process in started:
            if process.poll() is None:
                process.kill()
            process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL], ids=["TERM", "INT", "KILL"])
def test_nothing_is_left_of_a_browser_whose_crawl_is_ended(
    held: Callable[..., Process], tmp_path: Path, number: signal.Signals
) -> None:
    temporary = mkdtemp()
    process = held(TMPDIR=temporary)
    pids = family(process.pid)
    assert any("node" in command for command in pids.values())
    assert any("--type=renderer" in command for command in pids.values())
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode == (-9 if number == signal.SIGKILL else 3)
    assert left_behind(set(pids), tmp_path / "data") == {}
    until(lambda: not list(Path(temporary).iterdir()), 10)


def test_a_stop_gives_up_what_is_being_rendered_and_leaves_it_pending(
    held: Callable[..., Process], tmp_path: Path
) -> None:
    process = held()
    process.terminate()
    _, err = process.communicate(timeout=60)
    assert goes_on(err)[1] == 0
    assert 'reason="stopped by a signal"' in err
    assert "Traceback" not in err


def until_browser(process: Process) -> int:
    """The process that leads the crawl's browser, when there is one."""
    found = until(lambda: browser_of(process.pid))
    assert found is not None
    return found


def goes_on(err: str) -> tuple[int, int]:
    """How many articles are new and how many failed, after a run that came to its end."""
    stats = Ended(0, "", err).stats
    return int(stats["new"]), int(stats["failed"])


def test_a_browser_that_is_killed_is_started_once_more(held: Callable[..., Process], tmp_path: Path) -> None:
    counted = CountedBrowser(tmp_path)
    process = held("-s", "RENDER_SECONDS=3", "-s", "DOWNLOAD_TIMEOUT=5", CHROMIUM_PATH=str(counted.program))
    os.kill(until_browser(process), signal.SIGKILL)
    _, err = process.communicate(timeout=60)
    new, failed = goes_on(err)
    assert (new, failed) in ((4, 2), (5, 1)), err  # two pages at once
    assert counted.starts == 2


def test_a_browser_that_hangs_is_ended_and_started_once_more(held: Callable[..., Process], tmp_path: Path) -> None:
    counted = CountedBrowser(tmp_path)
    process = held("-s", "RENDER_SECONDS=3", "-s", "DOWNLOAD_TIMEOUT=5", CHROMIUM_PATH=str(counted.program))
    hung = until_browser(process)
    os.kill(hung, signal.SIGSTOP)
    _, err = process.communicate(timeout=120)
    new, failed = goes_on(err)
    assert (new, failed) in ((4, 2), (5, 1)), err
    assert counted.starts == 2
    assert left_behind({hung}, tmp_path / "data") == {}


def test_a_browser_that_ends_again_and_again_is_given_up(held: Callable[..., Process], tmp_path: Path) -> None:
    counted = CountedBrowser(tmp_path)
    process = held("-s", "DOWNLOAD_TIMEOUT=5", CHROMIUM_PATH=str(counted.program))
    while process.poll() is None:
        if browser := browser_of(process.pid):
            os.kill(browser, signal.SIGKILL)
    _, err = process.communicate()
    assert counted.starts == 2, err
    report = json.loads((tmp_path / "data" / "ecns" / "reports" / "latest.json").read_bytes())
    assert "the browser has ended twice" in report["failures"]
