"""Open an archive file, and the name by which it is known again."""

import errno
from pathlib import Path
from typing import IO


def open_archive(path: Path) -> IO[bytes]:
    """Open an archive file. Raises OSError if it cannot be opened, with the number ESPIPE for a pipe.

    `-` is standard input. An archive is not read from a pipe, because after damage the reader must go back.
    """
    is_pipe = path.is_fifo() or (str(path) == "-" and not path.exists())
    if not is_pipe:
        file = path.open("rb")
        if file.seekable():
            return file
        file.close()  # a terminal
    raise OSError(errno.ESPIPE, "an archive cannot be read from a pipe; save it to a file and name that", str(path))


def file_key(path: Path) -> str:
    """Return a key for a file from its name and size. Raises OSError."""
    return f"{as_utf_8(path.name)}:{path.stat().st_size}"


def as_utf_8(name: str) -> str:
    """Return a file's name with what is not UTF-8 in it escaped: it is sent to other processes, and stored."""
    return name.encode("utf-8", "backslashreplace").decode()
