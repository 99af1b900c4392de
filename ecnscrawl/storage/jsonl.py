"""The names of record files, visible and hidden. Hidden files are not published yet."""

import gzip
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ecnscrawl import safe_files
from ecnscrawl.exceptions import EcnscrawlError
from ecnscrawl.storage.run_ids import run_ids_of

_PIECE = 1024 * 1024


class DamagedFile(EcnscrawlError):
    """A compressed file of records is cut off, or is not a gzip file."""


def part_of(folder: Path, name: str) -> Path:
    """Return the path of the hidden file that holds the records of this name until they are published."""
    return folder / f".{name.removesuffix('.jsonl')}.part"


def left_over(folder: Path) -> list[str]:
    """Return the names of files that a killed run left unpublished, oldest first.

    Ignores symlinks, and files whose name is not that of a run.
    """
    return [f"{run_id}.jsonl" for run_id in run_ids_of(safe_files.file_names(folder), ".part", is_hidden=True)]


def published(folder: Path) -> list[str]:
    """Return the names of the files that readers see, in the order of publishing; see `left_over` for the others.

    A file that its reader has compressed is the same file: names are without `.gz`.
    """
    names = safe_files.file_names(folder)
    return [f"{run_id}.jsonl" for run_id in sorted({*run_ids_of(names, ".jsonl"), *run_ids_of(names, ".jsonl.gz")})]


def path_of(folder: Path, name: str) -> Path:
    """Return the path of the published file of this name; if only `name.gz` is there, that one.

    While gzip compresses a file both are there, and `name` is the whole one.
    """
    plain, compressed = folder / name, folder / f"{name}.gz"
    return compressed if compressed.is_file() and (plain.is_symlink() or not plain.is_file()) else plain


@contextmanager
def reading(path: Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
    """Open a file of records to read it, decompressed if its name ends in `.gz`. Raises OSError, DamagedFile."""
    with os.fdopen(safe_files.open_file(path, os.O_RDONLY), "rb") as file:
        if path.suffix != ".gz":
            yield file
            return
        try:
            if not os.fstat(file.fileno()).st_size:
                raise EOFError("it is empty")  # GzipFile would read it as a file without lines
            with gzip.GzipFile(fileobj=file) as content:
                yield content
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise DamagedFile(
                f"{path} is cut off or damaged ({error}); put a whole copy in its place, or move it away"
            ) from None


def size_of(path: Path) -> int:
    """Return how many bytes of records a file has, decompressed."""
    if path.suffix != ".gz":
        return path.lstat().st_size
    with reading(path) as content:
        return content.seek(0, os.SEEK_END)


def publish(folder: Path, name: str) -> Path:
    """Rename the hidden file of this name to the name that readers see."""
    safe_files.rename_file(part_of(folder, name), name)
    safe_files.sync_folder(folder)
    return folder / name


def publish_whole_lines(folder: Path, name: str) -> bool:
    """Publish a file that a killed run left, without half a line at its end.

    A file without a whole line is removed, and False is returned.
    """
    part = part_of(folder, name)
    size = whole_size(part)
    if not size:
        safe_files.remove_file(part)
        return False
    truncate(part, size)
    publish(folder, name)
    return True


def lines(path: Path, offset: int = 0) -> Iterator[tuple[int, bytes]]:
    """Yield the whole lines of a file from an offset on, each with its offset; half a line at the end is left out."""
    with reading(path) as file:
        file.seek(offset)
        for line in file:
            if not line.endswith(b"\n"):
                return
            yield offset, line
            offset += len(line)


def whole_size(path: Path) -> int:
    """Return how many bytes the whole lines of a file have."""
    return max((offset + len(line) for offset, line in lines(path)), default=0)


def truncate(path: Path, size: int) -> None:
    """Cut a file to a size and sync it. If it has another name too, as in a backup, that one keeps its content."""
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
    """Replace a file that has another name too by a copy of its first `size` bytes."""
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
