"""`scrapy watch` treats each host as one crawler does, from run to run, and limits all requests together."""

import json
import os
import signal
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import pytest

from ecnscrawl.storage.folder.reports import newest_first
from replica import Fault, LoggedRequest, Replica, Stall, StatusFault
from tests.system.many_sites import Log, gazette, summary, watcher

pytestmark = pytest.mark.system

SITES = int(os.environ.get("WATCH_SITES", "12"))  # 60, by hand, have some 1,000 articles
ARTICLES = SITES // 4  # of each, but for one
MOST_ARTICLES = 8 * SITES // 12
DELAY = 0.4 if SITES <= 12 else 2.0  # seconds
LATE = 1.0  # seconds that one of two requests may be longer on its way than the other, on a busy machine
LONG_DELAY = 3.0  # seconds
TAKES = 0.3  # seconds


def most_at_once(requests: list[LoggedRequest]) -> int:
    """How many requests were under way at the same time, each for so many seconds."""
    begun = [request.time for request in requests]
    return max(sum(other <= time < other + TAKES for other in begun) for time in begun)


def test_many_sites_keep_each_host_s_delay_and_take_as_long_as_the_largest_alone(
    serve: Callable[..., Replica], tmp_path: Path
) -> None:
    """One of the sites has more articles than the others: its requests, one after the other, take longest."""
    sites = [
        gazette(f"paper{number}.example", articles=MOST_ARTICLES if number == 5 else ARTICLES)
        for number in range(SITES)
    ]
    replica = serve([site.site for site in sites])
    user = watcher(replica, tmp_path, sites)
    ended = user.once("-s", f"DOWNLOAD_DELAY={DELAY}", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=4")
    assert (ended.status, summary(ended)["healthy"]) == (0, str(SITES)), ended.err
    times: dict[str, list[float]] = {}
    for request in replica.requests:
        times.setdefault(request.host, []).append(request.time)
    for host, asked in times.items():
        asked.sort()
        assert median(later - earlier for earlier, later in pairwise(asked)) >= 0.9 * DELAY, host
        assert asked[-1] - asked[0] >= DELAY * (len(asked) - 1) - LATE, host
    for number, site in enumerate(sites):
        ids = Counter(record["id"] for record in user.records_of(site.host))
        assert (len(ids), set(ids.values())) == (MOST_ARTICLES if number == 5 else ARTICLES, {1})
    first, last = min(map(min, times.values())), max(map(max, times.values()))
    alone = max(times["paper5.example"]) - min(times["paper5.example"])
    one_after_the_other = sum(max(asked) - min(asked) for asked in times.values())
    assert last - first < alone + one_after_the_other / 4


def test_the_delay_holds_between_runs_and_robots_txt_is_fetched_once(
    serve: Callable[..., Replica], tmp_path: Path
) -> None:
    """Runs that begin each second, and request one article each."""
    site = gazette("gazette.example", articles=1)
    site.text("/robots.txt", f"User-agent: *\nCrawl-delay: {LONG_DELAY}\n")
    replica = serve([site.site])
    user = watcher(replica, tmp_path, [site])
    (path,) = [address for address in site.site.addresses() if "/old-" in address]
    user.write_table(f'[site.arguments]\nurls = "{path}"\n', every="1s")
    process = user.start_scrapy(*user.words("-s", "WATCH_EVERY_MIN=1"))
    Log(process).wait_for_number("gazette.example healthy", 3)
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)
    asked = sorted(request.time for request in replica.requests)
    assert min(later - earlier for earlier, later in pairwise(asked)) >= LONG_DELAY - LATE
    paths = Counter(request.path for request in replica.requests)
    assert paths["/robots.txt"] == 1
    assert paths[urlsplit(path).path] >= 3
    reports = [json.loads(each.read()) for each in newest_first(user.data / "gazette.example" / "reports")]
    delays = [report["crawl_delay"] for report in reports if report["status"] == "healthy"]  # without a stopped one
    assert len(delays) >= 3
    assert set(delays) == {LONG_DELAY}


def test_all_requests_together_are_limited_and_a_slow_site_leaves_places_to_others(
    serve: Callable[..., Replica], tmp_path: Path
) -> None:
    sites = [gazette(f"paper{number}.example", articles=4) for number in range(6)]
    replica = serve([site.site for site in sites])
    replica.fault = lambda request: Stall(TAKES)
    user = watcher(replica, tmp_path, sites)
    ended = user.once("-s", "WORKER_REQUESTS=3", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=4")
    assert (ended.status, summary(ended)["healthy"]) == (0, "6"), ended.err
    assert most_at_once(replica.requests) <= 3


def test_a_host_s_pause_holds_for_the_next_run(serve: Callable[..., Replica], tmp_path: Path) -> None:
    """The run that was told to wait is stopped by its time limit; the next one begins after the pause."""
    site = gazette("gazette.example")
    replica = serve([site.site])
    paused: list[float] = []

    def pause(request: LoggedRequest) -> Fault | None:
        if request.path != "/" or paused:
            return None
        paused.append(request.time)
        return StatusFault(503, (("Retry-After", "4"),))

    replica.fault = pause
    user = watcher(replica, tmp_path, [site])
    user.write_table("[site.settings]\nCLOSESPIDER_TIMEOUT = 1\n", every="1s")
    process = user.start_scrapy(*user.words("-s", "WATCH_EVERY_MIN=1"))
    Log(process).wait_for("new=3 ")
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)
    later = [request.time for request in replica.requests if request.time > paused[0]]
    assert min(later) >= paused[0] + 4
