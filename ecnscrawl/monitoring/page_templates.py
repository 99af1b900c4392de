"""The templates of the pages about runs, and how they write times, sizes and texts of others."""

from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from ecnscrawl.monitoring.durations import format_duration
from ecnscrawl.normalize.timestamps import from_text

FOLDER = files("ecnscrawl") / "templates" / "report"
MAX_TEXT_LENGTH = 120  #: characters of any text from a report: so a report page stays below 500 kB


@cache
def environment() -> Environment:
    """Return what renders the templates of this package: everything that is passed in is escaped."""
    made = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(lambda name: (FOLDER / name).read_text("utf-8")),
    )
    made.globals["file"] = lambda name: Markup((FOLDER / name).read_text("utf-8"))  # noqa: S704 - our own files
    made.filters |= {
        "when": lambda text: from_text(text).strftime("%d %b %Y %H:%M"),
        "number": lambda number: f"{number:,}",
        "duration": format_duration,
        "size": size,
        "brief": lambda text: text if len(text) <= MAX_TEXT_LENGTH else text[:MAX_TEXT_LENGTH] + "…",
    }
    return made


def size(count: int) -> str:
    """Format a number of bytes for people.

    >>> size(512), size(575167), size(31_000_000)
    ('1 kB', '575 kB', '31.0 MB')
    """
    return f"{max(1, round(count / 1000)):,} kB" if count < 1_000_000 else f"{count / 1_000_000:,.1f} MB"
