"""One file of records under way: appended to under a hidden name, published by rename, never seen half-written."""

import os
from pathlib import Path

from ecnscrawl import safe_files
from ecnscrawl.storage import jsonl


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
        self._part = jsonl.part_of(folder, name)
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
        return jsonl.publish(self._folder, self.name)

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


class OptionalFile:
    """A file of records that is made with its first line, so that a run without one leaves none."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._file: RecordFile | None = None

    def append(self, line: bytes) -> None:
        """Add a whole line."""
        if self._file is None:
            self._file = RecordFile(self._folder, self._name)
        self._file.append(line)

    def sync(self) -> None:
        """Return only when all that was appended is on the disk."""
        if self._file:
            self._file.sync()

    def commit(self) -> None:
        """Note that the state knows all that was appended."""
        if self._file:
            self._file.commit()

    def cut(self) -> None:
        """Drop what the state does not know, after a failure."""
        if self._file:
            self._file.cut()

    def publish(self) -> None:
        """Give the file the name that readers see; where nothing is committed, remove it."""
        file, self._file = self._file, None
        if file and file.committed:
            file.publish()
        elif file:
            file.discard()
