"""Run one export: from the published files of a site to one target."""

import shutil
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from ecnscrawl.exceptions import CannotStart, WrongUsage
from ecnscrawl.exporters import reader
from ecnscrawl.exporters.duckdb import Records, opened
from ecnscrawl.exporters.ninjs import write_ninjs
from ecnscrawl.exporters.rss import Channel, write_rss
from ecnscrawl.exporters.selection import Selection
from ecnscrawl.exporters.tabular import write_csv, write_jsonl, write_parquet, write_sqlite
from ecnscrawl.exporters.target import ExportFailed, check_place, publish, send, work_folder
from ecnscrawl.hints import program
from ecnscrawl.storage import jsonl

MAX_SECTIONS = 20  #: listed in the error message for an unknown section


@dataclass(slots=True)
class Job:
    """An export: its options, and its state while it runs."""

    articles: Path  #: the site's folder of published files
    target: Path | None  #: None means standard output
    kind: str  #: one of `target.FORMATS`
    selection: Selection
    channel: Channel  #: used for RSS only
    listings: Sequence[str] = ()  #: the names of the site's listings, which are accepted as sections
    formula_safe: bool = True  #: used for CSV only
    sections: set[str] = field(default_factory=set)  #: all sections of the records; set by `run`
    work: Path | None = None  #: the folder of unfinished files; set by `run`

    @property
    def name(self) -> str:
        """The target's name in messages."""
        return "standard output" if self.target is None else str(self.target)

    def run(self) -> int:
        """Write the target; return the number of records in it.

        Raises EcnscrawlError, and leaves the target unchanged; BrokenPipeError if standard output has lost its reader.
        """
        try:
            check_place(self.target, self.articles.parent, self.kind)
            files = self._files()
            with work_folder(self.target) as self.work, opened(self.work / "spill") as database:
                self.sections = reader.check(files)
                self._check_sections()
                new = self.work / f"new.{self.kind}"
                written = self._write(Records(database, files, self.selection), new)
                if self.target is None:
                    send(new)
                else:
                    publish(new, self.target)
                return written
        except BrokenPipeError:
            raise
        except OSError as error:
            read = Path(str(error.filename)).parent == self.articles
            what = f"{error.filename} cannot be read" if read else f"{self.name} cannot be written"
            raise ExportFailed(f"{what} ({error.strerror or error})") from None
        except sqlite3.Error as error:
            raise ExportFailed(f"{self.name} could not be written: {error}") from None

    def abandon(self) -> None:
        """Remove the unfinished files. May be called from another thread, just before the process ends."""
        if self.work:
            shutil.rmtree(self.work, ignore_errors=True)

    def _files(self) -> Sequence[Path]:
        """Return the published files. Raises CannotStart if there are none: a wrong folder must empty no target."""
        files = published(self.articles)
        if not files:
            site = self.articles.parent.name
            raise CannotStart(
                f"there is no article file in {self.articles}; run `{program()} crawl {site}` first,"
                " or name the data folder with ECNSCRAWL_DATA_DIR"
            )
        return files

    def _check_sections(self) -> None:
        """Raise WrongUsage for a section that neither the site nor a record has: a typo must not empty the target."""
        if unknown := self.selection.unknown({*self.sections, *self.listings}):
            raise WrongUsage(
                f"no article has the section {unknown[0]!r}{meant(unknown[0], self.sections, self.listings)}"
            )

    def _write(self, chosen: Records, new: Path) -> int:
        match self.kind:
            case "parquet":
                return write_parquet(chosen, new)
            case "csv":
                return write_csv(chosen, new, formula_safe=self.formula_safe)
            case "jsonl":
                return write_jsonl(chosen, new)
            case "sqlite":
                return write_sqlite(chosen, new)
            case "ninjs":
                return write_ninjs(chosen, new)
            case _:
                return write_rss(chosen, new, self.channel, all_revisions=self.selection.all_revisions)


def published(articles: Path) -> Sequence[Path]:
    """Return the published files in the order of publishing; [] if there was no run yet."""
    names = jsonl.published(articles) if articles.is_dir() else []
    return [jsonl.path_of(articles, name) for name in names]


def meant(name: str, sections: Collection[str], listings: Collection[str] = ()) -> str:
    """Return a hint for an unknown section: the most similar section or listing, else the known sections."""
    known = {each.lower(): each for each in sorted(sections, reverse=True)}
    by_lower = {each.lower(): each for each in listings} | known
    if found := get_close_matches(name.lower(), by_lower, 1, 0.5):
        return f" (did you mean {by_lower[found[0]]!r}?)"
    return f"; known are {', '.join(sorted(known.values())[:MAX_SECTIONS])}" if known else ""
