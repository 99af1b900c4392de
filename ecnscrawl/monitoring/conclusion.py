"""End a run: close it, judge its health, write its report, page and metrics, and make its last line."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

from ecnscrawl.exceptions import StorageFailed
from ecnscrawl.hints import program
from ecnscrawl.monitoring.drift import find_drift
from ecnscrawl.monitoring.health import (
    STOPPED,
    Alarm,
    HealthVerdict,
    Sample,
    Status,
    ending_alarms,
    judge_health,
    rendering_alarm,
)
from ecnscrawl.monitoring.listing_health import notes
from ecnscrawl.monitoring.report import RunFacts, last_line, report
from ecnscrawl.monitoring.report_files import read_earlier, save_samples, write
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.monitoring.thresholds import Thresholds
from ecnscrawl.pages.document import Source
from ecnscrawl.storage.data_folder import make_site_folder
from ecnscrawl.storage.errors import message_of, storage_errors
from ecnscrawl.storage.run import Run
from ecnscrawl.visits import Outcome

logger = logging.getLogger(__name__)

_MAX_GIVEN_UP = 100_000  #: links that led to no article; some 20 MB
_MAX_KEEP_DAYS = 36_500.0  #: a date before the year 1 does not exist


@dataclass(frozen=True)
class CrawlTerms:
    """The arguments of a crawl, and the limits for its health."""

    site: str
    given: Mapping[str, str] = field(default_factory=dict)  #: the user's arguments, as written
    thresholds: Thresholds = field(default_factory=Thresholds)
    expected_fields: Mapping[str, float] = field(default_factory=dict)  #: of the site's profile
    keep_days: float = 0  #: how long reports are kept; 0 keeps all
    ignores_stop_rule: bool = False  #: the user asked for listings to be read to their ends
    facts: Mapping[str, str] = field(default_factory=dict)  #: what the state is to remember, by its name there


@dataclass(frozen=True)
class Conclusion:
    """The result of a run, for the command."""

    verdict: HealthVerdict
    last_line: str
    notes: list[str]  #: warnings that only the end of a run can give


def conclude(run: Run, stats: RunStats, terms: CrawlTerms, end: str | None) -> Conclusion:
    """End a run after its last record. Must be called once.

    `end` is Scrapy's finish reason; None if the spider was never closed. If the run has to give up records, it also
    restores the `stats` without them, so that the report is right.
    """
    with suppress(StorageFailed):  # then it is in `run.failure`
        _remember_overspending(run, stats, terms)
        _remember_facts(run, terms)
        _note_if_nothing_is_found(run, stats, terms)
    run.publish()
    try:
        return _report(run, stats, terms, end)
    finally:
        run.finish(is_done=end is not None and end not in STOPPED)


def _report(run: Run, stats: RunStats, terms: CrawlTerms, end: str | None) -> Conclusion:
    """Judge a run that has published its files, and write its report, while it still has the lock."""
    earlier = read_earlier(run.reports)
    alarms = _alarms(run, stats, terms, earlier.history)
    end = end or "shutdown"
    verdict = judge_health(stats, end, run.failure, terms.thresholds, alarms)
    found = [*notes(stats), *_forgotten(stats)]
    facts = RunFacts(
        id=run.id,
        site=terms.site,
        started_at=run.started_at,
        finished_at=run.clock(),
        arguments=terms.given,
        files=run.files,
        recovered=run.recovered,
        records=run.records,
        warnings=[*run.warnings, *found],
        archives=run.archives,
        archived=run.archived,
        was_stopped=end in STOPPED,
    )
    try:
        write(run.reports, report(facts, stats, verdict, earlier), is_idle=_is_idle(run, stats, verdict))
    except Exception as error:  # of any kind: a run without its report is unhealthy
        if not (is_expected := isinstance(error, storage_errors())):
            logger.error("The report could not be written", exc_info=True)
        why = message_of(error) if is_expected else type(error).__name__
        verdict = HealthVerdict([*verdict.reasons, f"the report could not be written: {why}"], verdict.alarms)
    if terms.keep_days:
        with suppress(*storage_errors()):  # the next run tries again
            run.reports.remove_old(facts.finished_at - timedelta(days=min(terms.keep_days, _MAX_KEEP_DAYS)))
    return Conclusion(verdict, last_line(facts, stats, verdict), found)


def _is_idle(run: Run, stats: RunStats, verdict: HealthVerdict) -> bool:
    """Whether a run was healthy, published no file of any kind, and visited no page but unchanged articles."""
    has_published = run.has_published or run.recovered
    is_unchanged = stats.counts.total() == stats.counts[Outcome.UNCHANGED]
    return verdict.status is Status.HEALTHY and is_unchanged and not has_published


def _forgotten(stats: RunStats) -> list[str]:
    """Return a warning if the user named articles that are forgotten."""
    if not stats.forgotten:
        return []
    verb = "is forgotten and was" if stats.forgotten == 1 else "are forgotten and were"
    return [f"{stats.forgotten} of the named articles {verb} not requested (`{program()} state forget`)"]


def _remember_overspending(run: Run, stats: RunStats, terms: CrawlTerms) -> None:
    """Reduce the next budget of listings that showed no end, unless the user asked for listings to be read to the end.

    A listing that ended is only long. A source of a single page has no end to reach.
    """
    too_much = stats.overspent.keys() | stats.listings_left
    if too_much and not terms.ignores_stop_rule:
        with run.changing() as state:
            for listing in too_much & state.walks().keys():
                state.set_overspent(listing, state.overspent(listing) + 1)


def _note_if_nothing_is_found(run: Run, stats: RunStats, terms: CrawlTerms) -> None:
    """Note that a site which nobody has described has never given an article."""
    if terms.facts and not stats.counts[Outcome.OUTSIDE] and run.state.count() == 0:
        stats.has_found_nothing, stats.waiting = True, len(run.state.all_pending())


def _remember_facts(run: Run, terms: CrawlTerms) -> None:
    if terms.facts:
        with run.changing() as state:
            state.forget_given_up(_MAX_GIVEN_UP)
            for name, value in terms.facts.items():
                state.set_meta(name, value)


def _alarms(run: Run, stats: RunStats, terms: CrawlTerms, history: Mapping[str, str]) -> list[Alarm]:
    """Return alarms about changes of the site's pages, with sample pages."""
    alarms = [
        Alarm(drift.code, drift.message, drift.field, _samples(run, stats.samples, drift.field, drift.field))
        for drift in find_drift(history, stats.history, terms.expected_fields, terms.thresholds.sample)
    ]
    for ending, alarm in ending_alarms(stats, terms.thresholds).items():
        alarms.append(replace(alarm, samples=_samples(run, stats.samples, ending.name, alarm.code)))
    if rendered := rendering_alarm(stats, terms.thresholds):
        alarms.append(rendered)
    return alarms


def _samples(run: Run, kept: Mapping[str, list[Source]], key: str, name: str) -> list[Sample]:
    """Save the pages that were kept under `key`, under names with `name`."""
    try:
        make_site_folder(run.folder)  # a run on a database has none
        return save_samples(run.folder / "samples", run.id, name, kept.get(key, []))
    except OSError:
        return []  # the alarm is what counts
