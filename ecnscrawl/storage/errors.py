"""Errors of the disk and of the state: which of them end a run, their messages, and the advice to the user."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ecnscrawl.exceptions import CannotStart, StorageFailed
from ecnscrawl.frontier.server_errors import database_errors, reason_of
from ecnscrawl.frontier.sharing import ClaimLost
from ecnscrawl.hints import program
from ecnscrawl.safe_files import UnsafeFileError

#: A run in files that meets one of these can store no more.
STORAGE_ERRORS = (OSError, sqlite3.Error)

MAKE_WRITABLE = "make the data folder writable, or name another with ECNSCRAWL_DATA_DIR"
NAME_ANOTHER = "name another data folder with ECNSCRAWL_DATA_DIR"
_FREE_SPACE = "free some space there"


def storage_errors() -> tuple[type[Exception], ...]:
    """Return the classes of the errors with which a run of any kind can store no more."""
    return (*STORAGE_ERRORS, StorageFailed, ClaimLost, *database_errors())


def message_of(error: Exception) -> str:
    """Return what an error says, without number and path."""
    if isinstance(error, database_errors()):
        return reason_of(error)
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


@contextmanager
def as_cannot_start(folder: Path) -> Iterator[None]:
    """Raise CannotStart in the place of an error of the disk or the state, with what the user can do about it."""
    try:
        yield
    except sqlite3.OperationalError as error:
        way_out = _FREE_SPACE if error.sqlite_errorcode == sqlite3.SQLITE_FULL else MAKE_WRITABLE
        raise CannotStart(f"{folder}: {message_of(error)}; {way_out}") from None
    except sqlite3.DatabaseError as error:
        raise CannotStart(
            f"{folder}: the state is damaged ({error}); run {program()} state rebuild {folder.name}"
        ) from None
    except UnsafeFileError as error:
        raise CannotStart(f"{error.filename or folder}: {message_of(error)}") from None
    except OSError as error:
        way_out = _FREE_SPACE if error.errno == errno.ENOSPC else MAKE_WRITABLE
        raise CannotStart(f"{error.filename or folder}: {message_of(error)}; {way_out}") from None
