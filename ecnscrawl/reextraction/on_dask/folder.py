"""The folder of the parts of a job, with a manifest by which the same command goes on after it was stopped."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from ecnscrawl import safe_files
from ecnscrawl.exceptions import CannotStart
from ecnscrawl.reextraction.on_dask.parts import NEW
from ecnscrawl.storage.errors import as_cannot_start
from ecnscrawl.storage.folder.lock import SiteLock, holder

NAME = ".parts"  #: of the folder
MANIFEST = "manifest.json"
_LOCK = "lock"
_PART = ".part"


class JobTerms(msgspec.Struct, frozen=True):
    """What the parts of a job depend on, besides their archives."""

    versions: Mapping[str, str]  #: of Python and of packages
    only: str | None  #: one site
    shard: tuple[int, int]
    seconds: float  #: for one page
    memory: int  #: in bytes, for one page


class Archive(msgspec.Struct, frozen=True):
    """An archive of a job."""

    path: str  #: absolute
    size: int  #: in bytes
    changed: int  #: when, in nanoseconds since 1970
    part: str  #: the name of its part; other contents or terms give another name


class Manifest(msgspec.Struct, frozen=True):
    """What a job is to read."""

    job: str  #: a digest of the terms
    terms: JobTerms
    archives: Sequence[Archive]


def job_in(folder: Path) -> str | None:
    """Return which job the manifest of a folder names; None if there is none."""
    try:
        return msgspec.json.decode(safe_files.read_file(folder / MANIFEST, depth=1), type=Manifest).job
    except (OSError, msgspec.MsgspecError):
        return None


class PartsFolder:
    """The folder while one command uses it."""

    def __init__(self, root: Path) -> None:
        """`root` is the folder in which it stands."""
        self.path = root / NAME
        self._lock = SiteLock(self.path / _LOCK, f"{self.path} is in use")

    def begin(self, terms: JobTerms, files: Sequence[Path]) -> Manifest:
        """Write the manifest, and remove the parts of other jobs. Raises AlreadyRunning, CannotStart."""
        job = _digest(terms)
        with as_cannot_start(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            safe_files.make_folder(self.path, depth=1)
            self._lock.acquire(holder(datetime.now(UTC)))
            manifest = Manifest(job, terms, [_archive(each, job) for each in files])
            wanted = {each.part for each in manifest.archives}
            for name in safe_files.file_names(self.path, depth=1):
                if (name.endswith(_PART) and name not in wanted) or name.endswith(NEW):
                    safe_files.remove_file(self.path / name, depth=1)
            safe_files.write_whole(self.path / MANIFEST, msgspec.json.encode(manifest), depth=1)
        return manifest

    def has(self, archive: Archive) -> bool:
        """Whether the part of an archive is complete."""
        return (self.path / archive.part).is_file()

    def remove(self) -> None:
        """Remove all of it, because the job has ended."""
        with suppress(OSError):
            for name in safe_files.file_names(self.path, depth=1):
                if name.endswith((_PART, NEW)) or name in (MANIFEST, _LOCK):
                    safe_files.remove_file(self.path / name, depth=1)
            self.path.rmdir()

    def release(self) -> None:
        """Let another command use it."""
        self._lock.release()


def _archive(path: Path, job: str) -> Archive:
    try:
        absolute = str(path.resolve())
        absolute.encode()
        found = os.stat(absolute)  # noqa: PTH116 - a text
    except UnicodeEncodeError:
        raise CannotStart(f"{path!r}: a name that is not UTF-8 cannot be passed to Dask; rename it") from None
    part = _digest([job, absolute, found.st_size, found.st_mtime_ns])
    return Archive(absolute, found.st_size, found.st_mtime_ns, part + _PART)


def _digest(value: object) -> str:
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()[:24]
