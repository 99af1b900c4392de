"""Files inside the data folder: no link is followed, and what is opened is what was looked at, whatever happens.

Who can write to the data folder could else have a run write anywhere. So each folder is held open while what is in it
is opened, renamed or removed by its name alone. The data folder itself may be a link: it stands above `depth` folders,
that of the site and, for most files, one in it.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK  # to open a FIFO would wait for its other end
_MOST_FILES = 1024  #: descriptors that are looked at


class NotOurs(OSError):
    """Something else stands where a file or folder of ours should: a link, a FIFO, a file with another name besides."""


@contextmanager
def folder(path: Path, depth: int = 2) -> Iterator[int]:
    """A descriptor of a folder for a while; raises NotOurs where it, or one of `depth`, is a link."""
    above = folder(path.parent, depth - 1) if depth > 1 else None
    if above is None:
        fd = _folder(path, path, None)
    else:
        with above as at:
            fd = _folder(path, path.name, at)
    try:
        yield fd
    finally:
        os.close(fd)


def _folder(path: Path, name: Path | str, at: int | None) -> int:
    try:
        return os.open(name, _FOLDER, dir_fd=at)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR) and path.is_symlink():
            raise _link(path) from None
        raise OSError(error.errno, error.strerror, str(path)) from None


def _link(path: Path) -> NotOurs:
    return NotOurs(errno.ELOOP, "it is a link, and none is followed inside the data folder; move it away", str(path))


def make_folder(path: Path, depth: int = 2) -> None:
    """Have a folder there; raises NotOurs for a link."""
    if depth > 1:
        with folder(path.parent, depth - 1) as at, suppress(FileExistsError):
            os.mkdir(path.name, dir_fd=at)
    else:
        path.mkdir(exist_ok=True)
    with folder(path, depth):
        pass


def opened(path: Path, flags: int, depth: int = 2) -> int:
    """A descriptor of a file, created with the mode that the umask says where the flags ask for it.

    Raises NotOurs for what is no file, and, where it is to be written, for one that has another name besides: what
    stands there may be anybody's. Opening changes nothing: truncate by the descriptor.
    """
    with folder(path.parent, depth) as at:
        try:
            fd = os.open(path.name, flags | _FILE, 0o666, dir_fd=at)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise _link(path) from None
            if error.errno in (errno.ENXIO, errno.EISDIR):
                raise _no_file(path) from None
            raise OSError(error.errno, error.strerror, str(path)) from None
    try:
        _check(path, os.fstat(fd), is_written=flags & (os.O_WRONLY | os.O_RDWR) != 0)
    except NotOurs:
        os.close(fd)
        raise
    return fd


def _no_file(path: Path) -> NotOurs:
    return NotOurs(errno.EINVAL, "it is no file; move it away", str(path))


def _check(path: Path, found: os.stat_result, *, is_written: bool) -> None:
    if stat.S_ISLNK(found.st_mode):
        raise _link(path)
    if not stat.S_ISREG(found.st_mode):
        raise _no_file(path)
    if is_written and found.st_nlink > 1:
        raise NotOurs(
            errno.EMLINK, "it is a hard link, and what else it names would change; put a copy in its place", str(path)
        )


def read(path: Path) -> bytes:
    """The content of a file; raises OSError."""
    with os.fdopen(opened(path, os.O_RDONLY), "rb") as file:
        return file.read()


def create(path: Path, depth: int = 2) -> int:
    """A descriptor of a new, empty file for writing, whatever stood there before and was no folder."""
    remove(path, depth)
    return opened(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, depth)


def remove(path: Path, depth: int = 2) -> None:
    """Have no file there; a link goes, and what it leads to stays."""
    with folder(path.parent, depth) as at, suppress(FileNotFoundError):
        try:
            os.unlink(path.name, dir_fd=at)
        except OSError as error:
            raise (_no_file(path) if error.errno in (errno.EISDIR, errno.EPERM) else error) from None


def rename(path: Path, target: str, depth: int = 2) -> None:
    """Give a file another name in its folder; what had that name is replaced."""
    with folder(path.parent, depth) as at:
        try:
            os.rename(path.name, target, src_dir_fd=at, dst_dir_fd=at)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(path.with_name(target))) from None


def names(path: Path, depth: int = 2) -> list[str]:
    """The names of the files in a folder, in their order; a link is no file, and no folder holds none."""
    try:
        with folder(path, depth) as at, os.scandir(at) as entries:
            return sorted(entry.name for entry in entries if entry.is_file(follow_symlinks=False))
    except FileNotFoundError:
        return []


def sync(path: Path, depth: int = 2) -> None:
    """Return only when the names in a folder are on the disk."""
    with folder(path, depth) as at:
        os.fsync(at)


@contextmanager
def database(path: Path) -> Iterator[None]:
    """Have the file of a database there, in a site's folder, and open it by its path in the block.

    SQLite would follow a link, and knows no descriptors. So what is opened in the block is held against what was there
    before it: raises NotOurs where it is another file. It follows none for the files beside it; they are looked at to
    say so clearly.
    """
    for ending in ("-wal", "-shm", "-journal"):
        beside = path.with_name(path.name + ending)
        with suppress(FileNotFoundError):
            _check(beside, beside.lstat(), is_written=True)
    fd = opened(path, os.O_RDWR | os.O_CREAT, depth=1)
    there = os.fstat(fd)
    os.close(fd)
    yield
    if not any(_is(number, there) for number in range(_MOST_FILES)):
        raise _link(path)


def _is(number: int, there: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.fstat(number), there)
    except OSError:
        return False
