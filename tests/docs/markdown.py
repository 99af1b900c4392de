"""Read the documentation for its tests: code blocks, tables, links, headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
OPERATIONS = ROOT / "docs" / "operations"
RUNNING, CRAWLING, MONITORING = (OPERATIONS / f"{name}.md" for name in ("running", "crawling", "monitoring"))
BACKUP, SETTINGS, TROUBLE = (OPERATIONS / f"{name}.md" for name in ("backup", "settings", "trouble"))
DATABASES = OPERATIONS / "databases.md"
FORGETTING = OPERATIONS / "forgetting.md"
WATCHING = OPERATIONS / "watching.md"
SCALING = ROOT / "docs" / "scaling.md"
SECURITY = ROOT / "docs" / "security.md"
DICTIONARY = ROOT / "docs" / "data-dictionary.md"
READING = ROOT / "docs" / "reading.md"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

_FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_CELL_BORDER = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Block:
    """A fenced block of a document."""

    language: str
    text: str
    output: str | None = None  #: the `text` block right after it


def blocks(document: Path, language: str, section: str | None = None) -> list[Block]:
    """Return the code blocks of a language, all or those below a heading."""
    text = document.read_text(encoding="utf-8")
    found = list(_FENCED.finditer(text if section is None else _section(text, section)))
    outputs = {match.start(): match[2] for match in found if match[1] == "text"}
    return [Block(match[1], match[2], outputs.get(match.end() + 1)) for match in found if match[1] == language]


def _section(text: str, heading: str) -> str:
    begin = re.search(rf"^(#+) {re.escape(heading)}$", text, re.MULTILINE)
    assert begin, f"there is no heading {heading!r}"
    end = re.compile(rf"^#{{1,{len(begin[1])}}} ", re.MULTILINE).search(text, begin.end())
    return text[begin.end() : end.start() if end else None]


def tables(document: Path) -> Iterator[list[list[str]]]:
    """Yield the tables of a document; each is a list of rows of cells, the header first."""
    rows: list[list[str]] = []
    for line in [*document.read_text(encoding="utf-8").splitlines(), ""]:
        if line.startswith("|"):
            cells = [cell.strip().replace("\\|", "|") for cell in _CELL_BORDER.split(line)[1:-1]]
            if not all(set(cell) <= {"-", ":"} for cell in cells):
                rows.append(cells)
        elif rows:
            yield rows
            rows = []


def table(document: Path, *header: str) -> list[list[str]]:
    """Return the rows of the only table whose header begins with these cells, without the header."""
    (found,) = (rows for rows in tables(document) if rows[0][: len(header)] == list(header))
    return found[1:]


def code(cell: str) -> str:
    """Return the text between the backticks of a cell that is all code."""
    assert cell.startswith("`"), f"{cell!r} is not code"
    return cell.strip("` ")


def links(document: Path) -> list[str]:
    """Return the targets of a document's links, without those in code blocks."""
    return _LINK.findall(_FENCED.sub("", document.read_text(encoding="utf-8")))


def anchors(document: Path) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a document."""
    headings = _HEADING.findall(_FENCED.sub("", document.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def shortened(text: str) -> re.Pattern[str]:
    """Return a pattern for the full text of a text that was shortened with `…`."""
    return re.compile(".*".join(re.escape(part) for part in text.split("…")), re.DOTALL)
