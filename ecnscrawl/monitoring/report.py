"""A run's report: what is written to `reports/`, and the last line."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from ecnscrawl import safe_files
from ecnscrawl.items import Article
from ecnscrawl.monitoring import dashboard
from ecnscrawl.monitoring.drift import FIELDS, RUNGS, extend_history
from ecnscrawl.monitoring.health import HealthVerdict, Sample, Status
from ecnscrawl.monitoring.stats import COUNTED, MAX_ADDRESSES, RenderingStats, RunStats
from ecnscrawl.normalize.text import clean
from ecnscrawl.normalize.timestamps import from_text, to_text
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.endings import Ending
from ecnscrawl.redaction import redact, redact_document
from ecnscrawl.safe_files import write_whole
from ecnscrawl.storage.run import Run
from ecnscrawl.visits import Outcome

REPORT_VERSION = 1
MAX_SAMPLES_KEPT = 100  #: some 4 MB
#: Keys of a report whose texts come from outside, and those of them whose own keys do.
_WORDS_OF_OTHERS = (
    "arguments", "reasons", "failures", "failing", "incomplete", "listings", "slowest", "hosts_left", "overspent",
    "rendering", "alarms", "warnings",
)  # fmt: skip
_NAMED_BY_OTHERS = ("failures", "listings", "hosts_left", "overspent")


def report(
    run: Run, site: str, arguments: dict[str, str], verdict: HealthVerdict, finished_at: datetime
) -> dict[str, Any]:
    """The report as JSON has it; keys are added over time, never taken away without a new `report_version`."""
    stats = run.stats
    return {
        "report_version": REPORT_VERSION,
        "run": run.id,
        "site": site,
        "version": version("ecnscrawl"),
        "arguments": arguments,
        "started_at": to_text(run.started_at),
        "finished_at": to_text(finished_at),
        "seconds": max(0, round((finished_at - run.started_at).total_seconds())),
        "status": verdict.status,
        "exit_status": verdict.exit_status,
        "reasons": verdict.reasons,
        "last_healthy": to_text(finished_at) if verdict.status is Status.HEALTHY else _last_healthy(run.reports),
        "counts": {outcome: stats.counts[outcome] for outcome in COUNTED}
        | {"end_mark_missing": stats.endings[Ending.UNMARKED], "end_not_seen": stats.endings[Ending.UNSEEN]},
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
        "history": extend_history(history_before(run.reports), stats.history),
        "alarms": [msgspec.to_builtins(alarm) for alarm in verdict.alarms],
        "files": run.files,
        "recovered": run.recovered,
        "records": run.records,
        "warnings": run.warnings,
    }


def _rendering(stats: RenderingStats) -> dict[str, Any]:
    """What a browser was needed for, what it gained, and what its pages were refused."""
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


def history_before(folder: Path) -> dict[str, str]:
    """The history that the last report kept; empty where there is none that can be read."""
    history = _latest(folder).get("history")
    return {field: str(history.get(field, "")) for field in FIELDS} if isinstance(history, dict) else {}


def _last_healthy(folder: Path) -> str | None:
    """When the last healthy run before this one finished."""
    at = _latest(folder).get("last_healthy")
    try:
        return to_text(from_text(str(at)))
    except ValueError:
        return None


def _latest(folder: Path) -> dict[str, Any]:
    try:
        document = json.loads(safe_files.read_file(folder / "latest.json"))
    except (OSError, ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def save_samples(folder: Path, run_id: str, field: str, sources: Sequence[Source]) -> list[Sample]:
    """Save pages as they were received. Raises OSError.

    Each run that finds the same again adds its own, so the oldest give way.
    """
    safe_files.make_folder(folder)
    samples = []
    for number, source in enumerate(sources, 1):
        samples.append(Sample(f"{run_id}-{field}-{number}.html", source.url))
        write_whole(folder / samples[-1].file, source.body)
    for old in [name for name in safe_files.file_names(folder) if name.endswith(".html")][:-MAX_SAMPLES_KEPT]:
        safe_files.remove_file(folder / old)
    return samples


def _fields(stats: RunStats) -> dict[str, dict[str, Any]]:
    """For each key of the record the share in which it is filled, and how often which rung gave it."""
    fields: dict[str, dict[str, Any]] = {}
    for key in Article.__dataclass_fields__:
        by_rung = stats.by_rung.get(key, Counter())
        fields[key] = {
            "filled": _share(stats.filled[key], stats.records),
            "from_layout": _share(by_rung.get("layout", 0), stats.records),
            "by_rung": {rung: by_rung[rung] for rung in RUNGS.values() if rung in by_rung},
        }
    return fields


def _share(part: int, whole: int) -> float | None:
    """Between 0 and 1; None of nothing."""
    return round(part / whole, 4) if whole else None


def write(folder: Path, document: dict[str, Any]) -> None:
    """Write `<run>.json`, and replace `index.html`, `metrics.prom` and `latest.json`. Raises OSError."""
    document = document | _discreet(document)
    # What a user wrote on the command line need not be UTF-8.
    content = json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace") + b"\n"
    write_whole(folder / f"{document['run']}.json", content)
    write_whole(folder / "metrics.prom", metrics(document).encode())
    dashboard.write(folder)
    write_whole(folder / "latest.json", content)


def _discreet(document: dict[str, Any]) -> dict[str, Any]:
    """What of a document holds words of others, without what is secret in them."""
    texts = {key: redact_document(document[key]) for key in _WORDS_OF_OTHERS}
    named = {key: {redact(name): each for name, each in texts[key].items()} for key in _NAMED_BY_OTHERS}
    return texts | named


def metrics(document: dict[str, Any]) -> str:
    """The run's figures as Prometheus reads them from a text file."""
    healthy = [document["last_healthy"]] if document["last_healthy"] else []
    requests = [(f'status="{status}"', count) for status, count in document["requests"]["by_status"].items()]
    values: list[tuple[str, str, list[tuple[str, float]]]] = [
        ("last_run_timestamp_seconds", "When the last run finished", [("", _epoch(document["finished_at"]))]),
        ("last_healthy_timestamp_seconds", "When the last healthy run did", [("", _epoch(at)) for at in healthy]),
        ("last_run_exit_status", "Its exit status", [("", document["exit_status"])]),
        ("last_run_duration_seconds", "How long it took", [("", document["seconds"])]),
        (
            "last_run_articles",
            "Articles by what came of them",
            [(f'outcome="{outcome}"', document["counts"][outcome]) for outcome in COUNTED],
        ),
        ("last_run_responses", "Responses by status", requests),
        ("last_run_received_bytes", "Bytes received", [("", document["bytes_received"])]),
        ("last_run_alarms", "Alarms", [("", len(document["alarms"]))]),
    ]
    lines = []
    for name, words, samples in values:
        lines += [f"# HELP ecnscrawl_{name} {words}.", f"# TYPE ecnscrawl_{name} gauge"]
        for label, value in samples:
            labels = ",".join(each for each in (f'site="{document["site"]}"', label) if each)
            lines.append(f"ecnscrawl_{name}{{{labels}}} {value}")
    return "\n".join(lines) + "\n"


def _epoch(text: str) -> int:
    return int(from_text(text).timestamp())


def last_line(run: Run, site: str, verdict: HealthVerdict, finished_at: datetime) -> str:
    """The line that a run ends with, for people and for `grep`."""
    counts = run.stats.counts
    numbers = (Outcome.NEW, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.FAILED)
    seconds = max(0, round((finished_at - run.started_at).total_seconds()))
    line = (
        f"{site} {verdict.status} {' '.join(f'{outcome}={counts[outcome]}' for outcome in numbers)}"
        f" seconds={seconds} file={','.join(run.files) or '-'}"
    )
    if verdict.status is Status.UNHEALTHY:
        line += ' reason="' + clean(redact("; ".join(verdict.reasons))).replace('"', "'") + '"'
    return line
