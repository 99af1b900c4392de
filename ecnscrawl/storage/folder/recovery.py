"""Open the state, rebuild one that is damaged or missing, and finish what a killed run left undone."""

import sqlite3
from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from ecnscrawl import safe_files
from ecnscrawl.exceptions import CannotStart
from ecnscrawl.frontier.base import FileState
from ecnscrawl.frontier.sqlite.database import SqliteState
from ecnscrawl.hints import program
from ecnscrawl.storage import jsonl
from ecnscrawl.storage.archive import recovery as archive_recovery
from ecnscrawl.storage.folder import ids_file, tombstones
from ecnscrawl.storage.folder.commits import ARCHIVED
from ecnscrawl.storage.folder.indexing import Indexer
from ecnscrawl.storage.folder.lost_files import accept, lost_files
from ecnscrawl.storage.run_ids import run_ids_of

MAX_CHECKED_BYTES = 64_000_000  #: a state up to this size is checked whole at each start, in a fifth of a second


@dataclass(frozen=True)
class Recovered:
    """What was done for earlier runs."""

    records: dict[str, int]  #: how many records each file has that was published now, by name
    warnings: Sequence[str]


def recover(state: FileState, folder: Path, recheck_ages: Sequence[int], run: int) -> Recovered:
    """Publish what a killed run left in a site's folder, and index what the state does not know.

    `run` is the number of the run that does this. Raises OSError, DamagedFile and errors of the state.
    """
    articles, gone, rejected = folder / "articles", folder / "gone", folder / "rejected"
    _settle_archive(state, folder / "archive", articles)
    indexer = Indexer(state, folder, recheck_ages, run)
    records = {name: number for name in jsonl.left_over(articles) if (number := indexer.settle(name))}
    indexer.index_unknown()
    indexer.warnings += tombstones.apply(state, folder)
    indexer.keep_ids()
    for name in jsonl.left_over(gone):
        jsonl.publish_whole_lines(gone, name)
    indexer.learn_gone(gone)
    state.commit()
    ids_file.remove_left_over(folder / "published")
    for name in jsonl.left_over(rejected):
        jsonl.publish_whole_lines(rejected, name)
    return Recovered(records, indexer.warnings)


def _settle_archive(state: FileState, folder: Path, articles: Path) -> None:
    """Publish the archive of a killed run, before its records are.

    If there are records that the state does not know, their pages are on the disk too, after the last commit. But if a
    line is not whole, nobody knows which of these pages belong to it: they would stand in the archive without their
    record, and once more with it when they are fetched again. So archive and records are cut to the last commit then.
    """
    left_over = archive_recovery.left_over(folder)
    name, _, size = str(state.get_meta(ARCHIVED) or "").partition(" ")
    parts = {each: jsonl.part_of(articles, each) for each in jsonl.left_over(articles)}
    is_torn = left_over and any(jsonl.whole_size(part) < jsonl.size_of(part) for part in parts.values())
    if is_torn:  # before the archive, so that no record is kept without its page
        for each, part in parts.items():
            jsonl.truncate(part, min(state.committed(each), jsonl.size_of(part)))
    is_behind = not name or any(jsonl.size_of(part) > state.committed(each) for each, part in parts.items())
    for each in left_over:
        committed = int(size) if each == name else 0
        archive_recovery.settle(folder, each, None if is_behind and not is_torn else committed)


def open_state(folder: Path, warnings: list[str]) -> SqliteState:
    """Open the state of a site's folder. If it is missing or damaged, make an empty one and append a warning.

    `recover` then rebuilds an empty state from `published/` and `articles/`. A damaged state is kept beside the new
    one. Raises CannotStart, also if published records are in neither of the two folders.
    """
    path = folder / "state.sqlite"
    is_missing = not path.exists()
    state = None
    try:
        state = SqliteState(path)
        if path.stat().st_size <= MAX_CHECKED_BYTES:
            state.check_whole()
        if state.get_meta("runs") is None:
            _refuse_to_lose(folder, "missing" if is_missing else "empty")
        elif _is_older(state, folder):  # a restored backup: what it does not know was published after it
            _refuse_to_lose(folder, "older than the last run", known=state.published_files())
    except CannotStart:
        if state is not None:
            state.close()
        raise
    except sqlite3.OperationalError as error:  # the disk is at fault, not the file
        way_out = "make it a file that can be written, on a disk with space"
        raise CannotStart(f"{path} cannot be opened ({error}); {way_out}") from None
    except sqlite3.DatabaseError as error:
        if state is not None:
            state.close()
        _refuse_to_lose(folder, f"damaged ({error})")
        aside = set_aside(path)
        warnings.append(f"{path} is damaged ({error}); it is kept as {aside.name} and rebuilt from {folder}/published")
        return SqliteState(path)
    if is_missing and _has_files(folder):
        warnings.append(f"{path} is missing; it is rebuilt from {folder}/published")
    return state


def rebuilt_state(folder: Path, *, accept_loss: bool) -> SqliteState:
    """Make an empty state, which `recover` then rebuilds from the files. The old one is kept beside it.

    What only the old one knows of published records is first written to `published/`, if the old one can be read.
    Raises CannotStart if records are lost; an accepted loss is remembered instead.
    """
    path = folder / "state.sqlite"
    if path.exists():
        _save_what_is_known(folder)
    lost = lost_files(folder)
    if lost and not accept_loss:
        _refuse_to_lose(folder, "to be rebuilt")
    if lost:
        accept(folder, lost)
    set_aside(path)
    return SqliteState(path)


def _save_what_is_known(folder: Path) -> None:
    try:
        state = SqliteState(folder / "state.sqlite")
    except (sqlite3.DatabaseError, CannotStart):
        return
    try:
        state.check_whole()
        Indexer(state, folder).keep_ids(checked=True)
    except sqlite3.DatabaseError:
        pass  # it is damaged, so what it says cannot be trusted
    finally:
        state.close()


def _is_older(state: SqliteState, folder: Path) -> bool:
    """Whether runs have published or reported something after this state was written. Idle runs published nothing."""
    last = str(state.get_meta("last_name") or "")
    if any(run_id > last for run_id in run_ids_of(safe_files.file_names(folder / "reports"), ".json")):
        return True
    return not state.published_files().issuperset(ids_file.names(folder / "published"))


def _refuse_to_lose(folder: Path, what: str, known: Set[str] = frozenset()) -> None:
    if lost := lost_files(folder, known):
        raise CannotStart(
            f"{folder}: the state is {what}, and published/ lacks {lost}, which articles/ does not have either; put the"
            f" files back, or run `{program()} state rebuild {folder.name} --accept-loss` to go on without them: what"
            " the site still has of them is then fetched again as new"
        )


def _has_files(folder: Path) -> bool:
    articles = folder / "articles"
    return bool(jsonl.published(articles) or jsonl.left_over(articles) or ids_file.names(folder / "published"))


def set_aside(path: Path) -> Path:
    """Rename a state and the files that belong to it; return the new path."""
    number = 1
    while (aside := path.with_name(f"{path.name}.old-{number}")).exists():
        number += 1
    for ending in ("-wal", "-shm", ""):
        belongs = path.with_name(path.name + ending)
        if belongs.exists():
            belongs.rename(aside.with_name(aside.name + ending))
    return aside
