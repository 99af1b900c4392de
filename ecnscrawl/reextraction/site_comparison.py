"""Compare what archived pages give now with the stored records of one site; name each difference, store nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import msgspec

from ecnscrawl.items import to_line
from ecnscrawl.pages.endings import ROW, row_after
from ecnscrawl.reextraction.assembly import Assembled, Assembler, Place
from ecnscrawl.reextraction.page import PageRead, PageToRead
from ecnscrawl.reextraction.sites import SiteKey
from ecnscrawl.reextraction.stored_records import Key, Record, StoredRecords
from ecnscrawl.visits import Outcome

SAME, DIFFERENT, UNSTORED = "same", "different", "unstored"
FIELD = "field "  #: begins what is counted for a key: how many records differ in it
_AROUND = 30  # letters before and after what differs in a text
_MAX_LETTERS = 200  # letters of what differs


class SiteComparison:
    """Takes what was read of a site. `on_difference` is called with some lines for each record that differs."""

    def __init__(self, folder: Path, key: SiteKey, on_difference: Callable[[str], None]) -> None:
        """`folder` is the site's. Raises OSError, DamagedFile."""
        self.counts: Counter[str] = Counter()
        self.failures: list[str] = []
        self.warnings: list[str] = []
        self.files: list[str] = []
        self._stored = StoredRecords(folder / "articles")
        self._on_difference = on_difference
        self._row = 0
        self._assembler = Assembler(key, has_no_end=lambda: self._row >= ROW)
        self._seen: set[Key] = set()  # stored records whose page was found
        self._different: dict[Key, int] = {}  # where the new record is in the file
        self._file = TemporaryFile()  # noqa: SIM115 - closed by `finish`; all records may differ
        self.counts["records"] = len(self._stored)

    def is_done(self, place: Place) -> bool:  # noqa: ARG002 - a comparison begins anew
        """Whether nothing is to be done with a record of the archive."""
        return False

    def take(self, asked: PageToRead, read: PageRead) -> None:
        """Take a response."""
        if asked.ref is None:
            self._assembler.note_listed(read.listed)
        else:
            self._compare_all(self._assembler.take(asked, read))

    def flush(self) -> None:
        """Name the differences: no further page comes. Raises OSError, DamagedFile."""
        self._compare_all(self._assembler.flush())
        self.counts["with_page"] = len(self._seen)
        for key, before in self._stored.find(self._different):
            self._name(key, before)

    def forget_progress(self) -> None:
        """Nothing is remembered."""

    def finish(self) -> None:
        self._file.close()

    def _compare_all(self, assembled: Iterable[Assembled]) -> None:
        for each in assembled:
            visit = each.visit
            self._row = 0 if visit.was_cut else row_after(self._row, visit.endings)
            if visit.article is None:
                self.counts[Outcome.FAILED] += 1
                self.failures.append(f"{each.where}: {visit.reasons[0]}")
            else:
                self._compare(to_line(visit.article))

    def _compare(self, line: bytes) -> None:
        record: Record = msgspec.json.decode(line)
        key = record["id"], record["fetched_at"]
        if key not in self._stored:
            self.counts[UNSTORED] += 1
            return
        self._seen.add(key)
        if self._stored.is_equal(key, record):
            self.counts[SAME] += 1
        else:
            self.counts[DIFFERENT] += 1
            self._different[key] = self._file.seek(0, 2)
            self._file.write(line)

    def _name(self, key: Key, before: Record) -> None:
        self._file.seek(self._different[key])
        after: Record = msgspec.json.decode(self._file.readline())
        changed = [name for name in after if name != "revision" and after[name] != before.get(name)]
        self.counts.update(f"{FIELD}{name}" for name in changed)
        lines = [f"{key[0]} {key[1]} {before.get('url')}"]
        lines += [f"  {name}: {change}" for name in changed for change in _changes(before.get(name), after[name])]
        self._on_difference("\n".join(lines))


def _changes(before: Any, after: Any) -> Iterator[str]:
    """Yield what differs between two values, each in JSON; of long texts the part that differs."""
    if isinstance(before, str) and isinstance(after, str):
        before, after = _trimmed(before, after)
    yield f"{_json(before)} -> {_json(after)}"


def _trimmed(one: str, other: str) -> tuple[str, str]:
    """Return two texts without most of what they have in common at their beginnings and ends.

    >>> _trimmed("a" * 100 + "x" + "b" * 100, "a" * 100 + "y" + "b" * 100) == (
    ...     "…" + "a" * 30 + "x" + "b" * 30 + "…", "…" + "a" * 30 + "y" + "b" * 30 + "…"
    ... )
    True
    """
    shorter = min(len(one), len(other))
    begin = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    rest = shorter - begin
    end = next((at for at in range(rest) if one[-1 - at] != other[-1 - at]), rest)
    begin, end = max(0, begin - _AROUND), max(0, end - _AROUND)
    return tuple(_window(text, begin, end) for text in (one, other))  # type: ignore[return-value]


def _window(text: str, begin: int, end: int) -> str:
    shown = text[begin : len(text) - end]
    cut = len(shown) > _MAX_LETTERS
    return f"{'…' if begin else ''}{shown[:_MAX_LETTERS]}{'…' if end or cut else ''}"


def _json(value: Any) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 2 * _MAX_LETTERS else f"{text[: 2 * _MAX_LETTERS]}…"
