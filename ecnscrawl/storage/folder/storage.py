"""The storage of one machine: the articles of each site are files in its folder, which a lock keeps for one run."""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ecnscrawl.exceptions import CannotStart, WrongUsage
from ecnscrawl.frontier.known_sites import FolderSites, KnownSites
from ecnscrawl.frontier.server_address import ServerAddress
from ecnscrawl.frontier.sharing import Claim, WatchedSite
from ecnscrawl.hints import way_to_articles
from ecnscrawl.sites.hosts import is_host
from ecnscrawl.storage.folder import ids_file
from ecnscrawl.storage.folder.last_reports import FolderLastReports
from ecnscrawl.storage.folder.run import FileRun
from ecnscrawl.storage.run_settings import RunSettings, utc_now

if TYPE_CHECKING:
    from ecnscrawl.storage.folder.forgetting import FolderForgetting


@dataclass(frozen=True)
class FileStorage:
    """The articles of a data folder; see Storage."""

    data: Path
    writes_files = True
    is_shared = False
    look_interval = None
    out_of_reach = ""

    @property
    def known_sites(self) -> KnownSites:
        return FolderSites(self.data)

    def hosts(self) -> list[str]:
        return hosts_in(self.data)

    def id_of(self, site: str, url: str) -> str | None:
        published = self.data / site / "published"
        records = (record for file in ids_file.names(published) for record in ids_file.read(published, file)[0])
        return next((record.id for record in records if url == record.url), None)

    def last_reports(self) -> FolderLastReports:
        return FolderLastReports(self.data)

    def reading(self) -> AbstractContextManager[None]:
        return nullcontext()

    def new_run(self, site: str, settings: RunSettings, claim: Claim | None = None) -> FileRun:  # noqa: ARG002 - a lock
        return FileRun(self.data / site, utc_now, settings)

    def forgetting(self, site: str, settings: RunSettings) -> "FolderForgetting":
        from ecnscrawl.storage.folder.forgetting import FolderForgetting  # noqa: PLC0415 - no run needs it

        return FolderForgetting(self.existing_run(site, settings))

    def existing_run(self, site: str, settings: RunSettings) -> FileRun:
        """Return a run of a site that has a folder. Raises CannotStart if it has none."""
        run = self.new_run(site, settings)
        if not run.folder.is_dir():
            raise CannotStart(f"there is no folder {run.folder}; name the data folder with ECNSCRAWL_DATA_DIR")
        return run

    def share(self, sites: Iterable[WatchedSite]) -> None:
        """Each run takes the lock of its site."""

    def note_loop_alive(self) -> None:
        """Nothing has to be renewed."""

    def give_up_waiting(self) -> None:
        """No write can be given up."""

    def close(self) -> None:
        """There is no connection."""

    def reports_place(self, site: str) -> str:
        return str(self.data / site / "reports")

    def way_to_articles(self, site: str) -> str:
        return way_to_articles(site)

    def require_files(self, refusal: str) -> None:
        """Each crawl stores into files."""

    def require_server(self, refusal: str) -> ServerAddress:
        raise WrongUsage(refusal)


def hosts_in(data: Path) -> list[str]:
    """Return the hosts that have a folder in the data folder. No link is followed."""
    folders = [each for each in data.iterdir() if each.is_dir() and not each.is_symlink()] if data.is_dir() else []
    return sorted(each.name for each in folders if is_host(each.name))
