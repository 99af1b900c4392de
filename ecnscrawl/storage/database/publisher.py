"""Publish rows of a database into a folder: an article file for each site, of the rows since the last ones.

The order of the steps makes it safe to kill: the range of rows and the name of their files are on the disk before the
first file is, and the position moves when all of them are. A publisher that goes on after a kill makes the same files.
"""

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from ecnscrawl.exceptions import CannotStart, StorageFailed
from ecnscrawl.storage.database.publication import knows, last_of_next, number_committed, rows_of_range
from ecnscrawl.storage.database.published_folder import GOES_ON, PublishedFolder, Range
from ecnscrawl.storage.errors import message_of
from ecnscrawl.storage.run_ids import next_run_id
from ecnscrawl.storage.run_settings import Clock

if TYPE_CHECKING:
    from psycopg import Connection


@dataclass
class Publisher:
    """Publishes what is new, as often as it is asked to, into a folder whose lock this process has."""

    folder: PublishedFolder
    clock: Clock
    most: int  #: rows in a range, so no file has more records
    files: int = 0  #: published so far
    records: int = 0

    def publish_new(self, connection: "Connection[Any]") -> None:
        """Publish all rows that are committed and not in the folder yet; first what a killed publisher had begun.

        Raises CannotStart if the folder was published from another database, StorageFailed if a file cannot be
        written, and errors of psycopg. After each of them another call goes on.
        """
        folder = self.folder
        last = folder.position.under_way or folder.position.done
        if last and not knows(connection, last.last):
            raise CannotStart(
                f"{folder.folder} has records that the database does not have: it is another database, or was restored"
                " from an older backup; publish into a new folder"
            )
        try:
            if begun := folder.position.under_way:
                folder.remove_left_over(begun.name)
                self._write(connection, begun)
            number_committed(connection)
            while row := last_of_next(connection, folder.position.until, self.most, folder.position.sites):
                name = next_run_id(self.clock(), folder.position.last_name, secrets.randbits(23))
                begun = Range(folder.position.until, row, name)
                folder.save(replace(folder.position, under_way=begun))
                self._write(connection, begun)
        except OSError as error:
            raise StorageFailed(f"{error.filename or folder.folder}: {message_of(error)}; {GOES_ON}") from None

    def _write(self, connection: "Connection[Any]", begun: Range) -> None:
        """Write the files of a range, and move the position when they are all there."""
        sites = self.folder.position.sites
        files, records = self.folder.write(begun.name, rows_of_range(connection, begun.after, begun.last.number, sites))
        self.folder.save(replace(self.folder.position, done=begun, under_way=None))
        self.files += files
        self.records += records
