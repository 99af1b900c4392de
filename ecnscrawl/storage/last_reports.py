"""The interface of the last reports of many sites, as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, Protocol

from ecnscrawl.storage.reports import ReportStore

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
