"""One file of records: appended to under a hidden name, published by rename, never seen half-written."""

import gzip
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ecnscrawl import safe_files
from ecnscrawl.exceptions import EcnscrawlError
from ecnscrawl.storage.run_ids import is_run_id

_PIECE = 1024 * 1024


class DamagedFile(EcnscrawlError):
    """A compressed file of records breaks off, or is no gzip file."""


class RecordFile:
    """The file of records under way; raises OSError where the disk does."""

    def __init__(self, folder: Path, name: str) -> None:
        """Create `.{name}.part` in the folder; the name must be a new one."""
        self.name = name
        self.records = 0
        self._committed_records = 0
        self.size = 0  #: bytes appended
        self.committed = 0  #: of them those that the state knows
        self._folder = folder
        self._part = part_of(folder, name)
        self._fd = safe_files.open_file(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        self._unwritten = bytearray()
        self._linked = False

    def append(self, line: bytes) -> int:
        """Add a whole line; gives the offset that it stands at."""
        offset = self.size
        self._unwritten += line
        self.size += len(line)
        self.records += 1
        return offset

    def write(self) -> None:
        """Give all that was appended to the system, which finds room for it on the disk."""
        while self._unwritten:
            del self._unwritten[: os.write(self._fd, self._unwritten)]

    def sync(self) -> None:
        """Return only when all that was appended is on the disk."""
        self.write()
        os.fsync(self._fd)
        if not self._linked:
            safe_files.sync_folder(self._folder)
            self._linked = True

    def publish(self) -> Path:
        """Give the file the name that readers see; all of it must be synced."""
        os.close(self._fd)
        return publish(self._folder, self.name)

    def commit(self) -> None:
        """Note that the state knows all that was appended."""
        self.committed, self._committed_records = self.size, self.records

    def cut(self) -> None:
        """Drop what the state does not know, after a failure."""
        self._unwritten.clear()
        self.size, self.records = self.committed, self._committed_records
        os.ftruncate(self._fd, self.size)
        os.lseek(self._fd, self.size, os.SEEK_SET)

    def discard(self) -> None:
        """Remove a file that holds nothing."""
        os.close(self._fd)
        safe_files.remove_file(self._part)


def part_of(folder: Path, name: str) -> Path:
    """Where the records of this name stand while they are being written."""
    return folder / f".{name.removesuffix('.jsonl')}.part"


def left_over(folder: Path) -> list[str]:
    """The names of files that a killed run left unpublished, oldest first; a link, or anybody else's, is not one."""
    return [
        f"{name[1:-5]}.jsonl"
        for name in safe_files.file_names(folder)
        if name.startswith(".") and name.endswith(".part") and is_run_id(name[1:-5])
    ]


def published(folder: Path) -> list[str]:
    """The names of the files that readers see, in the order of publishing; a link, or anybody else's, is not one.

    A file that its reader has compressed is the same file: its name is given without `.gz`.
    """
    names = {name.removesuffix(".gz") for name in safe_files.file_names(folder)}
    return sorted(name for name in names if name.endswith(".jsonl") and is_run_id(name.removesuffix(".jsonl")))


def path_of(folder: Path, name: str) -> Path:
    """Where the published file of this name is: compressed, where only `name.gz` is there.

    While gzip is at work both are, and `name` is the whole one.
    """
    plain, compressed = folder / name, folder / f"{name}.gz"
    return compressed if compressed.is_file() and (plain.is_symlink() or not plain.is_file()) else plain


@contextmanager
def reading(path: Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
    """The content of a file of records, decompressed where its name ends in `.gz`; raises OSError, DamagedFile."""
    with os.fdopen(safe_files.open_file(path, os.O_RDONLY), "rb") as file:
        if path.suffix != ".gz":
            yield file
            return
        try:
            if not os.fstat(file.fileno()).st_size:
                raise EOFError("it is empty")  # to GzipFile it would be a file without lines
            with gzip.GzipFile(fileobj=file) as content:
                yield content
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise DamagedFile(
                f"{path} is cut off or damaged ({error}); put a whole copy in its place, or move it away"
            ) from None


def size_of(path: Path) -> int:
    """The bytes of records in a file, decompressed."""
    if path.suffix != ".gz":
        return path.lstat().st_size
    with reading(path) as content:
        return content.seek(0, os.SEEK_END)


def publish(folder: Path, name: str) -> Path:
    """Rename the part of this name to what readers see."""
    safe_files.rename_file(part_of(folder, name), name)
    safe_files.sync_folder(folder)
    return folder / name


def publish_whole_lines(folder: Path, name: str) -> bool:
    """Publish what a killed run left, without the half line at its end; False where nothing whole is in it."""
    part = part_of(folder, name)
    size = max((offset + len(line) for offset, line in lines(part)), default=0)
    if not size:
        safe_files.remove_file(part)
        return False
    truncate(part, size)
    publish(folder, name)
    return True


def lines(path: Path, offset: int = 0) -> Iterator[tuple[int, bytes]]:
    """The whole lines of a file from an offset on, each with its own; half a line at the end is none."""
    with reading(path) as file:
        file.seek(offset)
        for line in file:
            if not line.endswith(b"\n"):
                return
            yield offset, line
            offset += len(line)


def truncate(path: Path, size: int) -> None:
    """Cut a file to a size, on the disk when this returns; what else names it, as in a backup, stays as it is."""
    try:
        fd = safe_files.open_file(path, os.O_WRONLY)
    except safe_files.UnsafeFileError:
        _detach(path, size)
        return
    try:
        os.ftruncate(fd, size)
        os.fsync(fd)
    finally:
        os.close(fd)


def _detach(path: Path, size: int) -> None:
    """Put a copy, up to a size, in the place of a file that has another name besides."""
    new = path.with_name(f"{path.name}.new")
    with (
        os.fdopen(safe_files.open_file(path, os.O_RDONLY), "rb") as old,
        os.fdopen(safe_files.create_file(new), "wb") as copy,
    ):
        while size and (piece := old.read(min(size, _PIECE))):
            copy.write(piece)
            size -= len(piece)
        copy.flush()
        os.fsync(copy.fileno())
    safe_files.rename_file(new, path.name)
