"""Write a report with its page, metrics and sample pages; read from the last report what the next one needs."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from ecnscrawl import safe_files
from ecnscrawl.monitoring import dashboard
from ecnscrawl.monitoring.drift import FIELDS
from ecnscrawl.monitoring.health import Sample
from ecnscrawl.monitoring.prometheus import metrics
from ecnscrawl.monitoring.report import EarlierRuns
from ecnscrawl.normalize.timestamps import from_text, to_text
from ecnscrawl.pages.document import Source
from ecnscrawl.redaction import redact, redact_document
from ecnscrawl.safe_files import write_whole
from ecnscrawl.storage.run_ids import begins_before, run_ids_of

MAX_SAMPLES_KEPT = 100  #: about 4 MB
#: Keys of a report whose texts come from outside, so they may contain secrets.
_FOREIGN_TEXTS = (
    "arguments", "reasons", "failures", "failing", "incomplete", "listings", "slowest", "hosts_left", "overspent",
    "rendering", "alarms", "warnings",
)  # fmt: skip
#: Those of them whose own keys come from outside too.
_FOREIGN_KEYS = ("failures", "listings", "hosts_left", "overspent")


def read_earlier(folder: Path) -> EarlierRuns:
    """Return the facts of earlier runs from the last report in the folder `reports/`; empty if it cannot be read."""
    document = _latest(folder)
    found = document.get("history")
    history = {field: str(found.get(field, "")) for field in FIELDS} if isinstance(found, dict) else {}
    return EarlierRuns(history, _time(document.get("last_healthy")))


def _time(text: object) -> str | None:
    try:
        return to_text(from_text(str(text)))
    except ValueError:
        return None


def _latest(folder: Path) -> dict[str, Any]:
    try:
        document = json.loads(safe_files.read_file(folder / "latest.json"))
    except (OSError, ValueError, RecursionError):
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


def write(folder: Path, document: dict[str, Any]) -> None:
    """Write `<run>.json`, and replace `index.html`, `metrics.prom` and `latest.json`. Raises OSError."""
    document = document | _redacted(document)
    # A text from the command line may be invalid UTF-8.
    content = json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace") + b"\n"
    write_whole(folder / f"{document['run']}.json", content)
    write_whole(folder / "metrics.prom", metrics(document).encode())
    dashboard.write(folder)
    write_whole(folder / "latest.json", content)


def remove_old(folder: Path, before: datetime) -> None:
    """Remove the reports of runs that began before this moment, but for the newest 90. Raises OSError."""
    run_ids = run_ids_of(safe_files.file_names(folder), ".json")
    for run_id in run_ids[: -dashboard.MAX_RUNS]:
        if begins_before(run_id, before):
            safe_files.remove_file(folder / f"{run_id}.json")


def _redacted(document: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of a document with texts from outside, without secrets."""
    texts = {key: redact_document(document[key]) for key in _FOREIGN_TEXTS}
    named = {key: {redact(name): each for name, each in texts[key].items()} for key in _FOREIGN_KEYS}
    return texts | named
