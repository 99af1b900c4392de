"""Run one load: add the published files that are not in the database yet, each in its own transaction."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ecnscrawl.exceptions import CannotStart, EcnscrawlError
from ecnscrawl.exporters.loading.address import DatabaseAddress
from ecnscrawl.exporters.loading.connection import open_database
from ecnscrawl.exporters.loading.database import FileName
from ecnscrawl.exporters.loading.noted import note
from ecnscrawl.exporters.reader import InvalidRecord
from ecnscrawl.exporters.stored import article_folders
from ecnscrawl.hints import program, way_to_articles
from ecnscrawl.normalize.timestamps import to_text
from ecnscrawl.storage import jsonl


class NothingToRead(EcnscrawlError):
    """The data folder has no folder of articles."""


@dataclass(slots=True)
class Loaded:
    """What a load has done."""

    files: int = 0
    records: int = 0  #: that were not in the database
    failures: list[str] = field(default_factory=list)  #: one line for each file that could not be read
    warnings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Loader:
    """Loads what is new, as often as it is asked to; a file that is in the database is looked up once."""

    address: DatabaseAddress
    data: Path
    site: str | None  #: None is all sites
    now: Callable[[], datetime]
    #: Returns what to do where the site of this name has no article files; see Storage.
    way_to_articles: Callable[[str], str] = way_to_articles
    writes_files: bool = True  #: whether crawls write article files into the data folder; else `publish` does
    _known: set[FileName] = field(default_factory=set)
    _noted: set[Path] = field(default_factory=set)  #: folders of sites that know of this database
    _failed: dict[FileName, object] = field(default_factory=dict)  # not read again before they change

    def load_new(self) -> Loaded:
        """Load the files that are new; a file that cannot be read is named and left for the next load.

        Raises NothingToRead, CannotStart, WrongUsage or LoadFailed.
        """
        loaded = Loaded()
        files = self._new_files()
        if not files and self._known:
            return loaded
        with open_database(self.address) as database:
            self._note_database(loaded)
            self._known |= database.loaded()
            for file, path in files:
                if file in self._known:
                    continue
                try:
                    loaded.records += database.add(file, path, to_text(self.now()))
                except (InvalidRecord, jsonl.DamagedFile) as error:
                    self._note_failure(loaded, file, path, str(error))
                except OSError as error:
                    self._note_failure(loaded, file, path, f"{path} cannot be read ({error.strerror or error})")
                else:
                    loaded.files += 1
                    self._known.add(file)
        return loaded

    def _note_database(self, loaded: Loaded) -> None:
        """Note in each site's folder that the database has its records, once; before they are added."""
        for site_folder in sorted({folder.parent for folder in self._folders()} - self._noted):
            self._noted.add(site_folder)
            try:
                note(site_folder, self.address)
            except (OSError, UnicodeError, CannotStart) as error:
                loaded.warnings.append(
                    f"{site_folder} cannot note that {self.address.name} has its records ({error});"
                    f" `{program()} state forget` will need --from"
                )

    def _note_failure(self, loaded: Loaded, file: FileName, path: Path, message: str) -> None:
        self._failed[file] = _stamp(path)
        loaded.failures.append(message)

    def _new_files(self) -> Sequence[tuple[FileName, Path]]:
        """The published files that are not known to be in the database, site by site, in the order of publishing."""
        return [each for folder in self._folders() for each in self._new_files_in(folder)]

    def _folders(self) -> Sequence[Path]:
        """The folders of article files. Raises NothingToRead."""
        way_out = self.way_to_articles("SITE")
        try:
            folders = article_folders(self.data, self.site)
        except FileNotFoundError as error:
            missing = str(error)
            if not self.writes_files:  # then the name may well be that of a site
                missing = missing.partition(": is ")[0]
            raise NothingToRead(f"{missing}; {way_out}") from None
        if not folders:
            raise NothingToRead(f"there are no articles in {self.data}; {way_out}")
        return folders

    def _new_files_in(self, folder: Path) -> Iterator[tuple[FileName, Path]]:
        for name in jsonl.published(folder):
            file, path = FileName(folder.parent.name, name), jsonl.path_of(folder, name)
            if file not in self._known and (file not in self._failed or self._failed[file] != _stamp(path)):
                yield file, path


def _stamp(path: Path) -> object:
    """What changes when a file does; None where it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return path, found.st_mtime_ns, found.st_size
