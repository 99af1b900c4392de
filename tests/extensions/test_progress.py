"""The text of the live line, and when there is no line."""

import pytest
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.settings import Settings

from ecnscrawl.extensions.progress import ProgressExtension, describe_wait, line_parts, rest_parts, wrap_parts
from ecnscrawl.extensions.progress_log import ProgressLogExtension
from ecnscrawl.monitoring.outlook import Pace
from ecnscrawl.monitoring.stats import HoldReason, RunStats
from ecnscrawl.spiders.ecns import EcnsSpider
from ecnscrawl.visits import Outcome


@pytest.fixture
def stats() -> RunStats:
    """The statistics of a run that has lasted a while."""
    made = RunStats()
    made.counts.update({Outcome.NEW: 12, Outcome.UPDATED: 1, Outcome.UNCHANGED: 140, Outcome.FAILED: 2})
    made.statuses.update({"200": 150, "304": 30, "404": 20})
    for name in ("world", "business"):
        made.listing(name)
    return made


def test_the_line_counts_listings_and_articles(stats: RunStats) -> None:
    assert line_parts(stats, 100, None) == [
        "listings 2",
        "new 12 updated 1 unchanged 140 failed 2",
        "2.0 pages/s",
        "1:40",
    ]


def test_the_line_says_what_the_crawl_waits_for(stats: RunStats) -> None:
    assert line_parts(stats, 100, "politeness, 0.5 s")[-2:] == ["1:40", "waits for politeness, 0.5 s"]


def test_the_line_says_how_much_is_left(stats: RunStats) -> None:
    stats.outlook.requested, stats.outlook.pages_left = 900, {"world": 2}
    stats.outlook.pages_read["world"], stats.outlook.found["world"] = 1, 45
    stats.kinds.update({"article": 800, "recheck": 100, "part": 90})
    pace = Pace()
    for second in range(61):
        pace.note(second, 2 * second)
    rest = rest_parts(stats, pace, now=61)
    assert rest == ["155 of about 990", "about 8 min left"]  # 835 articles at 1.1 requests, and 2 pages
    assert line_parts(stats, 100, "a retry, 30 s", rest)[-3:] == [*rest, "waits for a retry, 30 s"]


def test_the_time_left_is_at_least_that_of_the_wait(stats: RunStats) -> None:
    stats.outlook.requested, stats.current_wait = 160, HoldReason("the site (Retry-After)", until=700)
    pace = Pace()
    for second in range(61):
        pace.note(second, 2 * second)
    assert rest_parts(stats, pace, now=100) == ["155 of about 160", "about 10 min left"]


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (120, ["listings 2 · new 12 updated 1 unchanged 140 failed 2 · 2.0 pages/s · 1:40 · waits for a retry, 30 s"]),
        (80, ["listings 2 · new 12 updated 1 unchanged 140 failed 2 · 2.0 pages/s · 1:40", "waits for a retry, 30 s"]),
        (
            40,
            [
                "listings 2",
                "new 12 updated 1 unchanged 140 failed 2",
                "2.0 pages/s · 1:40",
                "waits for a retry, 30 s",
            ],
        ),
        (20, ["listings 2", "new 12 updated 1 un…", "2.0 pages/s · 1:40", "waits for a retry, …"]),
    ],
)
def test_on_a_narrow_terminal_there_are_more_rows(stats: RunStats, width: int, expected: list[str]) -> None:
    assert wrap_parts(line_parts(stats, 100, "a retry, 30 s"), width) == expected


@pytest.mark.parametrize(
    ("now", "expected"), [(100.0, "a retry, 30 s"), (129.9, "a retry, 1 s"), (130.0, None), (200.0, None)]
)
def test_a_wait_is_shown_until_it_is_over(now: float, expected: str | None) -> None:
    assert describe_wait(HoldReason("a retry", until=130.0), now) == expected


def test_without_a_wait_nothing_is_shown() -> None:
    assert describe_wait(None, 100.0) is None


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0, "0:00"), (0.4, "0:00"), (59.4, "0:59"), (59.6, "1:00"), (61, "1:01"), (5400, "90:00")]
)
def test_the_time_is_in_minutes_and_seconds(stats: RunStats, seconds: float, expected: str) -> None:
    assert line_parts(stats, seconds, None)[-1] == expected


def test_at_zero_seconds_the_rate_is_zero(stats: RunStats) -> None:
    assert "0.0 pages/s" in line_parts(stats, 0, None)


@pytest.mark.parametrize("level", ["WARNING", "INFO"])
def test_without_a_terminal_there_is_no_line(level: str) -> None:
    settings = Settings()
    settings.setmodule("ecnscrawl.settings")
    settings.set("LOG_LEVEL", level)
    with pytest.raises(NotConfigured):
        ProgressExtension.from_crawler(Crawler(EcnsSpider, settings))


@pytest.mark.parametrize(("level", "interval"), [("WARNING", 60), ("INFO", 0), ("nonsense", 60)])
def test_without_a_log_that_has_it_nothing_is_logged(level: str, interval: float) -> None:
    settings = Settings()
    settings.setmodule("ecnscrawl.settings")
    settings.setdict({"LOG_LEVEL": level, "LOGSTATS_INTERVAL": interval})
    with pytest.raises(NotConfigured):
        ProgressLogExtension.from_crawler(Crawler(EcnsSpider, settings))
