"""Where an export goes: the format that the name's ending says, and a file that appears whole or not at all."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ecnscrawl.errors import EcnscrawlError, WrongUsage

ENDINGS = (".parquet", ".csv", ".ninjs.jsonl", ".jsonl", ".sqlite", "rss.xml")  #: the first that fits counts


class ExportFailed(EcnscrawlError):
    """The target could not be written; what stood there before still does."""


def ending_of(target: Path) -> str:
    """The ending that says the format; raises WrongUsage with those known."""
    for ending in ENDINGS:
        if target.name.lower().endswith(ending):
            return ending
    raise WrongUsage(f"{str(target)!r} has no known ending; known are {' '.join(ENDINGS)}")


def check_place(target: Path, site_folder: Path) -> None:
    """Refuse a target that cannot be one, before any work is done; raises WrongUsage, ExportFailed."""
    if target.is_dir():
        raise WrongUsage(f"{str(target)!r} is a folder; name a file")
    if not target.parent.is_dir():
        raise WrongUsage(f"{str(target)!r}: there is no folder {str(target.parent)!r}")
    if target.parent.resolve().is_relative_to(site_folder.resolve()):
        raise WrongUsage(f"{str(target)!r} lies in the folder of the crawl's own files; name one outside {site_folder}")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise ExportFailed(f"{target} cannot be written (Permission denied)")


@contextmanager
def work_folder(target: Path) -> Iterator[Path]:
    """A hidden folder beside the target, thus on its disk, empty; what a killed export left in it goes.

    Raises ExportFailed where another export to the same target is under way.
    """
    folder = target.with_name(f".{target.name}.export")
    folder.mkdir(exist_ok=True)
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if os.fstat(fd).st_uid != os.geteuid():  # as in /tmp: its owner could have it written elsewhere
            raise ExportFailed(f"{folder} is another user's; choose another target, or have it removed")
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
    """Give a whole file the name that readers see; all of it is on the disk then."""
    fd = os.open(new, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
    new.rename(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
