"""The interface of the storage: where the articles of all sites are kept, and what a command or a crawl asks of it.

`storage/choice.py` decides once whether there is a database, and returns a Storage; its methods do all that differs.
`storage/folder/` keeps articles in the data folder of one machine, `storage/database/` in a database that many machines
share.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ecnscrawl.frontier.known_sites import KnownSites
from ecnscrawl.frontier.server_address import ServerAddress
from ecnscrawl.frontier.sharing import Claim, SharedSites, WatchedSite
from ecnscrawl.storage.last_reports import LastReports
from ecnscrawl.storage.run import Run
from ecnscrawl.storage.run_settings import RunSettings

if TYPE_CHECKING:
    from ecnscrawl.storage.site_forgetting import SiteForgetting


@dataclass(frozen=True)
class StorageTerms:
    """The settings of the storage, by their names."""

    data: Path  #: the data folder, absolute
    database_url: str = ""  #: empty without a database
    lease_seconds: float = 60.0
    retry_seconds: float = 120.0
    transferred: str | None = None  #: the token of a claim that `watch` transfers to this process, see WATCH_CLAIM


class Storage(Protocol):
    """Where the articles of all sites are kept. Methods raise CannotStart, also for errors of the database."""

    @property
    def known_sites(self) -> KnownSites:
        """What earlier runs have learned of sites."""

    @property
    def writes_files(self) -> bool:
        """Whether each run writes its files into the data folder; else `publish` writes articles, `status` pages."""

    @property
    def is_shared(self) -> bool:
        """Whether runs on other machines store here too."""

    # What is stored.

    def hosts(self) -> list[str]:
        """Return the sites that were crawled without a spider of their own."""

    def id_of(self, site: str, url: str) -> str | None:
        """Return the id of the article that is stored under this address; None if there is none."""

    def last_reports(self) -> LastReports:
        """Return the last reports of all sites. Its methods wait for no database, and raise its errors."""

    def reading(self) -> AbstractContextManager[None]:
        """Check the storage for a command that reads from it, and raise CannotStart for errors in the block."""

    # Runs.

    def new_run(self, site: str, settings: RunSettings, claim: Claim | None = None) -> Run:
        """Return a run of a site, which is not entered yet. `claim` is that of the site, if it was claimed already."""

    def forgetting(self, site: str, settings: RunSettings) -> "SiteForgetting":
        """Return what forgets articles of a site. Raises CannotStart if nothing is stored of the site."""

    # Many runs in one process.

    def share(self, sites: Iterable[WatchedSite]) -> SharedSites | None:
        """Make these sites known to all workers; None if no other machine can have them."""

    @property
    def look_interval(self) -> float | None:
        """The seconds after which the event loop calls `note_loop_alive` again; None if it need not."""

    def note_loop_alive(self) -> None:
        """Note that the event loop runs, so that the claims of this process are renewed."""

    def give_up_waiting(self) -> None:
        """Wait no longer for a database that does not answer: the process ends. May be called by a signal's handler."""

    def close(self) -> None:
        """Close all connections."""

    # For commands, and their messages.

    @property
    def out_of_reach(self) -> str:
        """What `forget` cannot reach with this storage, beside what no command can."""

    def reports_place(self, site: str) -> str:
        """Return the name of the place where reports of a site are kept."""

    def way_to_articles(self, site: str) -> str:
        """Return what to do where a data folder has no article files."""

    def require_files(self, refusal: str) -> None:
        """Raise WrongUsage, with this message, if crawls store into a database."""

    def require_server(self, refusal: str) -> ServerAddress:
        """Return the address of the database. Raises WrongUsage, with this message, if there is none."""
