"""The last report of each of many sites, as JSON: the interface, and those in a data folder."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal, Protocol

from ecnscrawl.storage.folder import ids_file
from ecnscrawl.storage.folder.lock import is_locked
from ecnscrawl.storage.jsonl import left_over
from ecnscrawl.storage.reports import FileReports, ReportStore

Unfinished = Literal["under way", "killed"]  #: of a run that has no report yet


class LastReports(Protocol):
    """Where the last reports of many sites are. Methods raise errors of the database."""

    def refresh(self) -> None:
        """Prepare to read them as they are now."""

    def sites(self) -> Iterable[str]:
        """Return the sites of which the storage knows by itself; none if the caller has to know them."""

    def reported(self) -> Iterable[str]:
        """Return the sites that have a report or had a run."""

    def version(self, site: str) -> object:
        """Return what differs after the site has got another last report; None if it has to be read each time."""

    def read(self, sites: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the last reports of these sites, empty where it cannot be read; nothing for a site without reports."""

    def unfinished(self, site: str) -> Unfinished | None:
        """Say whether a run of the site is under way, or was killed."""

    def has_page(self, site: str) -> bool:
        """Whether the data folder has the page of a site that has a report."""

    def reports_of(self, site: str) -> ReportStore:
        """Return all reports of a site."""

    def records(self, site: str) -> int:
        """Return how many records of a site are stored: first versions and revisions, also those moved away."""


class FolderLastReports:
    """The last reports in a data folder; see LastReports."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def refresh(self) -> None:
        """See LastReports."""

    def sites(self) -> Iterable[str]:
        """See LastReports."""
        return ()

    def reported(self) -> Iterable[str]:
        """See LastReports."""
        with suppress(OSError):  # no data yet
            return [path.parent.name for path in self._data.glob("*/reports")]
        return []

    def version(self, site: str) -> object:
        """See LastReports."""
        try:
            found = (self._data / site / "reports" / "latest.json").lstat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def read(self, sites: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """See LastReports."""
        for site in sites:
            content = None
            with suppress(OSError):
                content = self.reports_of(site).latest()
            yield site, content or b""

    def unfinished(self, site: str) -> Unfinished | None:
        """See LastReports."""
        return unfinished_run(self._data / site)

    def has_page(self, _site: str) -> bool:
        """See LastReports: each run draws it."""
        return True

    def reports_of(self, site: str) -> FileReports:
        """See LastReports."""
        return FileReports(self._data / site / "reports")

    def records(self, site: str) -> int:
        """See LastReports."""
        published = self._data / site / "published"
        try:
            return sum(ids_file.count(published, name) for name in ids_file.names(published))
        except OSError:
            return 0  # nothing published yet


def unfinished_run(folder: Path) -> Unfinished | None:
    """Say whether a run in a site's folder is under way, or was killed and left records for the next one to publish."""
    if is_locked(folder / "lock"):
        return "under way"
    try:
        return "killed" if left_over(folder / "articles") else None
    except OSError:
        return None
