"""The browser's folder for temporary files: held by a lock while its crawl lives, removed by the next one else.

What ends a crawl by force may leave it, as the browser's keeper is there only while a browser runs.
"""

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

_PREFIX = "ecnscrawl-browser-"
_TRIES = 5


class TemporaryFolder:
    """A new one; those that nobody holds any more go."""

    def __init__(self) -> None:
        self.path, self._lock = _make()
        _remove_left(self.path)

    def remove(self) -> None:
        """Remove it with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _make() -> tuple[Path, int | None]:
    """A folder, and the lock on it."""
    path = Path(tempfile.mkdtemp(prefix=_PREFIX))
    for _ in range(_TRIES):
        lock = _hold(path)
        if lock is not None and _is_same(path, lock):
            return path, lock
        if lock is not None:
            os.close(lock)
        # Another crawl removes it, as nobody held it for a moment.
        with suppress(OSError):
            path.rmdir()
        path = Path(tempfile.mkdtemp(prefix=_PREFIX))
    return path, None  # no locks are to be had on this disk, by nobody


def _remove_left(mine: Path) -> None:
    for path in mine.parent.glob(f"{_PREFIX}*"):
        if path == mine or (lock := _hold(path)) is None:
            continue
        try:
            if _is_own_folder(lock) and _is_same(path, lock):
                shutil.rmtree(path, ignore_errors=True)
        finally:
            os.close(lock)


def _hold(path: Path) -> int | None:
    """The lock on a folder, which ends with the process; None where another one has it, or it is no folder."""
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
    """Whether a name still leads to the folder that is held."""
    try:
        return os.path.samestat(path.lstat(), os.fstat(folder))
    except OSError:
        return False
