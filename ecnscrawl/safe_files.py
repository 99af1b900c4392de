"""Race-free file operations that never follow symlinks inside the data folder.

Without them, anybody who can write to the data folder could make a run write anywhere. Each function opens the folder
first, and then opens, renames or removes the file by its name relative to that descriptor. The data folder itself may
be a link. `depth` is the number of folders below it that are checked: 1 for a file in the site's folder, 2 for a file
in a folder inside that one.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE_FLAGS = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK  # opening a FIFO would wait for its other end
MAX_DESCRIPTORS = 1024  #: `sqlite_file` searches this many for SQLite's own


class UnsafeFileError(OSError):
    """The path is not a plain file or folder of ours, but a link, a FIFO or a file with a second hard link."""


@contextmanager
def open_folder(path: Path, depth: int = 2) -> Iterator[int]:
    """Yield a descriptor of a folder; raises UnsafeFileError if one of the last `depth` folders is a link."""
    above = open_folder(path.parent, depth - 1) if depth > 1 else None
    if above is None:
        fd = _open_folder_at(path, path, None)
    else:
        with above as at:
            fd = _open_folder_at(path, path.name, at)
    try:
        yield fd
    finally:
        os.close(fd)


def _open_folder_at(path: Path, name: Path | str, at: int | None) -> int:
    try:
        return os.open(name, _FOLDER_FLAGS, dir_fd=at)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR) and path.is_symlink():
            raise _link_error(path) from None
        raise OSError(error.errno, error.strerror, str(path)) from None


def _link_error(path: Path) -> UnsafeFileError:
    return UnsafeFileError(
        errno.ELOOP, "it is a link, and none is followed inside the data folder; move it away", str(path)
    )


def make_folder(path: Path, depth: int = 2) -> None:
    """Create a folder if it is missing. Raises UnsafeFileError if it is a link."""
    if depth > 1:
        with open_folder(path.parent, depth - 1) as at, suppress(FileExistsError):
            os.mkdir(path.name, dir_fd=at)
    else:
        path.mkdir(exist_ok=True)
    with open_folder(path, depth):
        pass


def open_file(path: Path, flags: int, depth: int = 2) -> int:
    """Return a descriptor of a file; `flags` as for `os.open`. With O_CREAT the umask decides the new file's mode.

    Raises UnsafeFileError if the path is not a regular file, or if it is opened for writing and has a second hard
    link: the other name may be somebody else's file. Do not pass O_TRUNC, which would truncate before this check;
    truncate by the descriptor.
    """
    with open_folder(path.parent, depth) as at:
        try:
            fd = os.open(path.name, flags | _FILE_FLAGS, 0o666, dir_fd=at)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise _link_error(path) from None
            if error.errno in (errno.ENXIO, errno.EISDIR):
                raise _not_a_file_error(path) from None
            raise OSError(error.errno, error.strerror, str(path)) from None
    try:
        _check(path, os.fstat(fd), is_written=flags & (os.O_WRONLY | os.O_RDWR) != 0)
    except UnsafeFileError:
        os.close(fd)
        raise
    return fd


def _not_a_file_error(path: Path) -> UnsafeFileError:
    return UnsafeFileError(errno.EINVAL, "it is not a file; move it away", str(path))


def _check(path: Path, found: os.stat_result, *, is_written: bool) -> None:
    if stat.S_ISLNK(found.st_mode):
        raise _link_error(path)
    if not stat.S_ISREG(found.st_mode):
        raise _not_a_file_error(path)
    if is_written and found.st_nlink > 1:
        raise UnsafeFileError(
            errno.EMLINK, "it is a hard link, so another file would change too; replace it by a copy", str(path)
        )


def read_file(path: Path, depth: int = 2) -> bytes:
    """Return the bytes of a file. Raises OSError."""
    with os.fdopen(open_file(path, os.O_RDONLY, depth), "rb") as file:
        return file.read()


def create_file(path: Path, depth: int = 2) -> int:
    """Return a descriptor for writing a new, empty file. Replaces whatever the path was before, except a folder."""
    remove_file(path, depth)
    return open_file(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, depth)


def remove_file(path: Path, depth: int = 2) -> None:
    """Remove a file if there is one. Of a link, removes the link and not its target."""
    with open_folder(path.parent, depth) as at, suppress(FileNotFoundError):
        try:
            os.unlink(path.name, dir_fd=at)
        except OSError as error:
            raise (_not_a_file_error(path) if error.errno in (errno.EISDIR, errno.EPERM) else error) from None


def rename_file(path: Path, target: str, depth: int = 2) -> None:
    """Rename a file to `target` in the same folder, replacing a file of that name."""
    with open_folder(path.parent, depth) as at:
        try:
            os.rename(path.name, target, src_dir_fd=at, dst_dir_fd=at)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(path.with_name(target))) from None


def file_names(path: Path, depth: int = 2) -> list[str]:
    """Return the sorted names of the regular files in a folder, without links; [] if there is no such folder."""
    try:
        with open_folder(path, depth) as at, os.scandir(at) as entries:
            return sorted(entry.name for entry in entries if entry.is_file(follow_symlinks=False))
    except FileNotFoundError:
        return []


def sync_folder(path: Path, depth: int = 2) -> None:
    """Flush a folder's entries to the disk (fsync)."""
    with open_folder(path, depth) as at:
        os.fsync(at)


@contextmanager
def sqlite_file(path: Path) -> Iterator[None]:
    """Create a site's SQLite file if it is missing; open it by its path inside the block.

    SQLite follows links and cannot open a descriptor. So this function opens the file first, and after the block checks
    that this process has that same file open. Raises UnsafeFileError if it has not. SQLite itself follows no link for
    `-wal`, `-shm` and `-journal`; they are checked here for a clear message.
    """
    for ending in ("-wal", "-shm", "-journal"):
        beside = path.with_name(path.name + ending)
        with suppress(FileNotFoundError):
            _check(beside, beside.lstat(), is_written=True)
    fd = open_file(path, os.O_RDWR | os.O_CREAT, depth=1)
    there = os.fstat(fd)
    os.close(fd)
    yield
    if not any(_is_open_as(number, there) for number in range(MAX_DESCRIPTORS)):
        raise _link_error(path)


def _is_open_as(number: int, there: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.fstat(number), there)
    except OSError:
        return False


def write_whole(path: Path, content: bytes, depth: int = 2) -> None:
    """Replace a small file atomically: its readers see the old content or the new content.

    Does not use `tempfile`, whose files have mode 600 whatever the user's umask.
    """
    new = path.with_name(f".{path.name}.new")
    try:
        with os.fdopen(create_file(new, depth), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        rename_file(new, path.name, depth)
    except OSError:
        with suppress(OSError):
            remove_file(new, depth)
        raise
