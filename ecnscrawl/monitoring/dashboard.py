"""Render the report page of a site, `reports/index.html`: one file that needs nothing but a browser.

The page is a pure function of the last reports, so the same reports give the same page. A report may contain text from
any server. So all texts are escaped and cut to a maximum length, and only our own scripts may run.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import ceil
from pathlib import Path

from ecnscrawl import safe_files
from ecnscrawl.items import Article
from ecnscrawl.monitoring.durations import format_duration
from ecnscrawl.monitoring.page_templates import FOLDER, environment
from ecnscrawl.monitoring.report_reader import Coverage, Report, last_reports
from ecnscrawl.safe_files import write_whole
from ecnscrawl.storage.folder.reports import FileReports
from ecnscrawl.storage.reports import MIN_KEPT, ReportStore

MAX_RUNS = MIN_KEPT
MIN_COLUMNS = 30  #: with fewer runs the left columns stay empty; else one run would be as wide as the page
MAX_REASONS = 3  #: shown for a run; its report has all of them
MAX_ALARMS = 20
MAX_BARS = 12  #: sections, and reasons of failures
DATES = 6  #: on the time axis
SHADES = 10  #: of the heat map, besides the one for zero

SCRIPTS = ("uplot/uPlot.iife.min.js", "page.js")  #: in the order of the template


def write(folder: Path, reports: ReportStore | None = None) -> None:
    """Write the page into the folder `reports/` of a site, replacing the old one. Raises OSError.

    `reports` are the site's, if they are not in that folder.
    """
    try:
        samples = set(safe_files.file_names(folder.parent / "samples"))
    except OSError:
        samples = set()  # the folder is a link or unreadable, so the page links no sample
    found = last_reports(reports or FileReports(folder), MAX_RUNS)
    write_whole(folder / "index.html", render(found, samples).encode())


def render(reports: Sequence[Report], samples: Collection[str] = ()) -> str:
    """Return the page's HTML. `reports` are oldest first; the last 90 are shown.

    `samples` are the names of the saved pages that still exist. Only they are linked.
    """
    runs = reports[-MAX_RUNS:]
    columns = max(len(runs), MIN_COLUMNS)
    coverage = [_coverage_row(key, runs) for key in Article.__dataclass_fields__]
    alarms = [(run, alarm) for run in reversed(runs) for alarm in run.alarms]
    page = environment().get_template("page.html")
    return page.render(
        runs=runs,
        columns=columns,
        dates=_dates(columns, runs),
        strip={status: _path(columns, [_strip(run, status) for run in runs]) for status in ("healthy", "unhealthy")},
        coverage=coverage,
        numbers=[_numbers(run) for run in runs],
        texts=[_texts(run) for run in runs],
        hours=[sum(run.hours.get(f"{hour:02}", 0) for run in runs) for hour in range(24)],
        alarms=alarms[:MAX_ALARMS],
        alarms_left=len(alarms[MAX_ALARMS:]),
        sections=_bars(run.sections for run in runs),
        failures=_bars(run.failures for run in runs),
        samples=samples,
        policy=_policy(),
        shades=range(SHADES + 1),
        most_reasons=MAX_REASONS,
    )


def _dates(columns: int, runs: Sequence[Report]) -> list[tuple[int, Report]]:
    """Return column and run for each date on the axis. A date stands left of its column, so the first have no room."""
    step = ceil(columns / DATES)
    return [(columns - back, runs[-1 - back]) for back in range(0, len(runs), step) if columns - back >= step]


def _numbers(run: Report) -> dict[str, int | None]:
    """Return the values that the charts draw."""
    counts = {name: run.counts.get(name, 0) for name in ("new", "updated", "failed", "rejected")}
    ages = {"median": run.freshness.median_seconds, "worst": run.freshness.worst_seconds}
    return counts | {"seconds": run.seconds} | ages


def _texts(run: Report) -> dict[str, str]:
    """Return the same values formatted for people."""
    return {
        name: format_duration(value) if name in ("seconds", "median", "worst") else f"{value:,}"
        for name, value in _numbers(run).items()
    }


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A key's row in the heat map: the coverage in each run, oldest first, and the lowest of them."""

    field: str
    shades: list[int | None]  #: None if the run stored nothing
    filled: list[str]  #: percentages, like the next two
    from_layout: list[str]
    lowest: str
    lowest_run: Report | None  #: the newest run with the lowest coverage


def _coverage_row(key: str, runs: Sequence[Report]) -> CoverageRow:
    cells = [run.fields.get(key, Coverage()) for run in runs]
    known = [(cell.filled, -index) for index, cell in enumerate(cells) if cell.filled is not None]
    lowest, index = min(known, default=(None, 0))
    return CoverageRow(
        field=key,
        shades=[_shade(cell.filled) for cell in cells],
        filled=[_percent(cell.filled) for cell in cells],
        from_layout=[_percent(cell.from_layout) for cell in cells],
        lowest=_percent(lowest),
        lowest_run=runs[-index] if known else None,
    )


def _shade(share: float | None) -> int | None:
    """Return the place of a share on the scale; only 0 and 1 get the first and the last place.

    >>> [_shade(share) for share in (None, 0, 0.001, 0.5, 0.999, 1)]
    [None, 0, 1, 5, 9, 10]
    """
    if share is None:
        return None
    return int(share) * SHADES if share in (0, 1) else min(max(round(share * SHADES), 1), SHADES - 1)


def _percent(share: float | None) -> str:
    """Return a share as a percentage without the sign; only 0 and 1 become `0` and `100`.

    >>> [_percent(share) for share in (None, 0, 0.001, 0.405, 0.999, 1)]
    ['–', '0', '1', '40', '99', '100']
    """
    if share is None:
        return "–"
    return f"{share * 100:.0f}" if share in (0, 1) else f"{min(max(share * 100, 1), 99):.0f}"


def _strip(run: Report, status: str) -> float:
    """Return the height of a run's bar. Unhealthy bars are taller, for readers who cannot see that they are red."""
    return 0 if run.status != status else 1 if status == "unhealthy" else 0.4


def _path(columns: int, heights: Sequence[float]) -> str:
    """Return the bars as an SVG path. A column is 1 wide, the full height is 1, the last column is the newest run."""
    first = columns - len(heights)
    bars = [f"M{first + n + 0.1:.1f} 1v-{height:.3g}h.8V1z" for n, height in enumerate(heights) if height]
    return "".join(bars)


def _bars(counts: Iterable[dict[str, int]]) -> list[tuple[str, int]]:
    """Return the largest sums by name; if there are too many, the rest are summed up in the last one."""
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    bars = [(name, count) for name, count in total.most_common() if count]
    if len(bars) > MAX_BARS:
        rest = bars[MAX_BARS - 1 :]
        bars[MAX_BARS - 1 :] = [(f"{len(rest)} others", sum(count for _, count in rest))]
    return bars


def _policy() -> str:
    """Return the Content-Security-Policy: our scripts run, which are named by their hashes, and nothing is loaded."""
    hashes = [b64encode(sha256((FOLDER / name).read_bytes()).digest()).decode() for name in SCRIPTS]
    scripts = " ".join(f"'sha256-{digest}'" for digest in hashes)
    return f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data:"
