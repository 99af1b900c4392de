"""Write a report with its page, metrics and sample pages; read from the last report what the next one needs."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from ecnscrawl import safe_files
from ecnscrawl.monitoring.drift import FIELDS
from ecnscrawl.monitoring.health import Sample
from ecnscrawl.monitoring.prometheus import metrics
from ecnscrawl.monitoring.report import EarlierRuns
from ecnscrawl.monitoring.report_reader import latest_report
from ecnscrawl.normalize.timestamps import from_text, to_text
from ecnscrawl.pages.document import Source
from ecnscrawl.redaction import redact, redact_document
from ecnscrawl.safe_files import write_whole
from ecnscrawl.storage.errors import storage_errors
from ecnscrawl.storage.reports import ReportStore

MAX_SAMPLES_KEPT = 100  #: about 4 MB
#: Keys of a report whose texts come from outside, so they may contain secrets.
_FOREIGN_TEXTS = (
    "arguments", "reasons", "failures", "failing", "incomplete", "listings", "slowest", "hosts_left", "overspent",
    "rendering", "alarms", "warnings",
)  # fmt: skip
#: Those of them whose own keys come from outside too.
_FOREIGN_KEYS = ("failures", "listings", "hosts_left", "overspent")
#: What a run that stored nothing leaves empty (`fields`, `hours`), or as it was in the last report (`history`).
_OF_STORED_RECORDS = ("fields", "hours", "history")


def read_earlier(reports: ReportStore) -> EarlierRuns:
    """Return the facts of earlier runs from the last report; empty if there is none that can be read."""
    document = _latest(reports)
    found = document.get("history")
    history = {field: str(found.get(field, "")) for field in FIELDS} if isinstance(found, dict) else {}
    return EarlierRuns(history, _time(document.get("last_healthy")))


def _time(text: object) -> str | None:
    try:
        return to_text(from_text(str(text)))
    except ValueError:
        return None


def _latest(reports: ReportStore) -> dict[str, Any]:
    try:
        content = reports.latest()
    except storage_errors():
        return {}
    try:
        document = json.loads(content or b"{}")
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def save_samples(folder: Path, run_id: str, field: str, sources: Sequence[Source]) -> list[Sample]:
    """Save pages as they were received, and remove the oldest samples. Raises OSError.

    Each run that finds the same problem saves its own samples, so their number must be limited.
    """
    safe_files.make_folder(folder)
    samples = []
    for number, source in enumerate(sources, 1):
        samples.append(Sample(f"{run_id}-{field}-{number}.html", source.url))
        write_whole(folder / samples[-1].file, source.body)
    for old in [name for name in safe_files.file_names(folder) if name.endswith(".html")][:-MAX_SAMPLES_KEPT]:
        safe_files.remove_file(folder / old)
    return samples


def write(reports: ReportStore, document: dict[str, Any], *, is_idle: bool = False) -> None:
    """Add a report to those of the site, and replace `index.html`, `metrics.prom` and `latest.json` if it has a folder.

    The report of an idle run is kept as a line without what such a run cannot change. Raises OSError, or an error of
    the store.
    """
    from ecnscrawl.monitoring import dashboard  # noqa: PLC0415 - Jinja2 is needed only at the end of a run

    document = document | _redacted(document)
    content = _json(document, indent=1) + b"\n"
    idle_line = None
    if is_idle:
        line = {key: value for key, value in document.items() if key not in _OF_STORED_RECORDS}
        idle_line = _json(line, separators=(",", ":"))
    reports.add(document, content, idle_line)
    if (folder := reports.folder) is not None:
        write_whole(folder / "metrics.prom", metrics(document).encode())
        dashboard.write(folder)
        write_whole(folder / "latest.json", content)


def write_pages(folder: Path, reports: ReportStore) -> None:
    """Write page and metrics of a site into its folder `reports/`, from reports that are there or elsewhere.

    Raises OSError, and errors of the store.
    """
    from ecnscrawl.monitoring import dashboard  # noqa: PLC0415 - as above

    dashboard.write(folder, reports)
    if report := latest_report(reports):
        write_whole(folder / "metrics.prom", metrics(msgspec.to_builtins(report)).encode())


def _json(document: dict[str, Any], **form: Any) -> bytes:
    """Return the document in this form of `json.dumps`. A text from the command line may be invalid UTF-8."""
    return json.dumps(document, ensure_ascii=False, **form).encode("utf-8", "backslashreplace")


def _redacted(document: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of a document with texts from outside, without secrets."""
    texts = {key: redact_document(document[key]) for key in _FOREIGN_TEXTS}
    named = {key: {redact(name): each for name, each in texts[key].items()} for key in _FOREIGN_KEYS}
    return texts | named
