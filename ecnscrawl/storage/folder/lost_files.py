"""Find lost files: a report names them as published, but neither `published/` nor `articles/` has their records."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ecnscrawl import safe_files
from ecnscrawl.safe_files import write_whole
from ecnscrawl.storage import jsonl
from ecnscrawl.storage.folder import ids_file
from ecnscrawl.storage.folder.published_records import of_file
from ecnscrawl.storage.jsonl import DamagedFile, path_of
from ecnscrawl.storage.run_ids import is_run_id, run_ids_of

_ACCEPTED = "accepted-loss.txt"  #: in `published/`: the lost files that the user has accepted, one name a line


class _Report(msgspec.Struct):
    """What a run's report says of the files that it published. Reports of older versions have no `records`."""

    files: list[str] = []
    recovered: list[str] = []
    counts: dict[str, int] = {}
    records: dict[str, int] = {}


_decoder = msgspec.json.Decoder(_Report)


@dataclass(frozen=True)
class LostFiles:
    """The names of lost files, and how many records they held."""

    names: Sequence[str]
    records: int
    is_at_least: bool = False  #: no report says how many records some of the files held
    damaged: Sequence[str] = ()  #: those whose file in `published/` is damaged

    def __str__(self) -> str:
        """`37 articles in 2 files (20261123T073000Z-1a2b3c.jsonl, …)`."""
        number = f"{self.records:,} article{'' if self.records == 1 else 's'}"
        if self.is_at_least:
            number = f"at least {number}" if self.records else "an unknown number of articles"
        files = f"{len(self.names)} file{'s' if len(self.names) != 1 else ''}"
        damaged = f"; published/{ids_file.ids_name(self.damaged[0])} is damaged" if self.damaged else ""
        return f"{number} in {files} ({self.names[0]}{', …' if len(self.names) > 1 else ''}{damaged})"


def lost_files(folder: Path, known: Set[str] = frozenset()) -> LostFiles | None:
    """Return the lost files of a site's folder, or None if there are none.

    A file whose file in `published/` is damaged is lost too, unless `articles/` has it. A file in `known` is not lost:
    the state has its records. Raises OSError.
    """
    published = folder / "published"
    accepted = _accepted(published)
    there = {*jsonl.published(folder / "articles"), *jsonl.left_over(folder / "articles"), *known}
    kept: dict[str, int] = {}
    damaged: dict[str, int] = {}
    for name in ids_file.names(published):
        records, is_whole = ids_file.read(published, name)
        (kept if is_whole else damaged)[name] = len(records)
    found: dict[str, int | None] = {name: None for name in damaged if name not in there}
    for report in _reports(folder / "reports"):
        named = [name for name in (*report.files, *report.recovered) if is_run_id(name.removesuffix(".jsonl"))]
        missing = [name for name in named if name not in there and name not in kept and name not in accepted]
        for name in missing:
            number = report.records.get(name)
            # A damaged file may have all of its lines, with an error in one of them.
            found[name] = None if number is None else max(0, number - damaged.get(name, 0)) or None
        first = next((name for name in report.files if name in missing), None)
        if first and not report.records:  # an older report counts the records of all its files together
            here = sum(_count(folder, name, kept) for name in report.files if name not in missing)
            stored = report.counts.get("new", 0) + report.counts.get("updated", 0)
            found |= dict.fromkeys(set(report.files) & set(missing), 0) | {first: max(0, stored - here)}
    if not found:
        return None
    return LostFiles(
        sorted(found),
        sum(number or 0 for number in found.values()),
        None in found.values(),
        [name for name in damaged if name in found],
    )


def _count(folder: Path, name: str, kept: Mapping[str, int]) -> int:
    """Return how many records a published file holds; 0 if it cannot be read."""
    try:
        return kept[name] if name in kept else len(list(of_file(path_of(folder / "articles", name))))
    except (OSError, DamagedFile):
        return 0


def accept(folder: Path, lost: LostFiles) -> None:
    """Remember that the user accepts the loss of these files. Raises OSError."""
    published = folder / "published"
    names = sorted({*_accepted(published), *lost.names})
    write_whole(published / _ACCEPTED, "".join(f"{name}\n" for name in names).encode())


def _accepted(published: Path) -> set[str]:
    if _ACCEPTED not in safe_files.file_names(published):
        return set()
    return set(safe_files.read_file(published / _ACCEPTED).decode("utf-8", "replace").splitlines())


def _reports(folder: Path) -> list[_Report]:
    """Return the reports of all runs that published something, oldest first; invalid ones are ignored.

    Idle runs are not among them, because their reports are no files of their own.
    """
    reports = []
    for run_id in run_ids_of(safe_files.file_names(folder), ".json"):
        try:
            reports.append(_decoder.decode(safe_files.read_file(folder / f"{run_id}.json")))
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            continue
    return reports
