"""Kills its own process at one exact moment: this folder stands on PYTHONPATH, FAULT_POINT names the moment.

`fsync:3:before` is right before the third `os.fsync`; `write:2:half` in the middle of the second write to a `.part`.
With FAULT_SIGNAL=2 it is another signal than SIGKILL, and the process goes on as far as that lets it.

With FAULT_LOSES=unsynced the power fails too: what no fsync has made safe is gone, names of files included. That the
state is safe from its COMMIT on is SQLite's own promise, and is taken as kept.
"""

import os
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from pathlib import Path
from typing import Any

SIGNAL = int(os.environ.get("FAULT_SIGNAL", signal.SIGKILL))
OPERATION, NUMBER, WHEN = os.environ["FAULT_POINT"].split(":")
POWER_FAILS = os.environ.get("FAULT_LOSES") == "unsynced"

fsync, write, rename, truncate, unlink, open_file = os.fsync, os.write, os.rename, os.ftruncate, os.unlink, os.open
happened: Counter[str] = Counter()
synced: dict[int, int] = {}  # the size that is safe of each file this process has made, by inode
created: dict[Path, int] = {}  # files whose names no fsync of their folder has made safe
renamed: list[tuple[Path, Path]] = []  # the same, as (old, new)


def die() -> None:
    """Kill the process as `kill -9` does: nothing is flushed, closed or reported."""
    if POWER_FAILS:
        lose_what_is_not_synced()
    os.kill(os.getpid(), SIGNAL)


def lose_what_is_not_synced() -> None:
    """Remove from the disk what a loss of power would lose now."""
    for old, new in reversed(renamed):
        rename(new, old)
    endings = (".part", ".new", ".jsonl", ".ids")
    for path in [path for path in Path(os.environ["ECNSCRAWL_DATA_DIR"]).rglob("*") if path.suffix in endings]:
        if path in created:
            unlink(path)
        elif (inode := path.stat().st_ino) in synced:
            os.truncate(path, synced[inode])


def at_its_moment(operation: str, call: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
    """Call the function, and die before, after or in the middle of it if this is the chosen moment."""
    happened[operation] += 1
    if operation != OPERATION or happened[operation] != int(NUMBER):
        return call(*arguments, **more)
    if WHEN == "half":
        fd, data = arguments
        call(fd, data[: len(data) // 2])
    if WHEN == "after":
        result = call(*arguments, **more)
        die()
        return result
    die()
    return call(*arguments, **more)


def deadly(operation: str, call: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function with moments at which the process may die."""
    return wraps(call)(lambda *arguments, **more: at_its_moment(operation, call, *arguments, **more))


def path_of(fd: int) -> Path:
    """Return the path of an open descriptor (Linux)."""
    return Path(f"/proc/self/fd/{fd}").readlink()


def place(name: Any, folder: int | None) -> Path:
    """Return the path of a name that may be relative to a folder's descriptor."""
    return Path(name) if folder is None else path_of(folder) / name


def noting_open(path: Any, flags: int, *rest: Any, **more: Any) -> int:
    """`os.open` that remembers the files which it creates."""
    fd = open_file(path, flags, *rest, **more)
    if flags & os.O_EXCL:
        created[place(path, more.get("dir_fd"))] = synced[os.fstat(fd).st_ino] = 0
    return fd


def noting_fsync(fd: int) -> None:
    """`os.fsync` that remembers what is safe now."""
    fsync(fd)
    path = path_of(fd)
    if path.is_dir():
        for file in [file for file in created if file.parent == path]:
            del created[file]
        renamed[:] = [(old, new) for old, new in renamed if new.parent != path]
    elif (inode := os.fstat(fd).st_ino) in synced:
        synced[inode] = path.stat().st_size


def noting_rename(old: Any, new: Any, **more: Any) -> None:
    """`os.rename` that remembers what it did; a file that is replaced would not come back, so those are left out."""
    before, after = place(old, more.get("src_dir_fd")), place(new, more.get("dst_dir_fd"))
    is_new = not after.exists()
    rename(old, new, **more)
    if is_new:
        renamed.append((before, after))


def write_of_records(fd: int, data: Any) -> int:
    """`os.write` with moments for records only."""
    if not path_of(fd).name.endswith(".part"):
        return write(fd, data)
    written: int = at_its_moment("write", write, fd, data)
    return written


class Connection(sqlite3.Connection):
    """A connection whose COMMITs are moments."""

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        """Execute a statement; COMMIT is a moment."""
        run = super().execute
        cursor: sqlite3.Cursor = at_its_moment("commit", run, sql) if sql == "COMMIT" else run(sql, *parameters)
        return cursor


def kill_around_transactions() -> None:
    """Let the ends of the transactions of psycopg be moments."""
    import psycopg

    transaction = psycopg.Connection.transaction

    @contextmanager
    def with_moments(connection: Any, *arguments: Any, **more: Any) -> Iterator[Any]:
        within = transaction(connection, *arguments, **more)
        opened = within.__enter__()
        try:
            yield opened
        except BaseException as error:
            within.__exit__(type(error), error, error.__traceback__)
            raise
        at_its_moment("transaction", within.__exit__, None, None, None)

    psycopg.Connection.transaction = with_moments  # type: ignore[method-assign, assignment]


os.open = noting_open
os.write = write_of_records
os.fsync = deadly("fsync", noting_fsync)
os.rename = deadly("rename", noting_rename)
os.ftruncate = deadly("truncate", truncate)
os.unlink = deadly("unlink", unlink)
sqlite3.connect = partial(sqlite3.connect, factory=Connection)  # type: ignore[assignment]
if OPERATION == "transaction":
    kill_around_transactions()
