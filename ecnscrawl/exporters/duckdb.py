"""The files of records as DuckDB reads them: typed columns, the revisions asked for, in bounded memory."""

import glob
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecnscrawl.exceptions import CannotStart
from ecnscrawl.exporters.columns import COLUMNS
from ecnscrawl.exporters.selection import Selection
from ecnscrawl.exporters.target import ExportFailed

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Of DuckDB alone; what does not fit goes to its temporary folder. To tell versions apart takes some 90 bytes of each
#: record, and DuckDB writes none of them to the disk before this is full, so it is what an export of millions takes.
MEMORY_LIMIT = "256MB"
THREADS = 1  # with more, a join leaves the order of publishing, and each has buffers of its own, some 60 MB
_ROWS = 1000  #: fetched at a time


@contextmanager
def opened(spill: Path) -> Iterator["DuckDBPyConnection"]:
    """A database in memory that reads and writes files, and neither fetches nor loads extensions.

    What does not fit into memory goes to the folder `spill`. Raises CannotStart where DuckDB is not installed,
    ExportFailed where it cannot go on.
    """
    try:
        import duckdb  # noqa: PLC0415 - an extra: only an export needs it
    except ImportError:
        raise CannotStart("an export needs DuckDB; pip install 'ecnscrawl[export]'") from None
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
        "threads": THREADS,
        "temp_directory": str(spill),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        # DuckDB cannot know how many records are in the files, and would now and then hold them all in memory, to
        # look up the few superseded ones in them.
        "disabled_optimizers": "build_side_probe_side",
    }
    try:
        with duckdb.connect(config=config) as database:
            yield database
    except duckdb.Error as error:
        raise ExportFailed(f"the export stopped: {str(error).splitlines()[0]}") from None


class Records:
    """The records asked for, of these files; they must have been checked."""

    def __init__(self, database: "DuckDBPyConnection", files: Sequence[Path], selection: Selection) -> None:
        self._database = database
        self._files = files
        self._condition, self._values = selection.condition()
        if files:
            self._find_superseded(by="id, revision" if selection.all_revisions else "id")

    def _find_superseded(self, by: str) -> None:
        """Note the few versions to leave out; the many to take would not fit into memory."""
        source, values = _source(self._files, {"id": "VARCHAR", "revision": "INTEGER"})
        self._database.execute(
            f"CREATE TEMP TABLE superseded AS SELECT id, revision, file FROM {source}"
            f" QUALIFY row_number() OVER (PARTITION BY {by} ORDER BY revision DESC, file DESC) > 1",
            values,
        )

    def copy(self, expressions: str, target: Path, options: str) -> int:
        """Have DuckDB write them to a file; gives their number."""
        query, values = self._query(expressions, self._files)
        path = str(target).replace("'", "''")
        row = self._database.execute(f"COPY ({query}) TO '{path}' ({options})", values).fetchone()
        assert row is not None
        return int(row[0])

    def rows(self) -> Iterator[dict[str, Any]]:
        """Them one by one, in the order of publishing; file by file, as DuckDB holds a whole result."""
        for file in self._files:
            result = self._database.execute(*self._query(", ".join(COLUMNS), [file]))
            while rows := result.fetchmany(_ROWS):
                yield from (dict(zip(COLUMNS, row, strict=True)) for row in rows)

    def _query(self, expressions: str, files: Sequence[Path]) -> tuple[str, dict[str, Any]]:
        if not files:
            nothing = ", ".join(f"NULL::{kind} AS {name}" for name, kind in COLUMNS.items())
            return f"SELECT {expressions} FROM (SELECT {nothing}) WHERE false", {}
        source, values = _source(files, COLUMNS)
        query = (
            f"SELECT {expressions} FROM {source} ANTI JOIN superseded USING (id, revision, file)"
            f" WHERE {self._condition}"
        )
        return query, values | self._values


def _source(files: Sequence[Path], columns: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """The files as a table: the columns, and the name of the file, as names sort in the order of publishing."""
    kinds = ", ".join(f"{name}: '{kind}'" for name, kind in columns.items())
    table = (
        f"(SELECT {', '.join(columns)}, parse_filename(filename) AS file"
        f" FROM read_json($files, format='newline_delimited', columns={{{kinds}}}, filename=true))"
    )
    return table, {"files": [glob.escape(str(file)) for file in files]}
