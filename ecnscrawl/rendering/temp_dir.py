"""The browser's folder for temporary files, locked while its crawl runs.

A crawl that is killed may leave its folder behind, because the supervisor that removes it runs only while a browser
runs. The next crawl removes it: nobody holds its lock any more.
"""

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

_PREFIX = "ecnscrawl-browser-"
_TRIES = 5


class TempDir:
    """A new temporary folder; creating one removes the folders of crawls that were killed."""

    def __init__(self) -> None:
        self.path, self._lock = _make()
        _remove_abandoned(self.path)

    def remove(self) -> None:
        """Remove the folder with its content."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _make() -> tuple[Path, int | None]:
    """Return a new folder and the descriptor that locks it; None if this disk has no locks."""
    path = Path(tempfile.mkdtemp(prefix=_PREFIX))
    for _ in range(_TRIES):
        lock = _lock_folder(path)
        if lock is not None and _is_same(path, lock):
            return path, lock
        if lock is not None:
            os.close(lock)
        # Another crawl is removing this folder: it was not locked yet when that crawl looked.
        with suppress(OSError):
            path.rmdir()
        path = Path(tempfile.mkdtemp(prefix=_PREFIX))
    return path, None  # locks do not work on this disk, so no other crawl can lock and remove this folder either


def _remove_abandoned(mine: Path) -> None:
    for path in mine.parent.glob(f"{_PREFIX}*"):
        if path == mine or (lock := _lock_folder(path)) is None:
            continue
        try:
            if _is_own_folder(lock) and _is_same(path, lock):
                shutil.rmtree(path, ignore_errors=True)
        finally:
            os.close(lock)


def _lock_folder(path: Path) -> int | None:
    """Lock a folder until this process ends; return the descriptor, or None if it is locked or not a folder."""
    try:
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    with suppress(OSError):
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return folder
    os.close(folder)
    return None


def _is_own_folder(folder: int) -> bool:
    return os.fstat(folder).st_uid == os.geteuid()


def _is_same(path: Path, folder: int) -> bool:
    """Whether a path still names the folder that is locked."""
    try:
        return os.path.samestat(path.lstat(), os.fstat(folder))
    except OSError:
        return False
