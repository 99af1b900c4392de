"""Write a run's archive files, which are committed together with its records."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from ecnscrawl.normalize.timestamps import to_text
from ecnscrawl.storage.archive.exchange import Exchange
from ecnscrawl.storage.archive.terms import ArchiveTerms
from ecnscrawl.storage.folder.record_file import LateFile, RecordFile

ENDING = ".warc.gz"
_MAX_UNWRITTEN = 4 * 1024 * 1024  #: bytes in memory: as many as some hundred pages have


class ArchiveWriter(LateFile):
    """The archive file under way, if any. It is created with its first response. Methods may raise OSError.

    The records of an article follow its pages in the same commit, so no record is known whose pages are not on the
    disk, and after a kill no page is kept whose record was lost.
    """

    def __init__(self, folder: Path, terms: ArchiveTerms, new_id: Callable[[], str], clock: Callable[[], datetime]):
        """`new_id` gives the run id that names the next file."""
        super().__init__()
        self._folder, self._terms, self._new_id, self._clock = folder, terms, new_id, clock

    @property
    def committed(self) -> tuple[str, int] | None:
        """The name of the file under way, and how many bytes of it are whole; None if there is no file."""
        return (self._file.name, self._file.size) if self._file else None

    @property
    def is_full(self) -> bool:
        """Whether the next response belongs in a new file."""
        return self._file is not None and self._file.size >= self._terms.max_bytes

    def append(self, exchanges: Sequence[Exchange]) -> None:
        """Append exchanges that belong together."""
        if self._file is None:
            # An extra, and as much to import as the rest of a run: only a run that archives needs it.
            from ecnscrawl.storage.archive.records import Records  # noqa: PLC0415

            name = f"{self._new_id()}{ENDING}"
            self._records = Records(name, self._terms.info, to_text(self._clock()))
            self._file = RecordFile(self._folder, name)
            self._file.append(self._records.first)
        for member in self._records.of(exchanges):
            self._file.append(member)
        if self._file.unwritten > _MAX_UNWRITTEN:
            self._file.write()
