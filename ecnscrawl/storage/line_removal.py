"""Remove lines from a file of lines, so that its readers see the old file or the new one, and never half of it."""

import gzip
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import IO

from ecnscrawl import safe_files
from ecnscrawl.storage import jsonl


def remove_lines(path: Path, is_removed: Callable[[bytes], bool]) -> int:
    """Remove lines from a file, and return how many; a file that becomes empty is removed.

    A file whose name ends in `.gz` stays compressed. The new file has the mode of the old one; another name that the
    old one has (a hard link) keeps the old content. Raises OSError, DamagedFile.
    """
    with jsonl.reading(path) as lines:
        number = sum(map(is_removed, lines))
    if not number:
        return 0
    new = hidden_copy(path)
    with jsonl.reading(path) as lines, os.fdopen(safe_files.create_file(new), "wb") as file:
        os.fchmod(file.fileno(), stat.S_IMODE(path.lstat().st_mode))
        is_empty = not _copy(lines, file, is_removed, is_compressed=path.suffix == ".gz")
        file.flush()
        os.fsync(file.fileno())
    if is_empty:
        safe_files.remove_file(path)
        safe_files.remove_file(new)
    else:
        safe_files.rename_file(new, path.name)
    safe_files.sync_folder(path.parent)
    return number


def _copy(
    lines: IO[bytes] | gzip.GzipFile, file: IO[bytes], is_removed: Callable[[bytes], bool], *, is_compressed: bool
) -> int:
    """Copy the lines that stay; return how many bytes they have."""
    kept = (line for line in lines if not is_removed(line))
    if not is_compressed:
        return sum(map(file.write, kept))
    with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as compressed:
        return sum(map(compressed.write, kept))


def hidden_copy(path: Path) -> Path:
    """Return the path of the file that replaces this one when it is whole."""
    return path.with_name(f".{path.name}.new")


def remove_hidden_copies(folder: Path) -> None:
    """Remove what a killed process did not put into place. Raises OSError."""
    for name in safe_files.file_names(folder):
        if name.startswith(".") and name.endswith(".new"):
            safe_files.remove_file(folder / name)
