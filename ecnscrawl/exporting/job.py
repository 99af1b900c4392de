"""One export, from the published files of a site to one target."""

import shutil
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ecnscrawl import recordfile
from ecnscrawl.exporting import records
from ecnscrawl.exporting.database import Records, opened
from ecnscrawl.exporting.ninjs import write_ninjs
from ecnscrawl.exporting.rss import Channel, write_rss
from ecnscrawl.exporting.selection import Selection
from ecnscrawl.exporting.tables import write_csv, write_jsonl, write_parquet, write_sqlite
from ecnscrawl.exporting.target import ExportFailed, check_place, ending_of, publish, work_folder


@dataclass(slots=True)
class Job:
    """What the user asked for, and how far it is."""

    articles: Path  #: the folder of the published files, in that of the site
    target: Path
    selection: Selection
    channel: Channel  #: for a feed
    formula_safe: bool = True  #: for CSV
    sections: set[str] = field(default_factory=set)  #: that the records name, known when it has run
    work: Path | None = None  #: the folder of what is not whole yet, while this export holds it

    def run(self) -> int:
        """Write the target; gives the number of records in it. Raises EcnscrawlError."""
        ending = ending_of(self.target)
        check_place(self.target, self.articles.parent)
        try:
            files = published(self.articles)
            with work_folder(self.target) as self.work, opened(self.work / "spill") as database:
                self.sections = records.check(files)
                new = self.work / f"new{ending}"
                written = self._write(ending, Records(database, files, self.selection), new)
                publish(new, self.target)
                return written
        except OSError as error:
            read = Path(str(error.filename)).parent == self.articles
            what = f"{error.filename} cannot be read" if read else f"{self.target} cannot be written"
            raise ExportFailed(f"{what} ({error.strerror or error})") from None
        except sqlite3.Error as error:
            raise ExportFailed(f"{self.target} could not be written: {error}") from None

    def abandon(self) -> None:
        """Remove what is not whole yet, from another thread, when the process is about to end."""
        if self.work:
            shutil.rmtree(self.work, ignore_errors=True)

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
    return [recordfile.path_of(articles, name) for name in recordfile.published(articles)] if articles.is_dir() else []
