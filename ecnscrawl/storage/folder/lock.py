"""A lock that allows one run of a site at a time, and that the system releases when its process ends."""

import errno
import fcntl
import os
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path

from ecnscrawl import safe_files
from ecnscrawl.exceptions import AlreadyRunning, CannotStart
from ecnscrawl.storage.errors import MAKE_WRITABLE


class SiteLock:
    """A `flock` on a file. A left-over file locks nothing."""

    def __init__(
        self, path: Path, busy: str = "another run of this site is under way", way_out: str = MAKE_WRITABLE
    ) -> None:
        """`busy` and `way_out` are for messages: what is going on while another process has the lock, and what to do
        about a file that cannot be written.
        """
        self._path = path
        self._busy, self._way_out = busy, way_out
        self._fd: int | None = None

    def acquire(self, holder: str) -> None:
        """Take the lock and write `holder` into its file.

        Raises AlreadyRunning, naming the other holder, and CannotStart if the file cannot be written.
        """
        while self._fd is None:
            fd, refusal = self._open()
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                words = os.pread(fd, 200, 0).decode("utf-8", "replace").strip()
                os.close(fd)
                if error.errno not in (errno.EAGAIN, errno.EACCES):
                    raise CannotStart(
                        f"{self._path} cannot be locked ({error.strerror}); is it on a local disk?"
                    ) from None
                raise AlreadyRunning(f"{self._busy}: {words or 'just started'}") from None
            if refusal is not None:
                os.close(fd)
                raise self._not_writable(refusal)
            if self._is_still_there(fd):
                self._fd = fd
            else:
                os.close(fd)  # somebody deleted the folder between opening and locking, so the lock is on a dead file
        try:
            os.ftruncate(self._fd, 0)
            os.pwrite(self._fd, f"{holder}\n".encode(), 0)
        except OSError as error:
            self.release()
            raise self._not_writable(error) from None

    def _open(self) -> tuple[int, OSError | None]:
        """Return a descriptor, and why the file cannot be written where it can only be read."""
        try:
            return safe_files.open_file(self._path, os.O_RDWR | os.O_CREAT, depth=1), None
        except safe_files.UnsafeFileError as error:
            raise CannotStart(f"{self._path}: {error.strerror}") from None
        except OSError as error:
            try:  # another user's file can still be locked for reading, which shows whether its owner is running
                return safe_files.open_file(self._path, os.O_RDONLY, depth=1), error
            except OSError:
                raise self._not_writable(error) from None

    def _not_writable(self, error: OSError) -> CannotStart:
        return CannotStart(f"{self._path} cannot be written ({error.strerror}); {self._way_out}")

    def _is_still_there(self, fd: int) -> bool:
        try:
            there = self._path.lstat()
        except FileNotFoundError:
            return False
        return os.path.samestat(there, os.fstat(fd))

    def release(self) -> None:
        """Release the lock; a second call does nothing."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def is_locked(path: Path) -> bool:
    """Whether another process holds the lock of a site; False where that cannot be seen."""
    try:
        fd = safe_files.open_file(path, os.O_RDONLY, depth=1)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in (errno.EAGAIN, errno.EACCES)
    finally:
        os.close(fd)
    return False


def holder(now: datetime) -> str:
    """Return what this process writes into the lock's file, for whoever is refused because of it."""
    try:
        user = getuser()
    except (OSError, KeyError):
        user = str(os.getuid())  # a user without an entry, as in a container
    return f"pid {os.getpid()}, user {user}, since {now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
