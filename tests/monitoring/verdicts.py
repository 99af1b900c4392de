"""The statistics of invented runs, and the verdict on them."""

from ecnscrawl.monitoring.health import HealthVerdict, judge_health
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.monitoring.thresholds import Thresholds

THRESHOLDS = Thresholds(failed_share=0.2, rejected_share=0.1, sample=10)


def stats(**counts: int) -> RunStats:
    """Of a run with one listing and these outcomes."""
    made = RunStats()
    made.listing("world").pages = 1
    made.counts.update(counts)
    return made


def verdict(of: RunStats, end: str | None = "finished", failure: str | None = None) -> HealthVerdict:
    return judge_health(of, end, failure, THRESHOLDS)
