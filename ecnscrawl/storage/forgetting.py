"""Forget articles: remove them from each file of a site's folder and from its state, and see that none comes back.

Each step can be repeated, so whoever is killed in between runs it again. Reports and saved pages are cleaned first,
while the addresses are still known. Then comes the tombstone: from now on nothing is stored again. The state comes
last: until then `tombstones.apply` warns that the files are not done.
"""

import os
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Set
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ecnscrawl import safe_files
from ecnscrawl.exceptions import CannotStart
from ecnscrawl.frontier.base import State
from ecnscrawl.frontier.sqlite.database import SqliteState
from ecnscrawl.normalize.text import counted
from ecnscrawl.storage.archive.writer import ENDING
from ecnscrawl.storage.folder import ids_file, tombstones
from ecnscrawl.storage.jsonl import DamagedFile
from ecnscrawl.storage.line_removal import remove_hidden_copies, remove_lines
from ecnscrawl.storage.traces import ENDINGS, FOLDERS, Traces, article_of_line, files_of_lines

#: The indexes of texts, and what follows from their removal.
_INDEXES = {
    "search.sqlite": "the next search makes it again",
    "browse.sqlite": "the next browse makes it again; stop one that is running, it still shows the articles",
}
_OLD_STATE = re.compile(r"state\.sqlite\.old-\d+")
_SIDE_FILES = ("-wal", "-shm", "-journal")
#: What else stands in a site's folder, without texts: `exports/` has names of files, `loaded-into.json` databases.
_OTHERS = {"published", "reports", "samples", "exports", "lock", "loaded-into.json", "state.sqlite", *FOLDERS}
ARCHIVE = "archive"  #: the folder of archived pages
_REPORTS = (".json", ".jsonl", ".html")


@dataclass
class Forgotten:
    """What was done, a line for each place, and what was not."""

    removed: list[str] = field(default_factory=list)
    unreached: list[str] = field(default_factory=list)


def forget(
    state: State,
    folder: Path,
    traces: Traces,
    now: datetime,
    clean_archive: Callable[[Path, Traces, Forgotten], None] | None = None,
) -> Forgotten:
    """Remove the articles from a site's folder and state. The caller holds the site's lock.

    `now` is aware. `clean_archive` removes them from the folder of archived pages, which else is named as not searched.
    Raises OSError, CannotStart and errors of the state; the same call then goes on.
    """
    published = folder / "published"
    done = Forgotten()
    clean_texts(folder, traces, done)
    if clean_archive is not None:
        clean_archive(folder / ARCHIVE, traces, done)
    tombstones.add(published, traces.hashes, now)
    for kind in FOLDERS:
        _clean_lines(folder / kind, traces, done)
    _clean_published(published, traces, done)
    done.removed += [f"{name} removed: {then}" for name, then in _INDEXES.items() if _remove_database(folder / name)]
    _clean_old_states(folder, traces, done)
    for id_ in sorted(traces.ids):
        state.forget(id_, map(bytes.fromhex, traces.hashes[id_]))
    state.commit()
    done.unreached += _unknown_files(folder, {ARCHIVE} if clean_archive else set())
    done.unreached += twins_of(traces)
    return done


def twins_of(traces: Traces) -> list[str]:
    """Return a line for each other article with the same content."""
    return [f"{id_} has the same content; forget it too, if it has to go" for id_ in sorted(traces.twins)]


def _clean_lines(folder: Path, traces: Traces, done: Forgotten) -> None:
    remove_hidden_copies(folder)
    unclear: set[str] = set()
    records: Counter[Path] = Counter()
    for path in files_of_lines(folder):

        def is_removed(line: bytes, path: Path = path) -> bool:
            article = article_of_line(line)
            if article is None and any(id_.encode() in line for id_ in traces.ids):
                unclear.add(f"{path} has a damaged line with the id; remove the line")
            return article is not None and article.id in traces.ids

        has_other_name = path.lstat().st_nlink > 1
        try:
            records[path] = remove_lines(path, is_removed)
        except DamagedFile as error:
            unclear.add(str(error))
        if records[path] and has_other_name:
            unclear.add(f"{path} had another name too (a hard link), and the file of that name is unchanged")
    done.unreached += sorted(unclear)
    if number := records.total():
        files = counted(sum(map(bool, records.values())), "file")
        done.removed.append(f"{folder.name}/: {counted(number, 'line')} removed from {files}")


