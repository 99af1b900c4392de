"""Messages for errors of the disk and the state."""

import errno
import os
import sqlite3
from pathlib import Path

import pytest

from ecnscrawl.exceptions import CannotStart
from ecnscrawl.safe_files import UnsafeFileError
from ecnscrawl.storage.errors import as_cannot_start

FOLDER = Path("/data/ecns")
WRITABLE = "make the data folder writable, or name another with ECNSCRAWL_DATA_DIR"


def os_error(number: int, path: str | None = None) -> OSError:
    return OSError(number, os.strerror(number), path)


def sqlite_error(number: int, text: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = number
    return error


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (os_error(errno.EACCES, "/data/ecns/articles"), f"/data/ecns/articles: Permission denied; {WRITABLE}"),
        (os_error(errno.EROFS), f"/data/ecns: Read-only file system; {WRITABLE}"),
        (os_error(errno.ENOSPC), "/data/ecns: No space left on device; free some space there"),
        (UnsafeFileError(errno.ELOOP, "is a link", "/data/ecns/gone"), "/data/ecns/gone: is a link"),
        (
            sqlite_error(sqlite3.SQLITE_FULL, "database or disk is full"),
            "/data/ecns: database or disk is full; free some space there",
        ),
        (
            sqlite_error(sqlite3.SQLITE_READONLY, "attempt to write a readonly database"),
            f"/data/ecns: attempt to write a readonly database; {WRITABLE}",
        ),
        (
            sqlite3.DatabaseError("file is not a database"),
            "/data/ecns: the state is damaged (file is not a database); run scrapy state rebuild ecns",
        ),
    ],
)
def test_an_error_at_the_start_says_where_it_is_and_what_to_do(error: Exception, message: str) -> None:
    with pytest.raises(CannotStart) as refused, as_cannot_start(FOLDER):
        raise error
    assert str(refused.value) == message


def test_an_error_of_another_kind_is_not_hidden() -> None:
    with pytest.raises(ValueError, match="a defect"), as_cannot_start(FOLDER):
        raise ValueError("a defect")
