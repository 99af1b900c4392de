"""The interface of a database to load into, the same for every kind."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

from ecnscrawl.exceptions import EcnscrawlError


class LoadFailed(EcnscrawlError):
    """The database cannot be reached or written; what is in it is whole, and the next load goes on."""


class FileName(NamedTuple):
    """A published file: its site and its name, without `.gz`."""

    site: str
    name: str


class Database(Protocol):
    """A connection to a database."""

    def prepare(self) -> None:
        """Create the tables if missing. Raises WrongUsage if there are other tables of these names."""

    def is_prepared(self) -> bool:
        """Whether the tables are there. Raises WrongUsage if there are other tables of these names."""

    def loaded(self) -> set[FileName]:
        """Return the files whose records are in the database."""

    def add(self, file: FileName, path: Path, loaded_at: str) -> int:
        """Add the records of a file and its name, in one transaction; return how many records were new."""

    def present(self, ids: Collection[str]) -> set[str]:
        """Return those of the ids that have a row in the table `articles`."""

    def forget(self, ids: Collection[str]) -> Mapping[str, int]:
        """Remove all rows of these articles in one transaction; return how many each table had.

        Waits for a load that is under way: it may have read a file that still had the articles.
        """
