"""The interface of the reports of a site's runs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from ecnscrawl import safe_files

MIN_KEPT = 90  #: so many reports are kept, however old they are, because the report page shows them


class ReportStore(Protocol):
    """Where the reports of a site's runs are kept: in files, or in the rows of a database."""

    @property
    def folder(self) -> Path | None:
        """Where the report page is written, and the metrics; None if they are made elsewhere."""

    def latest(self) -> bytes | None:
        """Return the last report, as a JSON document; None if there is none. Raises OSError, or another error."""

    def newest_first(self) -> "Iterator[StoredReport]":
        """Yield the reports, the newest run first."""

    def add(self, document: Mapping[str, Any], content: bytes, idle_line: bytes | None) -> None:
        """Add the report of a run, `content` as JSON. An idle run's is kept as `idle_line`, which is shorter."""

    def remove_old(self, before: datetime) -> None:
        """Remove the reports of runs that began before this moment, but for the newest MIN_KEPT."""


@dataclass(frozen=True)
class StoredReport:
    """Where the report of a run is stored. Its content is not checked."""

    run_id: str
    path: Path | None  #: None if it is in no file
    line: bytes | None = None  #: the report; None if it is the whole file

    def read(self) -> bytes:
        """Return the report as a JSON document. Raises OSError."""
        if self.line is not None:
            return self.line
        assert self.path is not None
        return safe_files.read_file(self.path)
