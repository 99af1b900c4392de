"""The page of a site's runs, `reports/index.html`: one file that needs nothing but a browser.

A pure function of the last reports, so the same reports give the same page. What a report says may have come
from anywhere: all of it is escaped, cut to a length, and no script but our own may run.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from math import ceil
from pathlib import Path

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from ecnscrawl import inside
from ecnscrawl.drift import FIELDS
from ecnscrawl.durations import duration
from ecnscrawl.items import Article
from ecnscrawl.pastreports import Coverage, Report, last_reports
from ecnscrawl.recordfile import write_whole
from ecnscrawl.timestamps import from_text

MOST_RUNS = 90
FEWEST_COLUMNS = 30  #: a few runs stand at the right of these, instead of being as wide as the page
MOST_REASONS = 3  #: shown of a run; its report has them all
MOST_ALARMS = 20
MOST_BARS = 12  #: sections, and reasons of failures
MOST_LETTERS = 140  #: of any text that a report has: with these limits the page stays below 500 kB
DATES = 6  #: on the axis

_FOLDER = files("ecnscrawl") / "templates" / "report"
SCRIPTS = ("uplot/uPlot.iife.min.js", "page.js")  #: as the template has them


def write(folder: Path) -> None:
    """Replace the page in the folder of the reports. Raises OSError."""
    try:
        samples = set(inside.names(folder.parent / "samples"))
    except OSError:
        samples = set()  # not a folder of ours: nothing is linked to
    write_whole(folder / "index.html", render(last_reports(folder, MOST_RUNS), samples).encode())


def render(reports: Sequence[Report], samples: Collection[str] = ()) -> str:
    """The page of these reports, oldest first, of which the last 90 are shown.

    `samples` are the names of the saved pages that are still there: the others get no link.
    """
    runs = reports[-MOST_RUNS:]
    columns = max(len(runs), FEWEST_COLUMNS)
    coverage = _coverage(runs)
    alarms = [(run, alarm) for run in reversed(runs) for alarm in run.alarms]
    page = _environment().get_template("page.html")
    return page.render(
        runs=runs,
        columns=columns,
        dates=_dates(columns, runs),
        strip={status: _path(columns, [_strip(run, status) for run in runs]) for status in ("healthy", "unhealthy")},
        coverage={field: _coverage_paths(columns, row) for field, row in coverage.items()},
        coverage_texts=[[_coverage_text(row[index]) for row in coverage.values()] for index in range(len(runs))],
        numbers=[_numbers(run) for run in runs],
        texts=[_texts(run) for run in runs],
        hours=[sum(run.hours.get(f"{hour:02}", 0) for run in runs) for hour in range(24)],
        alarms=alarms[:MOST_ALARMS],
        alarms_left=len(alarms[MOST_ALARMS:]),
        sections=_bars(run.sections for run in runs),
        failures=_bars(run.failures for run in runs),
        samples=samples,
        policy=_policy(),
        most_reasons=MOST_REASONS,
    )


def _dates(columns: int, runs: Sequence[Report]) -> list[tuple[int, Report]]:
    """The runs whose times stand on the axis, left of their column's right edge, so the first columns have no room."""
    step = ceil(columns / DATES)
    return [(columns - back, runs[-1 - back]) for back in range(0, len(runs), step) if columns - back >= step]


def _numbers(run: Report) -> dict[str, int | None]:
    """What the charts draw."""
    counts = {name: run.counts.get(name, 0) for name in ("new", "updated", "failed", "rejected")}
    ages = {"median": run.freshness.median_seconds, "worst": run.freshness.worst_seconds}
    return counts | {"seconds": run.seconds} | ages


def _texts(run: Report) -> dict[str, str]:
    """The same as people read it."""
    return {
        name: duration(value) if name in ("seconds", "median", "worst") else f"{value:,}"
        for name, value in _numbers(run).items()
    }


def _coverage(runs: Sequence[Report]) -> dict[str, list[Coverage]]:
    """By field, in the record's order: those that drift is looked for in, and those that not every record has."""
    rows = {key: [run.fields.get(key, Coverage()) for run in runs] for key in Article.__dataclass_fields__}
    return {
        key: row
        for key, row in rows.items()
        if any(cell.filled is not None and (key in FIELDS or cell.filled < 1) for cell in row)
    }


def _coverage_paths(columns: int, row: Sequence[Coverage]) -> dict[str, str]:
    """What is drawn of a field: what could be filled, what is, and what of it the layout gave."""
    return {
        "track": _path(columns, [0 if cell.filled is None else 1 for cell in row]),
        "filled": _path(columns, [cell.filled or 0 for cell in row]),
        "layout": _path(columns, [min(cell.from_layout or 0, cell.filled or 0) for cell in row]),
    }


def _coverage_text(cell: Coverage) -> str:
    return "–" if cell.filled is None else f"{cell.filled * 100:.0f} · {(cell.from_layout or 0) * 100:.0f}"


def _strip(run: Report, status: str) -> float:
    """What is wrong is taller, for those who do not see that it is red."""
    return 0 if run.status != status else 1 if status == "unhealthy" else 0.4


def _path(columns: int, heights: Sequence[float]) -> str:
    """The bars of an SVG path: a column is 1 wide, and so is the whole height; the last column is the newest."""
    first = columns - len(heights)
    bars = [f"M{first + n + 0.1:.1f} 1v-{height:.3g}h.8V1z" for n, height in enumerate(heights) if height]
    return "".join(bars)


def _bars(counts: Iterable[dict[str, int]]) -> list[tuple[str, int]]:
    """The largest, and the sum of the others where there are more."""
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    bars = [(name, count) for name, count in total.most_common() if count]
    if len(bars) > MOST_BARS:
        rest = bars[MOST_BARS - 1 :]
        bars[MOST_BARS - 1 :] = [(f"{len(rest)} others", sum(count for _, count in rest))]
    return bars


@cache
def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(lambda name: (_FOLDER / name).read_text("utf-8")),
    )
    environment.globals["file"] = lambda name: Markup((_FOLDER / name).read_text("utf-8"))  # noqa: S704 - our own files
    environment.filters |= {
        "when": lambda text: from_text(text).strftime("%d %b %Y %H:%M"),
        "number": lambda number: f"{number:,}",
        "duration": duration,
        "size": size,
        "brief": lambda text: text if len(text) <= MOST_LETTERS else text[:MOST_LETTERS] + "…",
    }
    return environment


def _policy() -> str:
    """What the browser lets the page do: run our scripts, which it knows by their hashes, and load nothing."""
    hashes = [b64encode(sha256((_FOLDER / name).read_bytes()).digest()).decode() for name in SCRIPTS]
    scripts = " ".join(f"'sha256-{digest}'" for digest in hashes)
    return f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data:"


def size(count: int) -> str:
    """Bytes, for people.

    >>> size(512), size(575167), size(31_000_000)
    ('1 kB', '575 kB', '31.0 MB')
    """
    return f"{max(1, round(count / 1000)):,} kB" if count < 1_000_000 else f"{count / 1_000_000:,.1f} MB"
