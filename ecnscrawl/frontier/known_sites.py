"""What earlier runs have learned of sites that have no spider of their own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ecnscrawl.frontier.sqlite.reading import read_fact


class KnownSites(Protocol):
    """Where the states of sites are. They may be changed by runs meanwhile."""

    def has(self, site: str) -> bool:
        """Whether the site has a state."""

    def fact(self, site: str, name: str) -> str | int | None:
        """Return a value that `set_meta` has stored in the site's state; None if there is none, or it is damaged."""


@dataclass(frozen=True)
class FolderSites:
    """The sites of a data folder; see KnownSites."""

    data: Path

    def has(self, site: str) -> bool:
        return (self.data / site).is_dir()

    def fact(self, site: str, name: str) -> str | int | None:
        return read_fact(self.data / site / "state.sqlite", name)
