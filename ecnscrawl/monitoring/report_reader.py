"""Read the reports of past runs: the parts that `scrapy status` and the report page show."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from ecnscrawl import safe_files
from ecnscrawl.monitoring.health import Alarm
from ecnscrawl.normalize.text import clean
from ecnscrawl.normalize.timestamps import from_text
from ecnscrawl.storage.reports import ReportStore, StoredReport

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
    by_status: dict[str, Number] = {}


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
    last_healthy: str | None = None  #: when the last healthy run finished, this one included
    file: str = ""  #: the name of the file that has the report

    def __post_init__(self) -> None:
        for text in (self.started_at, self.finished_at, self.last_healthy):
            if text is not None:
                from_text(text)


_decoder = msgspec.json.Decoder(dict[str, Any])


def last_reports(reports: ReportStore, most: int) -> list[Report]:
    """Return the newest `most` reports, oldest first. Skips links and what is not a valid report.

    Raises the errors of a database.
    """
    return list(islice(_newest_first(reports), most))[::-1]


def latest_report(reports: ReportStore) -> Report | None:
    """Return the last report; None if there is none. Reads no other one, if that is valid.

    Raises the errors of a database.
    """
    content = None
    with suppress(OSError):
        content = reports.latest()
    return valid_report(content or b"", reports)


def valid_report(latest: bytes, reports: ReportStore) -> Report | None:
    """Return the last report, or the newest of these reports if it is not valid. Raises the errors of a database."""
    return decoded_report(latest, "latest.json" if reports.folder else "") or next(_newest_first(reports), None)


def decoded_report(content: bytes, file: str = "") -> Report | None:
    """Return a report from its JSON document; None if it is not valid. `file` is the name of its file."""
    try:
        return msgspec.convert({**_clean(_decoder.decode(content)), "file": file}, Report)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


class _Start(Struct):
    """The parts of a report that say when its run started, and whether it was stopped before it was done."""

    started_at: str
    was_stopped: bool = False


_start_decoder = msgspec.json.Decoder(_Start)


def last_start(folder: Path) -> float | None:
    """Return when the last run with a report in this folder started, in seconds since 1970.

    None if there is none, or if that run was stopped before it was done: it does not count, as one that was killed.
    """
    try:
        start = _start_decoder.decode(safe_files.read_file(folder / "latest.json"))
        return None if start.was_stopped else from_text(start.started_at).timestamp()
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError):
        return None


def _newest_first(reports: ReportStore) -> Iterator[Report]:
    try:
        yield from _readable(reports.newest_first())
    except OSError:
        return


def _readable(stored: Iterable[StoredReport]) -> Iterator[Report]:
    for each in stored:
        try:
            content = each.read()
        except OSError:
            continue
        report = decoded_report(content, each.path.name if each.path else "")
        if report is not None and report.run == each.run_id:
            yield report


def _clean(value: Any) -> Any:
    """Return the value with each string on one line and without control characters: terminals and pages show it."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(key): _clean(each) for key, each in value.items() if key not in _NOT_SHOWN}
    return [_clean(each) for each in value] if isinstance(value, list) else value
