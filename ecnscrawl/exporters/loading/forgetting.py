"""Remove articles from the databases that they were loaded into."""

from collections.abc import Collection, Sequence
from pathlib import Path

from ecnscrawl.exceptions import CannotStart, EcnscrawlError, WrongUsage
from ecnscrawl.exporters.loading.address import FILE_KINDS, DatabaseAddress, parse_address
from ecnscrawl.exporters.loading.connection import connect
from ecnscrawl.exporters.loading.database import LoadFailed
from ecnscrawl.exporters.loading.noted import NAME, noted
from ecnscrawl.normalize.text import counted
from ecnscrawl.storage.forgetting import Forgotten


class Databases:
    """The databases that a user names, and those that loads have noted in the folders of sites."""

    def __init__(self, named: Sequence[str], site_folders: Sequence[Path], data: Path) -> None:
        """Raises WrongUsage for a named one that is no database of `scrapy load`, CannotStart for damaged notes.

        A named one that cannot be reached now is left for `forget`.
        """
        self._addresses: dict[str, DatabaseAddress] = {}
        self._unreached: list[str] = []
        for text in named:
            address = parse_address(text, data)
            _check(address)
            self._addresses[address.without_password()] = address
        for folder in site_folders:
            for text in noted(folder):
                try:
                    self._addresses.setdefault(text, parse_address(text, data))
                except WrongUsage as error:
                    self._unreached.append(_left(str(error), folder))

    def present(self, ids: Collection[str]) -> set[str]:
        """Return those of the ids that one of the databases has, as far as they can be reached."""
        found: set[str] = set()
        for address in self._addresses.values():
            try:
                if _is_there(address):
                    with connect(address) as database:
                        found |= database.present(ids) if database.is_prepared() else set()
            except (LoadFailed, CannotStart, WrongUsage):
                continue  # `forget` says why
        return found

    def forget(self, ids: Collection[str]) -> Forgotten:
        """Remove the articles from each database, and say what was removed from which one, and what was not."""
        done = Forgotten(unreached=list(self._unreached))
        for text, address in self._addresses.items():
            if not _is_there(address):
                done.unreached.append(f"{text} is not there any more; if it is deleted, remove it from {NAME}")
                continue
            try:
                with connect(address) as database:
                    removed = database.forget(ids) if database.is_prepared() else {}
            except EcnscrawlError as error:
                done.unreached.append(str(error))
                continue
            if any(removed.values()):
                rows = ", ".join(counted(number, name.removesuffix("s")) for name, number in removed.items() if number)
                done.removed.append(f"{address.name}: {rows} removed")
        return done


def _is_there(address: DatabaseAddress) -> bool:
    return address.kind not in FILE_KINDS or address.path.exists()  # connecting would create it


def _check(address: DatabaseAddress) -> None:
    """Raise WrongUsage for a database that `scrapy load` did not make."""
    is_prepared = False
    if _is_there(address):
        try:
            with connect(address) as database:
                is_prepared = database.is_prepared()
        except (LoadFailed, CannotStart):
            return
    if not is_prepared:
        raise WrongUsage(f"{address.name} is not a database that `scrapy load` has made")


def _left(message: str, folder: Path) -> str:
    return f"{message} (noted in {folder / NAME})"
