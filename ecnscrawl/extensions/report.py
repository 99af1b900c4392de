"""Watches the network's side of a run, and writes its report when the engine has stopped."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from time import monotonic
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from ecnscrawl.context import context_of
from ecnscrawl.exporters.feed_storage import give_up_feeds
from ecnscrawl.extensions.feeds import FeedsExtension
from ecnscrawl.monitoring.drift import find_drift
from ecnscrawl.monitoring.health import (
    Alarm,
    HealthVerdict,
    Sample,
    Thresholds,
    ending_alarms,
    judge_health,
    notes,
    rendering_alarm,
)
from ecnscrawl.monitoring.report import RunFacts, last_line, report
from ecnscrawl.monitoring.report_files import read_earlier, save_samples, write
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.network.request_info import info_of, update_info
from ecnscrawl.network.shutdown import request_cancelled
from ecnscrawl.storage.run import Run

logger = logging.getLogger(__name__)


class ReportExtension:
    """Counts requests, statuses and bytes; judges and reports, once."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self.end: str | None = None
        self.verdict: HealthVerdict | None = None
        self.last_line: str | None = None
        self.notes: list[str] = []  #: warnings that only the end of a run can give
        crawler.signals.connect(self.request_sent, signals.request_reached_downloader)
        crawler.signals.connect(self.request_cancelled, request_cancelled)
        crawler.signals.connect(self.response_came, signals.response_downloaded)
        crawler.signals.connect(self.bytes_came, signals.bytes_received)
        crawler.signals.connect(self.error_happened, signals.spider_error)
        crawler.signals.connect(self.error_happened, signals.item_error)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)
        crawler.signals.connect(self.engine_stopped, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def _run(self) -> Run:
        return context_of(self._crawler).run

    @property
    def _stats(self) -> RunStats:
        return context_of(self._crawler).stats

    def request_sent(self, request: Request) -> None:
        stats = self._stats
        stats.requests += 1
        stats.kinds[info_of(request).kind] += 1
        update_info(request, queued_at=monotonic())

    def request_cancelled(self, request: Request) -> None:
        stats = self._stats
        stats.requests -= 1
        stats.kinds[info_of(request).kind] -= 1

    def response_came(self, response: Response, request: Request) -> None:
        seconds = request.meta.get("download_latency", 0.0)
        now = monotonic()
        in_line = now - (info_of(request).queued_at or now) - seconds
        self._stats.add_response(request.url, response.status, seconds, max(0.0, in_line))

    def bytes_came(self, data: bytes) -> None:
        self._stats.bytes_received += len(data)

    def error_happened(self, failure: Failure) -> None:
        self._stats.errors[type(failure.value).__name__] += 1

    def spider_closed(self, reason: str) -> None:
        self.end = reason

    def engine_stopped(self) -> None:
        self.conclude()

    def conclude(self) -> HealthVerdict:
        """The verdict on the run; the first call ends the run and writes the report.

        Called by the command too, as after a forced stop no signal is sent.
        """
        if self.verdict is not None:
            return self.verdict
        run, spider = self._run, self._crawler.spider
        assert spider is not None
        run.finish()
        earlier = read_earlier(run.reports)
        verdict = judge_health(
            self._stats, self.end or "shutdown", run.failure, self._thresholds(), self._alarms(earlier.history)
        )
        verdict = HealthVerdict([*verdict.reasons, *self._feed_failures()], verdict.alarms)
        self.notes = notes(self._stats)
        run.warnings += self.notes
        facts = RunFacts(
            id=run.id,
            site=spider.name,
            started_at=run.started_at,
            finished_at=run.clock(),
            arguments=context_of(self._crawler).given,
            files=run.files,
            recovered=run.recovered,
            records=run.records,
            warnings=run.warnings,
        )
        try:
            write(run.reports, report(facts, self._stats, verdict, earlier))
        except Exception as error:  # whatever it is, a run without its report is not healthy
            if not isinstance(error, OSError):
                logger.error("The report could not be written", exc_info=True)
            why = error.strerror if isinstance(error, OSError) else type(error).__name__
            verdict = HealthVerdict([*verdict.reasons, f"the report could not be written: {why}"], verdict.alarms)
        self.last_line = last_line(facts, self._stats, verdict)
        self.verdict = verdict
        return verdict

    def _alarms(self, before: Mapping[str, str]) -> list[Alarm]:
        """The fields that the site's pages no longer show where they did, with pages to look at."""
        profile = context_of(self._crawler).profile
        expected = profile.expected_fields if profile else {}
        drifted = find_drift(before, self._stats.history, expected, self._crawler.settings.getint("HEALTH_SAMPLE"))
        alarms = [
            Alarm(drift.code, drift.message, drift.field, self._samples(drift.field, drift.field)) for drift in drifted
        ]
        endings = ending_alarms(self._stats, self._thresholds())
        alarms += [replace(each, samples=self._samples(end.name, each.code)) for end, each in endings.items()]
        if alarm := rendering_alarm(self._stats, self._thresholds()):
            alarms.append(alarm)
        return alarms

    def _samples(self, kept: str, name: str) -> list[Sample]:
        run = self._run
        try:
            return save_samples(run.folder / "samples", run.id, name, self._stats.samples.get(kept, []))
        except OSError:
            return []  # the alarm is what counts

    def _thresholds(self) -> Thresholds:
        settings = self._crawler.settings
        return Thresholds(
            failed_share=settings.getfloat("HEALTH_FAILED_SHARE"),
            rejected_share=settings.getfloat("HEALTH_REJECTED_SHARE"),
            rendered_share=settings.getfloat("HEALTH_RENDERED_SHARE"),
            unended_share=settings.getfloat("HEALTH_UNENDED_SHARE"),
            sample=settings.getint("HEALTH_SAMPLE"),
            dead_links=settings.getint("LISTING_MAX_DEAD_LINKS"),
        )

    def _feed_failures(self) -> list[str]:
        """The feeds that were not written, each with its reason."""
        feeds = self._crawler.get_extension(FeedsExtension)
        failures = feeds.failures if feeds else []
        if self.end is None:  # by force, so that Scrapy has closed no feed
            return [*failures, *(f"the feed {path.name} is not finished" for path in give_up_feeds(self._crawler))]
        return failures
