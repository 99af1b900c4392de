"""Read a single value of a site's state beside a run, which may be changing the state."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote


def read_fact(path: Path, name: str) -> str | int | None:
    """Return a value that `set_meta` has stored in the state at `path`; None if there is none, or it cannot be read.

    The caller must be able to do without it. A link is not followed.
    """
    if path.is_symlink() or path.parent.is_symlink() or not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as db:
            row = db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
    except sqlite3.Error:
        return None
    return row[0] if row else None
