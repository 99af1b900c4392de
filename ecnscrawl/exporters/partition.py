"""Export records as a folder with a file for each day, `articles.parquet/day=2026-11-20/data_0.parquet`.

These are Hive partitions: DuckDB, Polars, pandas, pyarrow and Spark read the folder as one table with a column `day`.
"""

import ctypes
import errno
import os
from datetime import tzinfo
from pathlib import Path

from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.exporters.duckdb import Records
from ecnscrawl.exporters.tabular import csv_columns, parquet_columns
from ecnscrawl.exporters.target import sync
from ecnscrawl.normalize.timestamps import from_text
from ecnscrawl.storage.data_folder import site_folder_of

#: The formats, and how DuckDB writes them.
OPTIONS = {
    "parquet": "FORMAT parquet, COMPRESSION zstd",
    "csv": "FORMAT csv, HEADER true",
    "jsonl": "FORMAT json, FILE_EXTENSION 'jsonl'",
}
_AT_WORKING_FOLDER = -100  # AT_FDCWD
_EXCHANGE = 2  # RENAME_EXCHANGE


def check_folder(target: Path | None, kind: str, site_folder: Path) -> None:
    """Raise WrongUsage for a target that cannot be a folder of partitions, or must not be replaced by one."""
    if target is None:
        raise WrongUsage("--partition-by writes a folder; name one instead of standard output")
    if kind not in OPTIONS or target.suffix.lower() == ".gz":
        raise WrongUsage("--partition-by writes parquet, csv or jsonl, uncompressed; choose one of them")
    if not target.parent.is_dir():
        raise WrongUsage(f"{str(target)!r}: there is no folder {str(target.parent)!r}")
    if folder := site_folder_of(target.parent.resolve() / target.name, site_folder.parent, site_folder.name):
        raise WrongUsage(f"{str(target)!r} is in the folder of the crawl's own files; name one outside {folder}")
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise WrongUsage(f"{str(target)!r} is not a folder; --partition-by writes one")
    if target.exists() and (others := [each.name for each in target.iterdir() if not each.name.startswith("day=")]):
        raise WrongUsage(f"{str(target)!r} has other things in it, such as {others[0]!r}; name a folder of its own")


def write_by_day(records: Records, target: Path, kind: str, zone: tzinfo, *, formula_safe: bool) -> int:
    """Write a file for each day of publication by the clock of this zone; return the number of records."""

    def day_of(published_at: str, precision: str) -> str:
        if precision == "day":  # the day that the site names
            return published_at[:10]
        return from_text(published_at).astimezone(zone).date().isoformat()

    target.mkdir()
    columns = {"parquet": parquet_columns(), "csv": csv_columns(formula_safe=formula_safe)}.get(kind)
    return records.copy_by(day_of, ("published_at", "published_precision"), columns, target, OPTIONS[kind])


def publish_folder(new: Path, target: Path) -> None:
    """Sync a complete folder to the disk, then let it take the place of the target, which is at `new` afterwards."""
    for path in sorted(new.rglob("*"), reverse=True):
        sync(path)
    sync(new)
    if not target.exists():
        new.rename(target)
    else:
        _exchange(new, target)
    sync(target.parent)


def _exchange(one: Path, other: Path) -> None:
    """Let two folders change names in one step, so that a reader always finds one; in two where the system cannot."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    paths = (_AT_WORKING_FOLDER, os.fsencode(one), _AT_WORKING_FOLDER, os.fsencode(other))
    if renameat2 is not None and renameat2(*paths, _EXCHANGE) == 0:
        return
    if renameat2 is not None and (number := ctypes.get_errno()) not in (errno.EINVAL, errno.ENOSYS):
        raise OSError(number, os.strerror(number), str(other))
    other.rename(one.with_name("old"))
    one.rename(other)
