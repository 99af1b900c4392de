"""Format the last runs as a table that fits the terminal, for `scrapy status`."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from rich.text import Text

from ecnscrawl.monitoring.durations import format_duration
from ecnscrawl.monitoring.report_reader import Report
from ecnscrawl.monitoring.status import MAX_LISTED_RUNS, SiteStatus
from ecnscrawl.normalize.timestamps import from_text
from ecnscrawl.redaction import sanitize

_OUTCOMES = ("new", "updated", "unchanged", "duplicate", "rejected", "failed")
_RARE = ("duplicate", "rejected")  # in the table only if one of its runs counts some: so it mostly fits 80 columns
_GAP = "  "
_STYLES = {"healthy": "green", "unhealthy": "bold red"}


def table(status: SiteStatus, width: int) -> Iterator[Text]:
    """Yield the lines of the table: each run, newest first, with the reasons if it was unhealthy, then the totals.

    If a line would be wider than `width` columns, the counts of articles go to a line of their own below the run.
    """
    runs = status.reports[:MAX_LISTED_RUNS]
    outcomes = [name for name in _OUTCOMES if name not in _RARE or any(run.counts.get(name) for run in runs)]
    rows = [_cells(run, outcomes) for run in runs]
    head = ("started (UTC)", "status", *outcomes, "time")
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    if sum(widths) + len(_GAP) * (len(widths) - 1) <= width:
        yield Text(line(head, widths), "bold")
        for run, row in zip(runs, rows, strict=True):
            yield Text(line(row, widths), _STYLES[run.status])
            yield from _reasons(run, width)
    else:
        for run, (started, word, *counts, time) in zip(runs, rows, strict=True):
            yield Text(f"{started}{_GAP}{word}{_GAP}{time}", _STYLES[run.status])
            said = " ".join(f"{name}\u00a0{count}" for name, count in zip(outcomes, counts, strict=True))
            yield from indented(said, width)
            yield from _reasons(run, width)
    totals = " ".join(f"{name}={count}" for name, count in status.totals.items())
    yield Text(f"{status.site}: {totals}")


def since_healthy(status: SiteStatus) -> str:
    """Return a sentence about how long ago the last healthy run was, and whether that is too long."""
    seconds = status.seconds_since_healthy
    if seconds is None:
        return "no healthy run yet"  # which is stale from the first run on, so no time is too long
    since = f"last healthy run {format_duration(max(0, seconds))} ago"
    if not status.is_stale:
        return since
    if status.every is not None:
        return f"{since}, too long: it is to run every {format_duration(status.every)}"
    return f"{since}, too long: HEALTH_STALE_HOURS is {status.stale_hours:g}"


def _cells(run: Report, outcomes: Sequence[str]) -> Sequence[str]:
    started = f"{from_text(run.started_at):%Y-%m-%d %H:%M}"
    return (started, run.status, *(str(run.counts.get(each, 0)) for each in outcomes), format_duration(run.seconds))


def line(cells: Sequence[str], widths: Sequence[int], left: int = 2) -> str:
    """Return a line with the first `left` cells aligned left and the others aligned right."""
    alignments = "<" * left + ">" * (len(cells) - left)
    return _GAP.join(
        f"{cell:{alignment}{width}}" for cell, alignment, width in zip(cells, alignments, widths, strict=True)
    )


def _reasons(run: Report, width: int) -> Iterator[Text]:
    yield from indented(sanitize("; ".join(run.reasons)), width)


def indented(words: str, width: int) -> Iterator[Text]:
    """Yield a text in lines that are no wider than `width` columns."""
    lines = wrap(words, max(width, 20), initial_indent=_GAP, subsequent_indent=_GAP, break_on_hyphens=False)
    yield from (Text(line.replace("\u00a0", " ")) for line in lines)
