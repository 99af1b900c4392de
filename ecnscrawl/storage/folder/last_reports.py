"""The last reports of many sites in a data folder."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from ecnscrawl.storage.folder import ids_file
from ecnscrawl.storage.folder.lock import is_locked
from ecnscrawl.storage.folder.reports import FileReports
from ecnscrawl.storage.jsonl import left_over
from ecnscrawl.storage.last_reports import Unfinished


class FolderLastReports:
    """The last reports in a data folder; see LastReports."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def refresh(self) -> None:
        """Nothing is kept from the read before."""

    def sites(self) -> Iterable[str]:
        return ()

    def reported(self) -> Iterable[str]:
        with suppress(OSError):  # no data yet
            return [path.parent.name for path in self._data.glob("*/reports")]
        return []

    def version(self, site: str) -> object:
        try:
            found = (self._data / site / "reports" / "latest.json").lstat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def read(self, sites: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        for site in sites:
            content = None
            with suppress(OSError):
                content = self.reports_of(site).latest()
            yield site, content or b""

    def unfinished(self, site: str) -> Unfinished | None:
        return unfinished_run(self._data / site)

    def has_page(self, _site: str) -> bool:
        """Each run draws it."""
        return True

    def reports_of(self, site: str) -> FileReports:
        return FileReports(self._data / site / "reports")

    def records(self, site: str) -> int:
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
