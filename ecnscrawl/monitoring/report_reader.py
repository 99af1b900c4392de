"""Read the reports of past runs: the parts that `scrapy status` and the report page show."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from ecnscrawl import safe_files
from ecnscrawl.monitoring.health import Alarm
from ecnscrawl.normalize.text import clean
from ecnscrawl.normalize.timestamps import from_text
from ecnscrawl.storage.run_ids import is_run_id

_NOT_SHOWN = frozenset({"history", "slowest", "failing", "listings", "rendering"})  # long, so dropped before validation

Number = Annotated[int, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0, le=1)]


class Coverage(Struct, frozen=True):
    """The share of a run's records in which a key is filled, and from the layout; None if no record was stored."""

    filled: Share | None = None
    from_layout: Share | None = None


class Freshness(Struct, frozen=True):
    """From publication to storing, in seconds."""

    median_seconds: Number | None = None
    worst_seconds: Number | None = None


class Requests(Struct, frozen=True):
    """The number of requests of a run."""

    total: Number = 0


class Report(Struct, frozen=True):
    """The parts of a run's report that are shown. Keys that older reports lack have a default. Times are UTC."""

    report_version: Literal[1]
    run: str
    site: str
    started_at: str
    finished_at: str
    status: Literal["healthy", "unhealthy"]
    reasons: list[str]
    counts: dict[str, Number]
    exit_status: int = 0
    files: list[str] = []
    seconds: Number = 0
    failures: dict[str, Number] = {}
    requests: Requests = Requests()
    bytes_received: Number = 0
    freshness: Freshness = Freshness()
    sections: dict[str, Number] = {}
    hours: dict[str, Number] = {}
    fields: dict[str, Coverage] = {}
    alarms: list[Alarm] = []

    def __post_init__(self) -> None:
        for text in (self.started_at, self.finished_at):
            from_text(text)


def last_reports(folder: Path, most: int) -> list[Report]:
    """Return the newest `most` reports of a folder, oldest first. Skips links and files that are not valid reports."""
    return list(islice(_readable(_newest_first(folder)), most))[::-1]


def last_healthy(folder: Path, most: int) -> Report | None:
    """Return the last healthy one of the newest `most` reports of a folder; None if there is none."""
    newest = islice(_readable(_newest_first(folder)), most)
    return next((report for report in newest if report.status == "healthy"), None)


def _newest_first(folder: Path) -> list[Path]:
    try:
        names = safe_files.file_names(folder)
    except OSError:
        return []
    return [folder / name for name in reversed(names) if is_run_id(name.removesuffix(".json"))]


def _readable(paths: Iterable[Path]) -> Iterator[Report]:
    for path in paths:
        try:
            report = msgspec.convert(_clean(msgspec.json.decode(safe_files.read_file(path))), Report)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        if report.run == path.stem:
            yield report


def _clean(value: Any) -> Any:
    """Return the value with each string on one line and without control characters: terminals and pages show it."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(key): _clean(each) for key, each in value.items() if key not in _NOT_SHOWN}
    return [_clean(each) for each in value] if isinstance(value, list) else value
