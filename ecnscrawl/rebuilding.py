"""The state made whole from the files: after a kill, for a restored backup, and where it is damaged or missing."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import msgspec

from ecnscrawl import inside, recordfile, timestamps
from ecnscrawl.errors import CannotStart
from ecnscrawl.items import Precision
from ecnscrawl.schedule import next_check
from ecnscrawl.seen import Known
from ecnscrawl.state import State

MOST_CHECKED = 64_000_000  #: bytes of a state that are looked through at each start, in a fifth of a second


class _Line(msgspec.Struct):
    """What the state needs of a record."""

    id: str
    revision: int
    url: str
    published_at: str
    fetched_at: str
    content_hash: str
    published_precision: Precision | None = None


_decoder = msgspec.json.Decoder(_Line)


def open_state(path: Path, articles: Path, warnings: list[str]) -> State:
    """The state at this path, an empty one where it is missing or damaged; warnings say so.

    What an empty state should know is learned from the published files when the run indexes those that are
    unknown to it. A damaged state is kept beside the new one. Raises CannotStart.
    """
    if not path.exists() and (recordfile.published(articles) or recordfile.left_over(articles)):
        warnings.append(f"{path} is missing; it is rebuilt from the files in {articles}")
    state = None
    try:
        state = State(path)
        if path.stat().st_size <= MOST_CHECKED:
            state.check_whole()
        return state
    except sqlite3.OperationalError as error:  # the disk, not the file
        way_out = "make it a file that can be written, on a disk with space"
        raise CannotStart(f"{path} cannot be opened ({error}); {way_out}") from None
    except sqlite3.DatabaseError as error:
        if state is not None:
            state.close()
        aside = set_aside(path)
        warnings.append(
            f"{path} is damaged ({error}); it is kept as {aside.name} and rebuilt from the files in {articles}"
        )
        return State(path)


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


class Indexer:
    """Makes the records of files known."""

    def __init__(self, state: State, recheck_ages: Sequence[int], run: int) -> None:
        self._state = state
        self._ages = recheck_ages
        self._run = run

    def settle(self, folder: Path, name: str) -> bool:
        """Publish a file that a killed run left, with all of its whole records known; False where it has none."""
        part = recordfile.part_of(folder, name)
        size = self.index(part, name=name)
        if not size:
            inside.remove_file(part)
            self._state.drop_file(name)
            return False
        recordfile.truncate(part, size)
        self._state.commit()  # known first: a published record that nobody knows would be stored twice
        recordfile.publish(folder, name)
        self._state.set_committed(name, size, published=True)
        self._state.commit()
        return True

    def index(self, path: Path, *, name: str | None = None, published: bool = False) -> int:
        """Make the records known that the state has not seen; gives the size of all whole records, in bytes.

        A line that is no record ends the file: what a crash of the machine left behind it cannot be trusted.
        """
        name = name or path.name.removesuffix(".gz")
        number, size = self._state.file(name), self._state.committed(name)
        there = recordfile.size_of(path)
        if there < size:
            self._state.forget_beyond(number, there)
            size = max((offset + len(line) for offset, line in recordfile.lines(path)), default=0)
            self._state.forget_beyond(number, size)
        for offset, line in recordfile.lines(path, size):
            try:
                record = _decoder.decode(line)
                self._learn(record, number, offset)
            except (msgspec.MsgspecError, ValueError):
                break
            size = offset + len(line)
        self._state.set_committed(name, size, published=published)
        return size

    def _learn(self, record: _Line, file: int, offset: int) -> None:
        before = self._state.article(record.id)
        if before and before.alias_of is None and before.revision >= record.revision:
            return
        seen = before or self._state.pending(record.id)
        fetched = int(timestamps.from_text(record.fetched_at).timestamp())
        published = int(timestamps.from_text(record.published_at).timestamp())
        known = Known(
            id=record.id,
            url=record.url,
            listing=seen.listing if seen else None,
            content_hash=bytes.fromhex(record.content_hash),
            revision=record.revision,
            alias_of=None,
            published_at=published,
            first_seen=seen.first_seen if seen else fetched,
            first_run=seen.first_run if seen else self._run - 1,
            last_checked=fetched,
            next_check=next_check(published, fetched, self._ages),
            parts=(),
            gone_at=None,
            published_precision=record.published_precision,
        )
        self._state.store(known, file, offset)
