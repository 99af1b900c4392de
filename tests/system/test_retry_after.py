"""A host with Retry-After gets no request for that time, by its own clock."""

import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from replica import Replica
from replica.faults import Exchange
from tests.system.crawling import Crawl, Ended
from tests.system.newsstand import Story
from tests.system.terminal import in_terminal
from tests.system.trouble import Trouble, attempts, gaps, stand_of, times_of, unavailable

pytestmark = pytest.mark.system

WORLD = ("-a", "sections=world")
STORIES = [Story(number) for number in range(1, 13)]
ASKED_FOR = 2.0  # seconds
EARLY = 0.1  # seconds that the answer may be on its way
UNDER_WAY = 1.0  # seconds in which what was sent before the answer came may still arrive
LONGEST = 10.0  # seconds from a signal to the end
ROBOTS = "/robots.txt"


@dataclass(frozen=True)
class UntilDate:
    """503 with the date of some seconds from now on."""

    seconds: int

    async def answer(self, exchange: Exchange) -> None:
        at = datetime.now(UTC) + timedelta(seconds=self.seconds)
        await unavailable(format_datetime(at, usegmt=True)).answer(exchange)


@pytest.fixture
def replica() -> Iterator[Replica]:
    with Replica(stand_of(STORIES).site) as replica:
        yield replica


@pytest.fixture
def crawl(replica: Replica, tmp_path: Path) -> Crawl:
    return Crawl(tmp_path / "data", replica.environment())


def assert_is_left_alone(replica: Replica, since: float, seconds: float) -> None:
    """Nothing came for so long, but what was under way, and what was answered so was not asked for again."""
    within = [
        request.path for request in replica.requests if since + UNDER_WAY < request.time < since + seconds - EARLY
    ]
    assert within == []
    (path,) = {request.path for request in replica.requests if request.time == since}
    assert all(later - since >= seconds - EARLY for later in times_of(replica.requests, path)[1:])


