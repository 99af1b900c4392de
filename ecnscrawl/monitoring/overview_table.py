"""Format the status of many sites as a table that fits the terminal, one line for each site and its reasons."""

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.text import Text

from ecnscrawl.monitoring.durations import format_duration
from ecnscrawl.monitoring.overview import state_of
from ecnscrawl.monitoring.status import SiteStatus
from ecnscrawl.monitoring.status_table import indented, line
from ecnscrawl.redaction import sanitize

_HEAD = ("site", "last run", "status", "last healthy", "new", "failed")
_STYLES = {"healthy": "green", "unhealthy": "bold red", "stale": "bold red"}
_MIN_NAME = 8  #: columns of a site's name that are always shown


def overview_table(statuses: Sequence[SiteStatus], width: int) -> Iterator[Text]:
    """Yield a line for each site, in this order, with the reasons below it if its last run was unhealthy.

    `last run` and `last healthy` say how long ago that was. A name that is too long for `width` columns is cut.
    """
    rows = [_cells(status) for status in statuses]
    widths = [max(map(len, column)) for column in zip(_HEAD, *rows, strict=True)]
    too_wide = sum(widths) + 2 * (len(widths) - 1) - width
    widths[0] = max(_MIN_NAME, widths[0] - max(0, too_wide))
    yield Text(line(_HEAD, widths, left=4), "bold")
    for status, row in zip(statuses, rows, strict=True):
        yield Text(line((_cut(row[0], widths[0]), *row[1:]), widths, left=4), _STYLES[state_of(status)])
        if status.reports and status.reports[0].reasons:
            yield from indented(sanitize("; ".join(status.reports[0].reasons)), width)
    yield Text("all: " + " ".join(f"{name}={number}" for name, number in _totals(statuses).items()))


def _totals(statuses: Sequence[SiteStatus]) -> dict[str, int]:
    """Return how many sites there are, by the status of their last runs, and how many of them are stale.

    The lines show the last runs. So a stale site counts here under its last run too; on the page it is only stale.
    """
    last_runs = Counter(status.reports[0].status if status.reports else "never_run" for status in statuses)
    return (
        {"sites": len(statuses)}
        | {each: last_runs[each] for each in ("healthy", "unhealthy", "never_run")}
        | {"stale": sum(status.is_stale for status in statuses)}
    )


def _cells(status: SiteStatus) -> tuple[str, ...]:
    since = status.seconds_since_healthy
    healthy = "never" if since is None else _ago(since)
    word = "running" if status.unfinished == "under way" else "killed" if status.unfinished == "killed" else ""
    if not status.reports:
        return status.site, "–", word or "no run yet", healthy, "–", "–"
    report = status.reports[0]
    counts = (str(report.counts.get(name, 0)) for name in ("new", "failed"))
    return status.site, _ago(status.seconds_since_run or 0), word or report.status, healthy, *counts


def _ago(seconds: float) -> str:
    return f"{format_duration(max(0, seconds))} ago"


def _cut(name: str, width: int) -> str:
    return name if len(name) <= width else f"{name[: width - 1]}…"
