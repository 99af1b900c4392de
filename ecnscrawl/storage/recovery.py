"""Opening the state, also where it is damaged or missing; what it should know is then learned from the files."""

import sqlite3
from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from ecnscrawl import safe_files
from ecnscrawl.exceptions import CannotStart
from ecnscrawl.frontier.base import State
from ecnscrawl.frontier.sqlite.database import SqliteState
from ecnscrawl.hints import program
from ecnscrawl.storage import ids_file, jsonl
from ecnscrawl.storage.indexing import Indexer
from ecnscrawl.storage.lost_files import accept, lost_files
from ecnscrawl.storage.run_ids import run_ids_of

MAX_CHECKED_BYTES = 64_000_000  #: bytes of a state that are looked through at each start, in a fifth of a second


@dataclass(frozen=True)
class Recovered:
    """What earlier runs had left to do."""

    records: dict[str, int]  #: how many each file has that is published only now
    warnings: Sequence[str]


def recover(state: State, folder: Path, recheck_ages: Sequence[int], run: int) -> Recovered:
    """Publish what a killed run left in a site's folder, and make known what the files say and the state does not.

    `run` is the number of the run that does this. Raises OSError, DamagedFile and errors of the state.
    """
    articles, gone, rejected = folder / "articles", folder / "gone", folder / "rejected"
    indexer = Indexer(state, folder, recheck_ages, run)
    records = {name: number for name in jsonl.left_over(articles) if (number := indexer.settle(name))}
    indexer.index_unknown()
    indexer.keep_ids()
    for name in jsonl.left_over(gone):
        jsonl.publish_whole_lines(gone, name)
    indexer.learn_gone(gone)
    state.commit()
    ids_file.remove_left_over(folder / "published")
    for name in jsonl.left_over(rejected):
        jsonl.publish_whole_lines(rejected, name)
    return Recovered(records, indexer.warnings)


def open_state(folder: Path, warnings: list[str]) -> SqliteState:
    """The state of a site's folder, an empty one where it is missing or damaged; warnings say so.

    What an empty state should know is learned from `published/` and `articles/` when the run indexes what is unknown
    to it. A damaged state is kept beside the new one. Raises CannotStart, also where neither of them tells what was
    published.
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
        elif _is_older(state, folder):  # a restored backup: what it does not know was published since
            _refuse_to_lose(folder, "older than the last run", known=state.published_files())
    except CannotStart:
        if state is not None:
            state.close()
        raise
    except sqlite3.OperationalError as error:  # the disk, not the file
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
    """An empty state in the place of the one that is there, to learn all from the files; that one is kept.

    What only the old one knows of published records is written to `published/` first, where it can be read. Raises
    CannotStart where records are lost, unless the loss is accepted: it is then remembered.
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
        pass  # what it would say cannot be trusted
    finally:
        state.close()


def _is_older(state: SqliteState, folder: Path) -> bool:
    """Whether runs have published or reported something since this state was written."""
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
    """Move a state away, with the files that belong to it."""
    number = 1
    while (aside := path.with_name(f"{path.name}.old-{number}")).exists():
        number += 1
    for ending in ("-wal", "-shm", ""):
        belongs = path.with_name(path.name + ending)
        if belongs.exists():
            belongs.rename(aside.with_name(aside.name + ending))
    return aside
