"""The keys of a report by their paths, as documented in docs/report.md and as written."""

import re
from collections.abc import Iterator
from typing import Any

from tests.docs.markdown import ROOT, code, table

REPORT = ROOT / "docs" / "report.md"
DOCUMENTED = [code(row[0]) for row in table(REPORT, "key", "example", "meaning")]
METRICS = [code(row[0]) for row in table(REPORT, "metric", "label", "meaning")]


def keys(value: Any, before: str = "") -> Iterator[str]:
    """The keys of a document by their paths, `[]` for each of a list."""
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from keys(inside, f"{before}.{key}" if before else key)
    elif isinstance(value, list):
        for inside in value:
            yield from keys(inside, f"{before}[]")
    else:
        yield before


def pattern(documented: str) -> re.Pattern[str]:
    """Return a pattern for a documented key, in which `<…>` stands for any name."""
    parts = re.split(r"(<\w+>)", documented)
    return re.compile("".join(".+" if part.startswith("<") else re.escape(part) for part in parts))


def undocumented(report: Any) -> list[str]:
    """Return the keys of a report that the document does not have."""
    patterns = [pattern(key) for key in DOCUMENTED]
    return [key for key in keys(report) if not any(each.fullmatch(key) for each in patterns)]
