"""Named cursors, which remember up to which file of a site an export has come."""

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from ecnscrawl import safe_files
from ecnscrawl.exceptions import CannotStart, WrongUsage

FOLDER = "exports"  #: in the site's folder
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class _Position(msgspec.Struct):
    last_file: str  #: the name of a published file, without `.gz`; names sort in the order of publishing


class Cursor:
    """The cursor of this name of a site."""

    def __init__(self, site_folder: Path, name: str) -> None:
        """Raises WrongUsage for a name that cannot be that of a file."""
        if not _NAME.fullmatch(name):
            raise WrongUsage(f"--new-since {name!r} is not a name; use up to 64 letters, digits and . _ -")
        self._path = site_folder / FOLDER / f"{name}.json"

    def new(self, files: Sequence[Path]) -> Sequence[Path]:
        """Return the files that were published after the last export. Raises CannotStart for a damaged cursor."""
        last = self._last_file()
        return [file for file in files if _name(file) > last]

    def advance(self, files: Sequence[Path]) -> None:
        """Note that these files are exported. Raises CannotStart if that cannot be written."""
        last = max([self._last_file(), *map(_name, files)])  # another export of this name may have been faster
        self._write(last)

    def check(self, files: Sequence[Path]) -> None:
        """Raise CannotStart if the cursor cannot be advanced after the export of what is new among these files."""
        if self.new(files):
            self._write(self._last_file())

    def _write(self, last: str) -> None:
        try:
            safe_files.make_folder(self._path.parent)
            safe_files.write_whole(self._path, msgspec.json.encode(_Position(last)) + b"\n")
        except OSError as error:
            raise CannotStart(f"{error.filename or self._path} cannot be written ({error.strerror})") from None

    def _last_file(self) -> str:
        """Return "" where there was no export of this name yet."""
        try:
            return msgspec.json.decode(safe_files.read_file(self._path), type=_Position).last_file
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise CannotStart(f"{error.filename or self._path} cannot be read ({error.strerror})") from None
        except msgspec.MsgspecError:
            raise CannotStart(f"{self._path} is damaged; remove it to export everything again") from None


def _name(path: Path) -> str:
    return path.name.removesuffix(".gz")