@pytest.mark.parametrize("delay", ["0", "0.2"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_host_gets_no_request_for_the_seconds_that_it_asks_for(
    crawl: Crawl, replica: Replica, status: int, delay: str
) -> None:
    replica.fault = trouble = Trouble(lambda number: unavailable("2", status) if number == 4 else None)
    ended = crawl.run(*WORLD, "-s", f"DOWNLOAD_DELAY={delay}")
    assert (ended.status, ended.stats["new"]) == (0, str(len(STORIES)))
    assert_is_left_alone(replica, trouble.seen[3].time, ASKED_FOR)
    assert crawl.report["waited_for"]["retry_after"] == pytest.approx(ASKED_FOR, abs=0.3)


def test_a_host_is_paused_until_the_date_that_it_names(crawl: Crawl, replica: Replica) -> None:
    replica.fault = trouble = Trouble(lambda number: UntilDate(4) if number == 4 else None)
    ended = crawl.run(*WORLD, "-s", "DOWNLOAD_DELAY=0.2")
    assert (ended.status, ended.stats["new"]) == (0, str(len(STORIES)))
    assert_is_left_alone(replica, trouble.seen[3].time, 3.0)  # a date has whole seconds


def test_a_host_is_paused_no_longer_than_the_maximum(crawl: Crawl, replica: Replica) -> None:
    replica.fault = trouble = Trouble(lambda number: unavailable("86400") if number == 4 else None)
    ended = crawl.run(*WORLD, "-s", "RETRY_AFTER_MAX=1.5", "-s", "DOWNLOAD_DELAY=0.2")
    assert (ended.status, ended.stats["new"]) == (0, str(len(STORIES)))
    assert_is_left_alone(replica, trouble.seen[3].time, 1.5)


@pytest.mark.parametrize("setting", ["RETRY_ENABLED=0", "RETRY_TIMES=0"])
def test_a_host_is_paused_even_without_retries(crawl: Crawl, replica: Replica, setting: str) -> None:
    replica.fault = trouble = Trouble(lambda number: unavailable("2") if number == 4 else None)
    ended = crawl.run(*WORLD, "-s", setting, "-s", "DOWNLOAD_DELAY=0.2")
    assert (ended.stats["new"], ended.stats["failed"]) == (str(len(STORIES) - 1), "1")
    assert_is_left_alone(replica, trouble.seen[3].time, ASKED_FOR)


@pytest.mark.parametrize("value", ["soon", "-5", "1.5e300", "", "Mon, 99 Foo 2026 99:99:99 GMT"])
def test_an_unreadable_retry_after_is_ignored(crawl: Crawl, replica: Replica, value: str) -> None:
    replica.fault = Trouble(lambda number: unavailable(value) if number == 4 else None)
    ended = crawl.run(*WORLD)
    assert (ended.status, ended.stats["new"]) == (0, str(len(STORIES)))
    assert crawl.report["waited_for"]["retry_after"] == 0


def test_after_the_pause_the_delay_between_requests_is_as_before(crawl: Crawl, replica: Replica) -> None:
    replica.fault = trouble = Trouble(lambda number: unavailable("1") if number == 2 else None)
    crawl.run(*WORLD, "-s", "DOWNLOAD_DELAY=0.3")
    after = [request.time for request in replica.requests if request.time > trouble.seen[1].time + 0.9]
    assert len(after) >= len(STORIES) - 2
    assert min(gaps(after)) >= 0.2
    assert after[-1] - after[0] >= 0.3 * (len(after) - 1) - 0.1


def test_a_pause_also_holds_for_robots_txt(crawl: Crawl, replica: Replica) -> None:
    replica.fault = Trouble(lambda number: unavailable("2") if number == 1 else None, where=ROBOTS)
    ended = crawl.run(*WORLD)
    assert (ended.status, ended.stats["new"]) == (0, str(len(STORIES)))
    first, second = times_of(replica.requests, ROBOTS)
    assert second - first >= ASKED_FOR - EARLY


def test_a_run_closed_by_its_time_limit_ends_all_waits(crawl: Crawl, replica: Replica) -> None:
    replica.fault = trouble = Trouble(lambda _: unavailable("300"), where=ROBOTS)
    crawl.run(*WORLD, "-s", "CLOSESPIDER_TIMEOUT=2", timeout=60)
    assert len(trouble.seen) == len(replica.requests) == 1
    assert attempts(crawl) == []


def test_the_progress_line_says_what_the_run_waits_for(crawl: Crawl, replica: Replica) -> None:
    replica.fault = Trouble(lambda number: unavailable("2") if number == 4 else None)
    shown = in_terminal(crawl, WORLD, 160, {})
    assert "waits for the site (Retry-After), 2 s" in shown.text


WAITS = {
    # What a run waits for, for minutes: where, what the site says, settings.
    "the site": ("/detail-", "300", ()),
    "a retry": ("/detail-", None, ("-s", "RETRY_BACKOFF=60", "-s", "CONCURRENT_REQUESTS=1")),
    "robots.txt": (ROBOTS, "300", ()),
    "a retry of robots.txt": (ROBOTS, None, ("-s", "RETRY_BACKOFF=60")),
}


@pytest.mark.parametrize("name", WAITS)
def test_a_waiting_run_ends_soon_after_a_signal_and_the_next_run_continues(
    crawl: Crawl, replica: Replica, name: str
) -> None:
    where, retry_after, settings = WAITS[name]
    replica.fault = trouble = Trouble(
        lambda number: unavailable(retry_after) if number >= 4 or where == ROBOTS else None, where
    )
    process = crawl.start(*WORLD, *settings, "-L", "INFO")
    while len(trouble.seen) < (1 if where == ROBOTS else 4) and process.poll() is None:
        time.sleep(0.02)
    time.sleep(0.5)
    assert process.poll() is None
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert time.monotonic() - begun < LONGEST
    assert "Spider closed (shutdown)" in err  # in good order, and not by force after some seconds
    ended = Ended(process.returncode, out, err)
    assert (ended.status, ended.stats["failed"], ended.stats["reason"]) == (3, "0", "stopped by a signal")
    assert set(attempts(crawl)) <= {0}
    replica.fault = None
    assert crawl.run(*WORLD).status == 0
    assert {record["id"] for record in crawl.records} == {story.id for story in STORIES}