def _clean_published(folder: Path, traces: Traces, done: Forgotten) -> None:
    quoted = [f'"{id_}"'.encode() for id_ in traces.ids]

    def is_named(line: bytes) -> bool:
        return any(id_ in line for id_ in quoted)

    number = 0
    for name in ids_file.names(folder):
        records, is_whole = ids_file.read(folder, name)
        kept = [record for record in records if record.id not in traces.ids]
        if not is_whole:  # it must stay a damaged file: rebuilding the state asks whether the rest is lost
            number += remove_lines(folder / ids_file.ids_name(name), is_named)
        elif len(kept) < len(records):  # one without a record stays, so that its file does not count as lost
            ids_file.write(folder, name, kept)
            number += len(records) - len(kept)
    if number:
        done.removed.append(f"published/: {counted(number, 'line')} removed")


def clean_texts(folder: Path, traces: Traces, done: Forgotten) -> None:
    """Remove the saved pages that contain an address of the articles, and the addresses in reports."""
    pattern = traces.address_pattern()
    if pattern is None:
        return
    samples = [path for path in _files(folder / "samples", ".html") if pattern.search(safe_files.read_file(path))]
    for path in samples:
        safe_files.remove_file(path)
    if samples:
        done.removed.append(f"samples/: {counted(len(samples), 'saved page')} removed")
    reports = 0
    for path in _files(folder / "reports", *_REPORTS):
        content, number = pattern.subn(b"forgotten", safe_files.read_file(path))
        if number:
            safe_files.write_whole(path, content)
            reports += 1
    if reports:
        done.removed.append(f"reports/: address removed from {counted(reports, 'file')}")


def _files(folder: Path, *endings: str) -> Iterator[Path]:
    for name in safe_files.file_names(folder):
        if name.endswith(endings) and not name.startswith("."):
            yield folder / name


def _remove_database(path: Path) -> bool:
    is_there = path.name in safe_files.file_names(path.parent, depth=1)
    for ending in ("", *_SIDE_FILES):
        safe_files.remove_file(path.with_name(path.name + ending), depth=1)
    return is_there


def _clean_old_states(folder: Path, traces: Traces, done: Forgotten) -> None:
    """Remove the articles from the states that a rebuild has kept."""
    for name in filter(_OLD_STATE.fullmatch, safe_files.file_names(folder, depth=1)):
        try:
            with closing(SqliteState(folder / name)) as old:
                copies = {alias.id for id_ in traces.ids for alias in old.aliases(id_)}
                known = [id_ for id_ in copies | traces.ids if old.article(id_) or old.pending(id_)]
                for id_ in known:
                    old.forget(id_, ())
                old.commit()
        except (sqlite3.Error, CannotStart) as error:
            done.unreached.append(f"{folder / name}, a state that was replaced, cannot be read ({error}); remove it")
        else:
            if known:
                done.removed.append(f"{name}: {counted(len(known), 'article')} removed")


def _unknown_files(folder: Path, searched: Set[str]) -> Iterator[str]:
    """Yield a line for each file that may hold the article and is none of ours, or cannot be searched."""
    found = [(path, why) for path, why in _entries(folder, 1, ()) if path.name not in searched]
    yield from (f"{path}{why}" for path, why in found if not _is_ours(path.name))
    for name in sorted(name for name in searched if (folder / name).is_dir()):
        yield from (f"{path}{why}" for path, why in _entries(folder / name, 2, (ENDING,)))
    for kind in FOLDERS:
        yield from (f"{path}{why}" for path, why in _entries(folder / kind, 2, ENDINGS))


def _is_ours(name: str) -> bool:
    databases = [re.escape(each) for each in ("state.sqlite", *_INDEXES)]
    sides = "|".join(_SIDE_FILES)
    ours = rf"(?:{'|'.join([*databases, _OLD_STATE.pattern])})(?:{sides})?"
    return name in _OTHERS or re.fullmatch(ours, name) is not None


def _entries(folder: Path, depth: int, endings: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    """Yield the visible entries of a folder that are not regular files with these endings, and what they are."""
    with safe_files.open_folder(folder, depth) as at, os.scandir(at) as entries:
        for entry in sorted(entries, key=lambda each: each.name):
            if entry.name.startswith("."):
                continue
            if entry.is_symlink():
                yield folder / entry.name, " is a link, which is not followed"
            elif not (endings and entry.is_file() and entry.name.endswith(endings)):
                yield folder / entry.name, " may hold it and is not searched"
