"""Copy a site in one direction, and let nothing be seen of the copy before it was compared with the original."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecnscrawl.exceptions import CannotStart
from ecnscrawl.storage.copying.contents import KINDS, take_inventory
from ecnscrawl.storage.copying.database import DatabaseContents
from ecnscrawl.storage.copying.folder import FolderContents
from ecnscrawl.storage.copying.new_folder import NewFolder
from ecnscrawl.storage.data_folder import check_site_name
from ecnscrawl.storage.errors import as_cannot_start
from ecnscrawl.storage.folder.run import FileRun
from ecnscrawl.storage.run_settings import Clock

if TYPE_CHECKING:
    from psycopg import Connection


@dataclass(frozen=True)
class Copied:
    """What was copied."""

    counts: Mapping[str, int]  #: rows of each kind
    warnings: list[str]


def to_database(run: FileRun, connection: "Connection[Any]", database: str) -> Copied:
    """Copy the site of a run that is entered into a database that has nothing of it, in one transaction.

    `database` is its name for messages. Raises AlreadyRunning, CannotStart, StorageFailed and errors of psycopg.
    """
    source, target = FolderContents(run.folder), DatabaseContents(connection, run.folder.name)
    with as_cannot_start(run.folder), connection.transaction():
        target.lock()
        if not target.is_empty():
            raise CannotStart(f"{database} has {run.folder.name} already; copy to a database without the site")
        for kind in KINDS:
            target.write(kind, source.rows(kind))
        inventory = take_inventory(target)
        inventory.check_equal(take_inventory(source))
        warnings = list(source.warnings)
        if missing := target.without_record():
            warnings.append(
                f"{missing:,} articles of {run.folder.name} are known without their records, which are in no file of"
                f" {run.folder / 'articles'} any more"
            )
    return Copied(inventory.counts, warnings)


def to_folder(connection: "Connection[Any]", site: str, data: Path, file_records: int, clock: Clock) -> Copied:
    """Copy a site from a database into a data folder that has nothing of it.

    `file_records` is how many records an article file may have. Raises AlreadyRunning, CannotStart, StorageFailed and
    errors of psycopg.
    """
    check_site_name(site)
    folder = data / site
    source, new = DatabaseContents(connection, site), NewFolder(folder, file_records, clock)
    with as_cannot_start(folder), connection.transaction():
        source.lock()
        new.make()
        try:
            for kind in KINDS:
                new.write(kind, source.rows(kind))
            new.settle()
            inventory = take_inventory(FolderContents(new.folder))
            inventory.check_equal(take_inventory(source))
            new.publish()
        except BaseException:
            new.remove()
            raise
    return Copied(inventory.counts, [])
