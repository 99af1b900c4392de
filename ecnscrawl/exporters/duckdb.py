"""Query the published files with DuckDB: typed columns, the selected revisions, in bounded memory."""

import glob
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecnscrawl import hints
from ecnscrawl.exceptions import CannotStart
from ecnscrawl.exporters.columns import COLUMNS
from ecnscrawl.exporters.selection import Selection
from ecnscrawl.exporters.target import ExportFailed

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: DuckDB's own limit; data beyond it goes to its temporary folder. Finding the newest revisions takes about 90 bytes a
#: record, and DuckDB fills this memory before it writes to the disk, so an export of millions uses all of it.
MEMORY_LIMIT = "256MB"
THREADS = 1  #: with more, a join loses the order of publishing; and each thread needs about 60 MB for its buffers
_ROWS = 1000  #: number of rows fetched at a time
_BATCH_SIZE = 4_000_000  #: bytes of files that one query reads; DuckDB may keep them in memory


@contextmanager
def opened(spill: Path) -> Iterator["DuckDBPyConnection"]:
    """Open a database in memory that reads and writes files, and neither downloads nor loads extensions.

    Data that does not fit into memory goes to the folder `spill`. Raises CannotStart if DuckDB is not installed, and
    ExportFailed if a query fails.
    """
    try:
        import duckdb  # noqa: PLC0415 - an extra: only an export needs it
    except ImportError:
        raise CannotStart(f"an export needs DuckDB; {hints.install_extra('export')}") from None
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
        "threads": THREADS,
        "temp_directory": str(spill),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        # DuckDB does not know how many records the files hold. With this optimizer it sometimes loads all of them into
        # memory, to look up the few superseded ones.
        "disabled_optimizers": "build_side_probe_side",
    }
    try:
        with duckdb.connect(config=config) as database:
            yield database
    except duckdb.Error as error:
        raise ExportFailed(f"the export stopped: {str(error).splitlines()[0]}") from None


class Records:
    """The selected records of some published files. The files must have been checked with `reader.check`."""

    def __init__(self, database: "DuckDBPyConnection", files: Sequence[Path], selection: Selection) -> None:
        self._database = database
        self._files = files
        self._condition, self._values = selection.condition()
        if files:
            self._find_superseded(by="id, revision" if selection.all_revisions else "id")

    def _find_superseded(self, by: str) -> None:
        """Store the versions to leave out. There are few of them; those to export would not fit into memory."""
        source, values = source_of(self._files, {"id": "VARCHAR", "revision": "INTEGER"})
        self._database.execute(
            f"CREATE TEMP TABLE superseded AS SELECT id, revision, file FROM {source}"
            f" QUALIFY row_number() OVER (PARTITION BY {by} ORDER BY revision DESC, file DESC) > 1",
            values,
        )

    def copy(self, expressions: str, target: Path, options: str) -> int:
        """Let DuckDB write the records to a file; return their number."""
        query, values = self._query(expressions, self._files)
        path = str(target).replace("'", "''")
        row = self._database.execute(f"COPY ({query}) TO '{path}' ({options})", values).fetchone()
        assert row is not None
        return int(row[0])

    def copy_by(
        self, part: Callable[..., str], keys: Sequence[str], expressions: str | None, folder: Path, options: str
    ) -> int:
        """Let DuckDB write the records to a file for each value of a function of some keys; return their number.

        The files are `day=VALUE/data_0.ENDING` in the folder. `expressions` of None are the keys as they are stored.
        """
        self._database.create_function("part_of", part, ["VARCHAR"] * len(keys), "VARCHAR")
        columns = f"{expressions or ', '.join(COLUMNS)}, part_of({', '.join(keys)}) AS day"
        return self.copy(columns, folder, f"{options}, PARTITION_BY (day), OVERWRITE_OR_IGNORE true")

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the records in the order of publishing. Reads few files at a time: DuckDB keeps a result in memory."""
        for files in _batches(self._files):
            result = self._database.execute(*self._query(", ".join(COLUMNS), files))
            while rows := result.fetchmany(_ROWS):
                yield from (dict(zip(COLUMNS, row, strict=True)) for row in rows)

    def _query(self, expressions: str, files: Sequence[Path]) -> tuple[str, dict[str, Any]]:
        if not files:
            nothing = ", ".join(f"NULL::{kind} AS {name}" for name, kind in COLUMNS.items())
            return f"SELECT {expressions} FROM (SELECT {nothing}) WHERE false", {}
        source, values = source_of(files, COLUMNS)
        query = (
            f"SELECT {expressions} FROM {source} ANTI JOIN superseded USING (id, revision, file)"
            f" WHERE {self._condition}"
        )
        return query, values | self._values


def _batches(files: Sequence[Path]) -> Iterator[Sequence[Path]]:
    """Divide files into lists that are small together, or have one file: a query takes some milliseconds by itself."""
    batch: list[Path] = []
    size = 0
    for file in files:
        length = file.stat().st_size
        if batch and size + length > _BATCH_SIZE:
            yield batch
            batch, size = [], 0
        batch.append(file)
        size += length
    if batch:
        yield batch


def source_of(files: Sequence[Path], columns: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """Return a table expression for the files, with a column `file`, which sorts in the order of publishing.

    It has a digest of the folder behind the name: two folders may have files of the same name, and a copy of a folder
    has the same records in them. The whole path would take too much memory.
    """
    kinds = ", ".join(f"{name}: '{kind}'" for name, kind in columns.items())
    table = (
        f"(SELECT {', '.join(columns)},"
        " parse_filename(filename) || left(md5(parse_dirpath(filename)), 8) AS file"
        f" FROM read_json($files, format='newline_delimited', columns={{{kinds}}}, filename=true))"
    )
    return table, {"files": [glob.escape(str(file)) for file in files]}
