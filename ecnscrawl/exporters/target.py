"""The target of an export: its format, and writing it as a whole, to a file or to standard output."""

import fcntl
import gzip
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ecnscrawl.exceptions import EcnscrawlError, WrongUsage, suggestion
from ecnscrawl.storage.data_folder import site_folder_of

#: Ending of a file name -> format. The first ending that matches counts.
FORMATS = {
    ".parquet": "parquet", ".csv": "csv", ".ninjs.jsonl": "ninjs", ".jsonl": "jsonl", ".json": "json",
    ".sqlite": "sqlite", ".xlsx": "xlsx", "rss.xml": "rss",
}  # fmt: skip
ENDINGS = tuple(FORMATS)
PARTITIONS = ("day",)  #: how an export may be divided into files
BINARY = frozenset({"parquet", "sqlite", "xlsx"})
COMPRESSED = ".gz"  #: after the ending of a text format
STANDARD_OUTPUT = "-"


class ExportFailed(EcnscrawlError):
    """The target could not be written. It is unchanged."""


def format_of(target: Path | None, named: str | None = None) -> str:
    """Return the format by name, or by the target's ending. A target of None is standard output.

    Raises WrongUsage if there is neither a name nor a known ending, or if they differ.
    """
    if named is not None and named not in FORMATS.values():
        known = ", ".join(FORMATS.values())
        raise WrongUsage(f"--format {named!r} is not a format{suggestion(named, FORMATS.values())}; known are {known}")
    if target is None:
        if named is None:
            raise WrongUsage(f"name the format of standard output: --format {' or --format '.join(FORMATS.values())}")
        return named
    name = target.name.lower().removesuffix(COMPRESSED)
    says = next((kind for ending, kind in FORMATS.items() if name.endswith(ending)), None)
    if named and says not in (None, named) and (named, says) != ("ninjs", "jsonl"):  # ninjs is JSON Lines too
        raise WrongUsage(f"{str(target)!r} is {says} by its ending, and --format says {named}; leave --format out")
    if found := named or says:
        if found in BINARY and is_compressed(target):
            raise WrongUsage(f"{str(target)!r}: {found} is not compressed with gzip; leave {COMPRESSED} out")
        return found
    raise WrongUsage(
        f"{str(target)!r} has no known ending; known are {' '.join(ENDINGS)}; --format names the format of any other"
    )


def is_compressed(target: Path | None) -> bool:
    """Whether the target's name says that it is compressed with gzip."""
    return target is not None and target.suffix.lower() == COMPRESSED


def compress(path: Path) -> Path:
    """Compress a complete file with gzip; return the compressed one. Equal contents make equal files."""
    compressed = path.with_name(f"{path.name}.gz")
    with (
        path.open("rb") as plain,
        compressed.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6) as file,
    ):
        shutil.copyfileobj(plain, file)
    path.unlink()
    return compressed


def check_place(target: Path | None, site_folder: Path, kind: str) -> None:
    """Raise WrongUsage for a target that cannot be written or must not be replaced."""
    if target is None:
        if kind in BINARY and sys.stdout is not None and sys.stdout.isatty():
            raise WrongUsage(f"{kind} is not for a terminal; name a file, or redirect standard output")
        return
    if target.is_dir():
        raise WrongUsage(f"{str(target)!r} is a folder; name a file")
    if not target.parent.is_dir():
        raise WrongUsage(f"{str(target)!r}: there is no folder {str(target.parent)!r}")
    if folder := site_folder_of(target.parent.resolve() / target.name, site_folder.parent, site_folder.name):
        raise WrongUsage(f"{str(target)!r} is in the folder of the crawl's own files; name one outside {folder}")
    if target.exists() and not stat.S_ISREG(target.stat().st_mode):
        raise WrongUsage(f"{str(target)!r} is not a file that can be replaced; `-` writes to standard output")


@contextmanager
def work_folder(target: Path | None) -> Iterator[Path]:
    """Open a folder for unfinished files: beside the target, or a temporary one for standard output."""
    if target is None:
        with tempfile.TemporaryDirectory(prefix="export-") as folder:
            yield Path(folder)
    else:
        with _folder_beside(target) as beside:
            yield beside


@contextmanager
def _folder_beside(target: Path) -> Iterator[Path]:
    """Open an empty hidden folder beside the target, so on the same disk. Files of a killed export are removed.

    Raises ExportFailed if another export to the same target is running.
    """
    folder = target.with_name(f".{target.name}.export")
    folder.mkdir(exist_ok=True)
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if os.fstat(fd).st_uid != os.geteuid():  # possible in /tmp; its owner could redirect our files
            raise ExportFailed(f"{folder} belongs to another user; choose another target, or have it removed")
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ExportFailed(f"another export to {target} is under way") from None
        _empty(folder)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(fd)


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def publish(new: Path, target: Path) -> None:
    """Sync a complete file to the disk, then rename it to the target."""
    sync(new)
    new.rename(target)
    sync(target.parent)


def sync(path: Path) -> None:
    """Flush a file, or the entries of a folder, to the disk (fsync)."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def send(new: Path) -> None:
    """Copy a complete file to standard output. Raises OSError, as BrokenPipeError if the reader has gone."""
    if sys.stdout is None:
        raise ExportFailed("standard output is closed")
    sys.stdout.flush()
    with new.open("rb") as file, os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        shutil.copyfileobj(file, out)
