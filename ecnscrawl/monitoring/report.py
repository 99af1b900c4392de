"""Make a run's report and its last line from the run's facts, statistics and health. Writes no file."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from statistics import median
from typing import Any

import msgspec

from ecnscrawl.items import Article
from ecnscrawl.monitoring.drift import EXTRACTORS, extend_history, family_of
from ecnscrawl.monitoring.health import HealthVerdict, Status
from ecnscrawl.monitoring.record_stats import COUNTED, MAX_ADDRESSES
from ecnscrawl.monitoring.stats import RenderingStats, RunStats
from ecnscrawl.normalize.text import clean
from ecnscrawl.normalize.timestamps import to_text
from ecnscrawl.pages.endings import Ending
from ecnscrawl.redaction import redact
from ecnscrawl.visits import Outcome

REPORT_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class RunFacts:
    """The facts of a run in its report, besides the statistics. Times are aware."""

    id: str
    site: str
    started_at: datetime
    finished_at: datetime
    arguments: Mapping[str, str] = field(default_factory=dict)  #: of the user, as written
    files: Sequence[str] = ()  #: published by this run
    recovered: Sequence[str] = ()  #: published now for a run that was killed
    records: Mapping[str, int] = field(default_factory=dict)  #: how many each of all these files has
    warnings: Sequence[str] = ()
    archives: Sequence[str] = ()  #: archive files published by this run
    archived: int = 0  #: how many responses they have
    was_stopped: bool = False  #: by a signal, or because its site was removed from the table of `watch`

    @property
    def seconds(self) -> int:
        """The seconds that the run took; 0 if the clock went back."""
        return max(0, round((self.finished_at - self.started_at).total_seconds()))


@dataclass(frozen=True)
class EarlierRuns:
    """The facts of earlier runs that the last report contains."""

    history: Mapping[str, str] = field(default_factory=dict)  #: field -> letters, see `drift`
    last_healthy: str | None = None  #: when the last healthy run finished


def report(facts: RunFacts, stats: RunStats, verdict: HealthVerdict, earlier: EarlierRuns) -> dict[str, Any]:
    """Return the report as a JSON document. A key is removed or changes its meaning only with a new REPORT_VERSION."""
    finished_at = to_text(facts.finished_at)
    return {
        "report_version": REPORT_VERSION,
        "run": facts.id,
        "site": facts.site,
        "version": version("ecnscrawl"),
        "arguments": dict(facts.arguments),
        "started_at": to_text(facts.started_at),
        "finished_at": finished_at,
        "seconds": facts.seconds,
        "status": verdict.status,
        "exit_status": verdict.exit_status,
        "reasons": verdict.reasons,
        "was_stopped": facts.was_stopped,
        "last_healthy": finished_at if verdict.status is Status.HEALTHY else earlier.last_healthy,
        "counts": {outcome: stats.counts[outcome] for outcome in COUNTED}
        | {"end_mark_missing": stats.endings[Ending.UNMARKED], "end_not_seen": stats.endings[Ending.UNSEEN]},
        "skipped": dict(stats.skipped.most_common(MAX_ADDRESSES)),
        "reserved": dict(sorted(stats.reserved.items())),
        "failures": dict(stats.reasons.most_common(MAX_ADDRESSES)),
        "failing": [{"url": url, "reason": reason} for url, reason in stats.failing],
        "incomplete": stats.incomplete[:MAX_ADDRESSES],
        "listings": {
            name: {
                "pages": listing.pages,
                "links": listing.links,
                "failure": listing.failure,
                "was_there": listing.was_there,
                "ends_at": listing.ends_at and listing.ends_at.isoformat(),
                "was_left": name in stats.listings_left,
            }
            for name, listing in stats.listings.items()
        },
        "requests": {
            "total": stats.requests,
            "by_status": dict(sorted(stats.statuses.items())),
            "by_kind": dict(sorted(stats.kinds.items())),
            "not_modified": stats.statuses["304"],
            "redirects": stats.redirects,
        },
        "rendering": _rendering(stats.rendering),
        "bytes_received": stats.bytes_received,
        "waited_seconds": round(stats.waited, 1),
        "waited_for": {what: round(seconds, 1) for what, seconds in stats.waited_for.items()},
        "retries": stats.retries,
        "crawl_delay": stats.crawl_delay,
        "hosts_left": stats.hosts_left,
        "overspent": stats.overspent,
        "slowest": [{"url": url, "seconds": round(seconds, 3)} for seconds, url in sorted(stats.slowest, reverse=True)],
        "freshness": {
            "median_seconds": round(median(stats.ages)) if stats.ages else None,
            "worst_seconds": max(stats.ages, default=None),
        },
        "sections": dict(stats.sections.most_common()),
        "hours": {f"{hour:02}": stats.hours[hour] for hour in range(24)},
        "fields": _fields(stats),
        "extractors": {key: dict(names.most_common()) for key, names in sorted(stats.by_extractor.items())},
        "history": extend_history(dict(earlier.history), stats.history),
        "alarms": [msgspec.to_builtins(alarm) for alarm in verdict.alarms],
        "files": list(facts.files),
        "recovered": list(facts.recovered),
        "records": dict(facts.records),
        "archive": {
            "files": list(facts.archives),
            "responses": facts.archived,
            "share": _share(stats.with_page, stats.records),
        },
        "warnings": list(facts.warnings),
    }


def _rendering(stats: RenderingStats) -> dict[str, Any]:
    """Return which pages were rendered, what was gained by it, and which of their requests were refused."""
    return {
        "mode": stats.mode,
        "pages": stats.asked.total(),
        "by_kind": dict(sorted(stats.asked.items())),
        "gained": dict(sorted(stats.gained.items())),
        "gains": [{"url": url, "gained": number} for url, number in stats.gains],
        "failed": dict(stats.failed.most_common(MAX_ADDRESSES)),
        "refused": dict(stats.refused.most_common(MAX_ADDRESSES)),
        "missed": stats.missed,
    }


def _fields(stats: RunStats) -> dict[str, dict[str, Any]]:
    """Return, for each key of the record, the share of records that have it, and the extractors that gave it."""
    fields: dict[str, dict[str, Any]] = {}
    for key in Article.__dataclass_fields__:
        by_extractor = stats.by_extractor.get(key, Counter())
        by_family: Counter[str] = Counter()
        for name, number in by_extractor.items():
            by_family[family_of(name)] += number
        fields[key] = {
            "filled": _share(stats.filled[key], stats.records),
            "from_layout": _share(by_extractor.get("layout", 0), stats.records),
            "by_rung": {name: by_family[name] for name in EXTRACTORS.values() if name in by_family},
        }
    return fields


def _share(part: int, whole: int) -> float | None:
    """Return part / whole, or None if whole is 0."""
    return round(part / whole, 4) if whole else None


def last_line(facts: RunFacts, stats: RunStats, verdict: HealthVerdict) -> str:
    """Return the last line of a run's output, for people and for `grep`."""
    numbers = (Outcome.NEW, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.FAILED)
    line = (
        f"{facts.site} {verdict.status} {' '.join(f'{outcome}={stats.counts[outcome]}' for outcome in numbers)}"
        f" seconds={facts.seconds} file={','.join(facts.files) or '-'}"
    )
    if verdict.status is Status.UNHEALTHY:
        line += ' reason="' + clean(redact("; ".join(verdict.reasons))).replace('"', "'") + '"'
    return line
