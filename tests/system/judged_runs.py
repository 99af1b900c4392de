"""Runs that ended well, badly and not at all, and what their metrics say."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from replica import Replica, StatusFault
from tests.system.crawling import Crawl, Ended
from tests.system.newsstand import Newsstand, Story
from tests.system.sabotage import at_another_time

HOUR = 3600.0
OUTCOMES = ("new", "updated", "unchanged", "duplicate", "rejected", "failed", "gone")
COUNTS = (*OUTCOMES, "end_mark_missing", "end_not_seen")
STORIES = [Story(number) for number in range(1, 5)]
DEAD = Story(9)  # linked, and not there
SAMPLE = re.compile(r'ecnscrawl_(?P<name>[a-z_]+)\{(?P<labels>(?:[a-z_]+="[^"\\\n]*",?)+)\} (?P<value>-?\d+(?:\.\d+)?)')
LABEL = re.compile(r'([a-z_]+)="([^"]*)"')
Metrics = dict[tuple[str, str], float]  #: by name and, where there is one, the value of the label beside the site's


@dataclass(frozen=True)
class After:
    """The result of a run."""

    report: dict[str, Any]
    prom: str


@dataclass(frozen=True)
class Runs:
    """Three runs into one data folder."""

    crawl: Crawl
    first: After  #: that is not healthy
    healthy: After
    last: After  #: that is not healthy

    def status(self, *words: str, hours_later: float = 0, columns: int = 80) -> Ended:
        """`scrapy status` with these words, on a terminal of this width."""
        crawl = at_another_time(self.crawl, hours_later * HOUR) if hours_later else self.crawl
        return crawl.scrapy("status", *words, COLUMNS=str(columns))

    def json(self) -> dict[str, Any]:
        """The output of `scrapy status --json` for the site."""
        (found,) = json.loads(self.status("--json").out)
        assert isinstance(found, dict)
        return found


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    stand = Newsstand()
    stand.publish(*STORIES)
    stand.list("/world/", [story.url for story in [*STORIES, DEAD]])
    with Replica(stand.site) as replica:
        crawl = Crawl(tmp_path_factory.mktemp("status") / "data", replica.environment())

        def run(*, forbidden: bool) -> After:
            replica.fault = (lambda _: StatusFault(403)) if forbidden else None
            crawl.run("-a", "sections=world")
            return After(crawl.report, (crawl.folder / "reports" / "metrics.prom").read_text())

        yield Runs(crawl, run(forbidden=True), run(forbidden=False), run(forbidden=True))


def metrics(prom: str) -> Metrics:
    """The samples of a text file for Prometheus; fails where a line is none of those that there may be."""
    found: Metrics = {}
    described: list[str] = []
    assert prom.endswith("\n")
    lines = iter(prom.splitlines())
    for line in lines:
        if line.startswith("# HELP "):
            name = line.split(" ")[2].removeprefix("ecnscrawl_")
            assert re.fullmatch(r"# HELP ecnscrawl_[a-z_]+ [A-Z].*\.", line)
            assert next(lines) == f"# TYPE ecnscrawl_{name} gauge"
            assert name not in described
            described.append(name)
            continue
        match = SAMPLE.fullmatch(line)
        assert match, line
        assert match["name"] == described[-1]
        labels = LABEL.findall(match["labels"])
        assert labels[0] == ("site", "ecns")
        key = (match["name"], labels[1][1] if labels[1:] else "")
        assert key not in found
        found[key] = float(match["value"])
    return found


def epoch(text: str) -> float:
    """Seconds since 1970 of a report's time."""
    return datetime.fromisoformat(text).timestamp()


def stats(report: dict[str, Any], last_healthy: dict[str, Any] | None) -> Metrics:
    """The metrics of a report for Prometheus."""
    return {
        ("last_run_timestamp_seconds", ""): epoch(report["finished_at"]),
        **({("last_healthy_timestamp_seconds", ""): epoch(last_healthy["finished_at"])} if last_healthy else {}),
        ("last_run_exit_status", ""): report["exit_status"],
        ("last_run_duration_seconds", ""): report["seconds"],
        **{("last_run_articles", outcome): report["counts"][outcome] for outcome in OUTCOMES},
        **{("last_run_responses", status): count for status, count in report["requests"]["by_status"].items()},
        ("last_run_received_bytes", ""): report["bytes_received"],
        ("last_run_alarms", ""): len(report["alarms"]),
    }
