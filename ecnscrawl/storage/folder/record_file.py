"""Write a file of lines under a hidden name and publish it by a rename, so that readers never see half of it."""

import fcntl
import os
from pathlib import Path

from ecnscrawl import safe_files
from ecnscrawl.storage import jsonl


class RecordFile:
    """A file that a run is writing. Every method may raise OSError."""

    def __init__(self, folder: Path, name: str) -> None:
        """Create the hidden file of this name in the folder. The name must be new."""
        self.name = name
        self.records = 0
        self._committed_records = 0
        self.size = 0  #: bytes appended
        self.committed = 0  #: bytes that the state knows
        self._folder = folder
        self._part = jsonl.part_of(folder, name)
        self._fd = safe_files.open_file(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        fcntl.flock(self._fd, fcntl.LOCK_EX)  # for `is_open`; the name is new, so nobody else has it
        self._unwritten = bytearray()
        self._linked = False

    @property
    def unwritten(self) -> int:
        """How many appended bytes are only in memory."""
        return len(self._unwritten)

    def append(self, line: bytes) -> int:
        """Append a whole line, and return its offset in bytes."""
        offset = self.size
        self._unwritten += line
        self.size += len(line)
        self.records += 1
        return offset

    def write(self) -> None:
        """Write all appended lines to the disk, without a sync."""
        while self._unwritten:
            del self._unwritten[: os.write(self._fd, self._unwritten)]

    def sync(self) -> None:
        """Return when all appended lines are on the disk."""
        self.write()
        os.fsync(self._fd)
        if not self._linked:
            safe_files.sync_folder(self._folder)
            self._linked = True

    def publish(self) -> Path:
        """Rename the file to the name that readers see; all lines must be synced."""
        os.close(self._fd)
        return jsonl.publish(self._folder, self.name)

    @property
    def mark(self) -> tuple[int, int]:
        """How many bytes and lines were appended so far."""
        return self.size, self.records

    def commit(self, mark: tuple[int, int] | None = None) -> None:
        """Note that the state knows all appended lines, or those up to a mark."""
        self.committed, self._committed_records = mark or self.mark

    def cut(self) -> None:
        """Remove the lines that the state does not know, after a failure."""
        self._unwritten.clear()
        self.size, self.records = self.committed, self._committed_records
        os.ftruncate(self._fd, self.size)
        os.lseek(self._fd, self.size, os.SEEK_SET)

    def discard(self) -> None:
        """Remove the file, which is empty."""
        os.close(self._fd)
        safe_files.remove_file(self._part)


def is_open(part: Path) -> bool:
    """Whether a run has the hidden file of this path open, and may still write to it. Raises OSError."""
    fd = safe_files.open_file(part, os.O_RDONLY)
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


class LateFile:
    """A file that is created when something is first appended to it, so that a run without it leaves no file."""

    def __init__(self) -> None:
        self._file: RecordFile | None = None

    def sync(self) -> None:
        """Return when all that was appended is on the disk."""
        if self._file:
            self._file.sync()

    @property
    def mark(self) -> tuple[int, int] | None:
        """How much was appended so far; None if there is no file."""
        return self._file.mark if self._file else None

    def commit(self, mark: tuple[int, int] | None = None) -> None:
        """Note that the state knows all that was appended, or what was appended up to a mark."""
        if self._file:
            self._file.commit(mark)

    def cut(self) -> None:
        """Remove what was appended since the last commit, after a failure."""
        if self._file:
            self._file.cut()

    def publish(self) -> str | None:
        """Rename the file to the name that readers see and return that; remove it if nothing is committed."""
        file, self._file = self._file, None
        if file and file.committed:
            file.publish()
            return file.name
        if file:
            file.discard()
        return None


class OptionalFile(LateFile):
    """A file of lines, with a name that is known before the first one."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__()
        self._folder, self._name = folder, name

    def append(self, line: bytes) -> None:
        """Append a whole line."""
        if self._file is None:
            self._file = RecordFile(self._folder, self._name)
        self._file.append(line)
