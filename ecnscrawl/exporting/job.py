"""One export, from the published files of a site to one target."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ecnscrawl import recordfile
from ecnscrawl.exporting import records
from ecnscrawl.exporting.database import Records, connect
from ecnscrawl.exporting.ninjs import write_ninjs
from ecnscrawl.exporting.rss import Channel, write_rss
from ecnscrawl.exporting.selection import Selection
from ecnscrawl.exporting.tables import write_csv, write_jsonl, write_parquet, write_sqlite
from ecnscrawl.exporting.target import ExportFailed, check_place, ending_of, publish, work_folder


@dataclass(frozen=True, slots=True)
class Job:
    """What the user asked for."""

    articles: Path  #: the folder of the published files
    target: Path
    selection: Selection
    channel: Channel  #: for a feed
    formula_safe: bool = True  #: for CSV

    def run(self) -> int:
        """Write the target; gives the number of records in it. Raises EcnscrawlError."""
        ending = ending_of(self.target)
        check_place(self.target, self.articles)
        try:
            files = published(self.articles)
            with work_folder(self.target) as folder, closing(connect(folder / "spill")) as database:
                records.check(files)
                new = folder / f"new{ending}"
                written = self._write(ending, Records(database, files, self.selection), new)
                publish(new, self.target)
                return written
        except OSError as error:
            raise ExportFailed(f"{error.filename or self.target}: {error.strerror or error}") from None
        except Exception as error:
            if not _is_of_a_database(error):
                raise
            raise ExportFailed(f"{self.target} could not be written: {str(error).splitlines()[0]}") from None

    def _write(self, ending: str, chosen: Records, new: Path) -> int:
        match ending:
            case ".parquet":
                return write_parquet(chosen, new)
            case ".csv":
                return write_csv(chosen, new, formula_safe=self.formula_safe)
            case ".jsonl":
                return write_jsonl(chosen, new)
            case ".sqlite":
                return write_sqlite(chosen, new)
            case ".ninjs.jsonl":
                return write_ninjs(chosen, new)
            case _:
                return write_rss(chosen, new, self.channel, all_revisions=self.selection.all_revisions)


def published(articles: Path) -> Sequence[Path]:
    """The files that readers see now, in the order of publishing; none where no run has been."""
    return [articles / name for name in recordfile.published(articles)] if articles.is_dir() else []


def _is_of_a_database(error: Exception) -> bool:
    """Whether DuckDB or SQLite raised it: a full disk reaches us through them."""
    return type(error).__module__.split(".")[0] in ("duckdb", "_duckdb", "sqlite3")
