"""Choose the storage: a database if the settings name one, else the data folder. Nowhere else is that decided."""

from ecnscrawl.storage.base import Storage, StorageTerms
from ecnscrawl.storage.folder.storage import FileStorage

_chosen: dict[StorageTerms, Storage] = {}  # a process is one worker of a database, whatever it crawls


def choose_storage(terms: StorageTerms) -> Storage:
    """Return the storage of these terms, the same one each time. Raises WrongUsage for an invalid address."""
    if terms not in _chosen:
        _chosen[terms] = _make(terms)
    return _chosen[terms]


def give_up_waiting() -> None:
    """Wait no longer for a database that does not answer: the process ends. May be called by a signal's handler."""
    for storage in list(_chosen.values()):
        storage.give_up_waiting()


def _make(terms: StorageTerms) -> Storage:
    if not terms.database_url:
        return FileStorage(terms.data)
    # Here, so that a crawl into files loads nothing of it.
    from ecnscrawl.storage.database.storage import DatabaseStorage  # noqa: PLC0415

    return DatabaseStorage(terms)
