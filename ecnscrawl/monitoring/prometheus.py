"""Format the numbers of reports as metrics for Prometheus."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from ecnscrawl.monitoring.record_stats import COUNTED
from ecnscrawl.monitoring.status import SiteStatus
from ecnscrawl.normalize.timestamps import from_text

_Sample = tuple[str, float]  # further labels, and the value
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def metrics(document: dict[str, Any]) -> str:
    """Return the content of `metrics.prom` for a report, in the text format of Prometheus."""
    return _text({document["site"]: _samples(document)}, _HELP)


def metrics_of_sites(statuses: Iterable[SiteStatus]) -> str:
    """Return the same for the last reports of many sites, and how often each is to run, if that is known."""
    found: dict[str, dict[str, list[_Sample]]] = {}
    for status in statuses:
        samples = _samples(msgspec.to_builtins(status.reports[0])) if status.reports else {}
        if status.every is not None:
            samples["every_seconds"] = [("", status.every)]
        found[status.site] = samples
    return _text(found, {**_HELP, "every_seconds": "Time between the starts of two runs, by the table of sites"})


_HELP = {
    "last_run_timestamp_seconds": "When the last run finished",
    "last_healthy_timestamp_seconds": "When the last healthy run finished",
    "last_run_exit_status": "Exit status of the last run",
    "last_run_duration_seconds": "Duration of the last run",
    "last_run_articles": "Articles by outcome",
    "last_run_responses": "Responses by status",
    "last_run_received_bytes": "Bytes received",
    "last_run_alarms": "Alarms",
}


def _samples(document: Mapping[str, Any]) -> dict[str, list[_Sample]]:
    """Return the samples of a report, by the name of the metric."""
    healthy, counts, statuses = document["last_healthy"], document["counts"], document["requests"]["by_status"]
    return {
        "last_run_timestamp_seconds": [("", _epoch(document["finished_at"]))],
        "last_healthy_timestamp_seconds": [("", _epoch(healthy))] if healthy else [],
        "last_run_exit_status": [("", document["exit_status"])],
        "last_run_duration_seconds": [("", document["seconds"])],
        "last_run_articles": [(_label("outcome", outcome), counts.get(outcome, 0)) for outcome in COUNTED],
        "last_run_responses": [(_label("status", status), count) for status, count in statuses.items()],
        "last_run_received_bytes": [("", document["bytes_received"])],
        "last_run_alarms": [("", len(document["alarms"]))],
    }


def _text(sites: Mapping[str, Mapping[str, Sequence[_Sample]]], described: Mapping[str, str]) -> str:
    """Return the samples of all sites, those of a metric together."""
    lines = []
    for name, words in described.items():
        lines += [f"# HELP ecnscrawl_{name} {words}.", f"# TYPE ecnscrawl_{name} gauge"]
        for site, samples in sites.items():
            for label, value in samples.get(name, ()):
                labels = ",".join(each for each in (_label("site", site), label) if each)
                lines.append(f"ecnscrawl_{name}{{{labels}}} {value}")
    return "\n".join(lines) + "\n"


def _label(name: str, value: str) -> str:
    return f'{name}="{value.translate(_ESCAPES)}"'


def _epoch(text: str) -> int:
    return int(from_text(text).timestamp())
