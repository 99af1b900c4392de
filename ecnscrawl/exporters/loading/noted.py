"""`loaded-into.json` in a site's folder: the databases that got records of the site, without passwords.

`scrapy state forget` reads it. A person may edit it, as when a database is deleted.
"""

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from ecnscrawl import safe_files
from ecnscrawl.exceptions import CannotStart
from ecnscrawl.exporters.loading.address import DatabaseAddress

NAME = "loaded-into.json"


class _Noted(msgspec.Struct):
    databases: list[str] = []  #: addresses


def noted(site_folder: Path) -> Sequence[str]:
    """Return the addresses of the databases. Raises CannotStart for a damaged or unreadable file."""
    path = site_folder / NAME
    if NAME not in safe_files.file_names(site_folder, depth=1):
        return []
    try:
        return msgspec.json.decode(safe_files.read_file(path, depth=1), type=_Noted).databases
    except OSError as error:
        raise CannotStart(f"{path} cannot be read ({error.strerror})") from None
    except msgspec.MsgspecError as error:
        raise CannotStart(f"{path} is damaged ({error}); correct it, or remove it and name the databases") from None


def note(site_folder: Path, address: DatabaseAddress) -> None:
    """Add a database. Raises OSError, CannotStart, and UnicodeError for a path that is not UTF-8."""
    text = address.without_password()
    with _locked(site_folder):
        there = noted(site_folder)
        if text not in there:
            content = msgspec.json.format(msgspec.json.encode(_Noted([*there, text])), indent=1)
            safe_files.write_whole(site_folder / NAME, content + b"\n", depth=1)


@contextmanager
def _locked(site_folder: Path) -> Iterator[None]:
    """Let one `load` at a time change the file: of two that read it together, one would lose the other's database."""
    with safe_files.open_folder(site_folder, depth=1) as folder:  # closing it releases the lock
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
