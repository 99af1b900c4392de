"""A folder with files of published rows: which rows it has, in its file `.published`, and the lock of its publisher."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import msgspec

from ecnscrawl import safe_files
from ecnscrawl.exceptions import CannotStart, WrongUsage
from ecnscrawl.normalize.text import listed
from ecnscrawl.storage import jsonl
from ecnscrawl.storage.data_folder import check_site_name
from ecnscrawl.storage.database.publication import NumberedRow
from ecnscrawl.storage.folder.lock import SiteLock, holder
from ecnscrawl.storage.folder.record_file import RecordFile

POSITION, LOCK = ".published", ".published.lock"
GOES_ON = "what is published is whole, and the next `publish` goes on"
VERSION = 1  #: of `.published`
_NAME_ANOTHER = "name a folder that can be written"
_MAX_UNWRITTEN = 1_000_000  #: bytes in memory


class Range(msgspec.Struct, frozen=True):
    """Rows that become one file for each site: those after a number, up to and with another one."""

    after: int
    last: NumberedRow
    name: str  #: of the files, without their ending


class Position(msgspec.Struct, frozen=True):
    """The content of `.published`. All keys must be there, or a damaged file would be taken for a new folder's."""

    version: int
    sites: Sequence[str] | None  #: the only ones that the folder has; None if it has all
    done: Range | None  #: the last range whose files are all there
    under_way: Range | None  #: the one whose files are being written, the same after a kill

    @property
    def last_name(self) -> str | None:
        """The name of the last files, without their ending."""
        last = self.under_way or self.done
        return last.name if last else None

    @property
    def until(self) -> int:
        """The number of the last row whose file is there."""
        return self.done.last.number if self.done else 0


def _new(sites: Sequence[str] | None) -> Position:
    """Return the position of a folder that has nothing yet."""
    return Position(VERSION, sites, done=None, under_way=None)


_decoder = msgspec.json.Decoder(Position)


class PublishedFolder:
    """The folder, while this process has its lock."""

    def __init__(self, folder: Path) -> None:
        """`folder` may be missing, or a link. Raises WrongUsage if it is something else than a folder."""
        self.folder = folder
        if folder.exists() and not folder.is_dir():
            raise WrongUsage(f"{folder} is not a folder; name one")
        self.position = _new(None)

    @contextmanager
    def locked(self, now: datetime, sites: Sequence[str] | None) -> Iterator[None]:
        """Make the folder if it is missing, hold its lock, and read the position.

        Raises AlreadyRunning, CannotStart, and WrongUsage for a folder that has files of others, or of other sites.
        """
        with _as_cannot_start(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self.folder = self.folder.resolve()  # it may be a link; inside it none is followed
        lock = SiteLock(self.folder / LOCK, "another `publish` writes to this folder", _NAME_ANOTHER)
        lock.acquire(holder(now))
        try:
            with _as_cannot_start(self.folder):
                self._read(sites)
            yield
        finally:
            lock.release()

    def _read(self, sites: Sequence[str] | None) -> None:
        path = self.folder / POSITION
        if POSITION not in safe_files.file_names(self.folder, depth=1):
            self._check_is_new()
            self.save(_new(sites))  # so that a folder that cannot be written is noticed now
            return
        try:
            self.position = _decoder.decode(safe_files.read_file(path, depth=1))
        except msgspec.MsgspecError as error:
            raise CannotStart(
                f"{path} is damaged ({error}); put a whole copy in its place, or publish into a new folder"
            ) from None
        if self.position.version > VERSION:
            raise CannotStart(f"{path} is of a newer version of ecnscrawl; upgrade this one")
        if self.position.sites != sites:
            has = listed(self.position.sites) if self.position.sites else "all sites"
            raise WrongUsage(f"{self.folder} has the files of {has}; name the same sites again, or a new folder")

    def _check_is_new(self) -> None:
        """Raise WrongUsage if the folder has article files or states: a reader would find articles twice."""
        for site in self._site_folders():
            if jsonl.published(site / "articles") or (site / "state.sqlite").exists():
                raise WrongUsage(f"{site} has articles that `publish` did not write; name a new folder")

    def _site_folders(self) -> Iterator[Path]:
        for path in sorted(self.folder.iterdir()):
            if path.is_dir() and not path.is_symlink():
                yield path

    def save(self, position: Position) -> None:
        """Replace the position; it is on the disk when this returns. Raises OSError."""
        content = msgspec.json.format(msgspec.json.encode(position), indent=1) + b"\n"
        safe_files.write_whole(self.folder / POSITION, content, depth=1)
        safe_files.sync_folder(self.folder, depth=1)
        self.position = position

    def write(self, name: str, rows: Iterable[tuple[str, bytes]]) -> tuple[int, int]:
        """Write one file of this name for each site of these rows; return the numbers of files and of records.

        The rows of a site follow each other. A file that is there already stays as it is, also if its reader has
        compressed it: it has the same rows. Raises OSError.
        """
        files = records = 0
        for site, group in groupby(rows, key=itemgetter(0)):
            check_site_name(site)
            articles = self._articles_of(site)
            if f"{name}.jsonl" in jsonl.published(articles):
                for _ in group:
                    records += 1
            else:
                records += _write_file(articles, f"{name}.jsonl", (line for _, line in group))
            files += 1
        return files, records

    def _articles_of(self, site: str) -> Path:
        """Return the folder of a site's article files, which is made if it is missing."""
        folder = self.folder / site
        articles = folder / "articles"
        if not articles.is_dir():
            safe_files.make_folder(folder, depth=1)
            safe_files.sync_folder(self.folder, depth=1)
            safe_files.make_folder(articles)
            safe_files.sync_folder(folder, depth=1)
        return articles

    def remove_left_over(self, name: str) -> None:
        """Remove what a killed publisher had begun: it may have an article that was forgotten since then."""
        for site in self._site_folders():
            part = jsonl.part_of(site / "articles", f"{name}.jsonl")
            if part.exists():
                safe_files.remove_file(part)


@contextmanager
def _as_cannot_start(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotStart(f"{error.filename or folder}: {error.strerror}; {_NAME_ANOTHER}") from None


def _write_file(folder: Path, name: str, lines: Iterable[bytes]) -> int:
    """Write a whole file and publish it by a rename; return the number of its records."""
    file = RecordFile(folder, name)
    for line in lines:
        file.append(line + b"\n")
        if file.unwritten > _MAX_UNWRITTEN:
            file.write()
    file.sync()
    file.publish()
    return file.records
