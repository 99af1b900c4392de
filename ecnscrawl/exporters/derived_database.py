"""SQLite databases that are made from the article files, so that one of another version can be made again."""

import sqlite3
from pathlib import Path

from ecnscrawl import safe_files


def remove_unusable(path: Path, version: int, lock_timeout: float) -> None:
    """Remove the database at this path if it is damaged or has another `user_version`; an empty one stays.

    `lock_timeout` is how many seconds to wait for another process that writes it. Raises UnsafeFileError, and
    sqlite3.OperationalError where the disk is at fault or the database stays locked: the file may be fine.
    """
    if not _is_usable(path, version, lock_timeout):
        for ending in ("", "-wal", "-shm"):
            safe_files.remove_file(path.with_name(path.name + ending), depth=1)


def _is_usable(path: Path, version: int, lock_timeout: float) -> bool:
    with safe_files.sqlite_file(path):
        database = sqlite3.connect(path, timeout=lock_timeout)
    try:
        found = database.execute("PRAGMA user_version").fetchone()[0]
        return found == version or not database.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        return False
    finally:
        database.close()
