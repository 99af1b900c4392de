"""Compare what archived pages give now with the stored records of one site; name each difference, store nothing."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import msgspec

from ecnscrawl.items import to_line
from ecnscrawl.normalize.timestamps import to_text
from ecnscrawl.reextraction.assembly import Assembled, Assembler
from ecnscrawl.reextraction.page import PageRead, PageToRead, arrival_of
from ecnscrawl.reextraction.sites import SiteKey
from ecnscrawl.reextraction.stored_records import Key, Record, StoredRecords
from ecnscrawl.visits import Outcome

SAME, DIFFERENT, UNSTORED = "same", "different", "unstored"
UNDERIVED = "underived"  #: counted: a stored record whose page is there, and gives nothing
FIELD = "field "  #: begins what is counted for a key: how many records differ in it
NO_KEY = object()  #: the value of a key that one of two records does not have
_AROUND = 30  # letters before and after what differs in a text
_MAX_LETTERS = 200  # letters of what differs


@dataclass(frozen=True, slots=True)
class _Unstored:
    """An archived version of an article that no record has the id and the `fetched_at` of."""

    key: Key
    run: str  # that archived it, if the file has the name that the run gave it
    content_hash: str
    offset: int  # of the record that it gives, in the file


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
        self._assembler = Assembler(key)
        self._seen: set[Key] = set()  # stored records whose page was found
        self._pages: dict[Key, str] = {}  # where the page of a stored record is, whatever it gives
        self._different: dict[Key, int] = {}  # where the new record is in the file
        self._unstored: dict[Key, _Unstored] = {}
        self._like: dict[str, list[Key]] = {}  # id or address -> the unstored versions that have it
        self._last: dict[str, str] = {}  # id -> content_hash of its last version in the archive
        self._file = TemporaryFile()  # noqa: SIM115 - closed by `finish`; all records may differ
        self.counts["records"] = len(self._stored)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """What is wrong with the stored lines, and where."""
        return self._stored.problems

    def wants(self, asked: PageToRead) -> bool:  # noqa: ARG002 - a comparison begins anew
        """Whether a page is to be read: each is."""
        return True

    def take(self, asked: PageToRead, read: PageRead) -> None:
        """Take a response."""
        if asked.ref is None:
            self._assembler.note_listed(read.listed)
        else:
            self._note_page(asked, read)
            self._compare_all(self._assembler.take(asked, read))

    def flush(self) -> None:
        """Name the differences: no further page comes. Raises OSError, DamagedFile."""
        self._compare_all(self._assembler.flush())
        changed = [(key, before) for run, key, before in self._stored.newest() if self._is_different(run, key, before)]
        for key, before in changed:
            self._name(key, before)
        for key in [key for key in self._pages if key not in self._seen]:
            self.counts[UNDERIVED] += 1
            self.failures.append(f"{self._pages[key]}: the page of the stored record {key[0]} {key[1]} gives no record")
        for each in self._unstored.values():
            url = self._derived(each.offset)["url"]
            self._on_difference(f"{each.key[0]} {each.key[1]} {url}\n  no record has this id and fetched_at")
        self.counts["with_page"] = len(self._seen)
        self.counts[DIFFERENT] = len(self._different)
        self.counts[SAME] = len(self._seen) - len(self._different)
        self.counts[UNSTORED] = len(self._unstored)

    def forget_progress(self) -> None:
        """Nothing is remembered."""

    def finish(self) -> None:
        self._file.close()

    def _note_page(self, asked: PageToRead, read: PageRead) -> None:
        """Note the page of a stored record: a first page, under the id of its address or of the one that it states."""
        assert asked.ref is not None
        if asked.response.status != HTTPStatus.OK or asked.ref.part > 1:
            return
        own = read.page.own_ref if read.page else None
        for ref in (asked.ref, own or asked.ref):
            key = ref.id, to_text(arrival_of(asked))
            if key in self._stored:
                self._pages[key] = asked.response.place

    def _compare_all(self, assembled: Iterable[Assembled]) -> None:
        for each in assembled:
            visit = each.visit
            if visit.article is None:
                self.counts[Outcome.FAILED] += 1
                self.failures.append(f"{each.where}: {visit.reasons[0]}")
            else:
                file, _ = next(iter(each.places))
                self._compare(to_line(visit.article), file.partition(".")[0])

    def _compare(self, line: bytes, run: str) -> None:
        record: Record = msgspec.json.decode(line)
        key = record["id"], record["fetched_at"]
        is_repeat = self._last.get(key[0]) == record["content_hash"]
        self._last[key[0]] = record["content_hash"]
        if key in self._stored:
            self._seen.add(key)
            if not self._stored.is_equal(key, record):
                self._different[key] = self._keep(line)
        elif not is_repeat:
            self._unstored[key] = _Unstored(key, run, record["content_hash"], self._keep(line))
            for name in (record["id"], record["url"]):
                self._like.setdefault(name, []).append(key)

    def _keep(self, line: bytes) -> int:
        offset = self._file.seek(0, 2)
        self._file.write(line)
        return offset

    def _derived(self, offset: int) -> Record:
        self._file.seek(offset)
        record: Record = msgspec.json.decode(self._file.readline())
        return record

    def _is_different(self, run: str, key: Key, before: Record) -> bool:
        """Whether a stored record differs from its page, which may state another id or `fetched_at`."""
        if key in self._seen:
            return key in self._different
        for unstored in self._unstored_like(before):
            is_equal = before.get("content_hash") == unstored.content_hash
            is_older = key[0] == unstored.key[0] and key[1] < unstored.key[1]
            if run == unstored.run or (is_equal and not is_older):
                del self._unstored[unstored.key]
                self._seen.add(key)
                self._different[key] = unstored.offset
                return True
            if is_equal:  # fetched again, and not changed: a crawl stores no record
                del self._unstored[unstored.key]
        return False

    def _unstored_like(self, before: Record) -> list[_Unstored]:
        """The unstored versions of the same id or address."""
        keys = {key: None for name in ("id", "url") for key in self._like.get(str(before.get(name)), ())}
        return [self._unstored[key] for key in keys if key in self._unstored]

    def _name(self, key: Key, before: Record) -> None:
        after = self._derived(self._different[key])
        changed = [name for name in after if name != "revision" and (name not in before or after[name] != before[name])]
        changed += [name for name in before if name not in after]
        lines = [f"{key[0]} {key[1]} {before.get('url')}"]
        for name in changed:
            shown = name if name.isidentifier() else _json(name)
            self.counts[f"{FIELD}{shown}"] += 1
            lines.append(f"  {shown}: {_change(before.get(name, NO_KEY), after.get(name, NO_KEY))}")
        self._on_difference("\n".join(lines))


def _change(before: Any, after: Any) -> str:
    """Return what differs between two values, each in JSON; of long texts the part that differs."""
    if isinstance(before, str) and isinstance(after, str):
        before, after = _trimmed(before, after)
    return f"{_json(before)} -> {_json(after)}"


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
    if value is NO_KEY:
        return "no such key"
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 2 * _MAX_LETTERS else f"{text[: 2 * _MAX_LETTERS]}…"
