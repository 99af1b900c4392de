"""Put the outcome of a run into Scrapy's statistics, for scripts and for Spidermon."""

from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

from ecnscrawl.context import context_of
from ecnscrawl.monitoring.record_stats import COUNTED

PREFIX = "ecnscrawl/"


class OutcomeExtension:
    """Sets `ecnscrawl/exit_status` and the others when the engine has stopped, because then the run is concluded."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def engine_stopped(self) -> None:
        """Set the statistics of a run, or of a crawl that was refused."""
        context = context_of(self._crawler)
        if context.refusal is not None:
            self._set(exit_status=context.refusal.exit_status, status="refused", reasons=[str(context.refusal)])
            return
        context.end.when_concluded(self._note_conclusion)  # never, if the command only inspects a page

    def _note_conclusion(self) -> None:
        context = context_of(self._crawler)
        conclusion = context.end.conclusion
        assert conclusion is not None
        verdict, counts = conclusion.verdict, context.stats.counts
        self._set(
            exit_status=verdict.exit_status,
            status=str(verdict.status),
            reasons=list(verdict.reasons),
            alarms=[alarm.code for alarm in verdict.alarms],
            last_line=conclusion.last_line,
            **{f"counts/{outcome}": counts[outcome] for outcome in COUNTED},
        )

    def _set(self, **values: object) -> None:
        assert self._crawler.stats is not None
        for name, value in values.items():
            self._crawler.stats.set_value(PREFIX + name, value)
