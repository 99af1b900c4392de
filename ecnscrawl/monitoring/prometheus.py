"""Format the numbers of a report as metrics for Prometheus."""

from typing import Any

from ecnscrawl.monitoring.record_stats import COUNTED
from ecnscrawl.normalize.timestamps import from_text


def metrics(document: dict[str, Any]) -> str:
    """Return the content of `metrics.prom` for a report, in the text format of Prometheus."""
    healthy = [document["last_healthy"]] if document["last_healthy"] else []
    requests = [(f'status="{status}"', count) for status, count in document["requests"]["by_status"].items()]
    values: list[tuple[str, str, list[tuple[str, float]]]] = [
        ("last_run_timestamp_seconds", "When the last run finished", [("", _epoch(document["finished_at"]))]),
        ("last_healthy_timestamp_seconds", "When the last healthy run finished", [("", _epoch(at)) for at in healthy]),
        ("last_run_exit_status", "Exit status of the last run", [("", document["exit_status"])]),
        ("last_run_duration_seconds", "Duration of the last run", [("", document["seconds"])]),
        (
            "last_run_articles",
            "Articles by outcome",
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
