"""Run one export: from the published files of one or many sites to one target."""

import shutil
import sqlite3
import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from ecnscrawl.exceptions import CannotStart, WrongUsage
from ecnscrawl.exporters import reader
from ecnscrawl.exporters.cursor import Cursor
from ecnscrawl.exporters.duckdb import Records, opened
from ecnscrawl.exporters.ninjs import write_ninjs
from ecnscrawl.exporters.partition import check_folder, publish_folder, write_by_day
from ecnscrawl.exporters.rss import Channel, write_rss
from ecnscrawl.exporters.search_index import copy_lines, open_index
from ecnscrawl.exporters.search_query import check_search
from ecnscrawl.exporters.selection import Selection
from ecnscrawl.exporters.spreadsheet import write_xlsx
from ecnscrawl.exporters.tabular import write_csv, write_json, write_jsonl, write_parquet, write_sqlite
from ecnscrawl.exporters.target import ExportFailed, check_place, compress, is_compressed, publish, send, work_folder
from ecnscrawl.hints import way_to_articles
from ecnscrawl.storage import jsonl

_MAX_REMOVALS = 100  #: of the unfinished files: the export's thread may add one while the others are removed
MAX_SECTIONS = 20  #: listed in the error message for an unknown section

#: The formats that have no options.
_WRITERS: dict[str, Callable[[Records, Path], int]] = {
    "parquet": write_parquet,
    "jsonl": write_jsonl,
    "json": write_json,
    "sqlite": write_sqlite,
    "ninjs": write_ninjs,
}


@dataclass(slots=True)
class Job:
    """An export: its options, and its state while it runs."""

    folders: Sequence[Path]  #: of published files, one of each site
    target: Path | None  #: None means standard output
    kind: str  #: one of `target.FORMATS`
    selection: Selection
    channel: Channel  #: used for RSS only
    listings: Sequence[str] = ()  #: the names of the sites' listings, which are accepted as sections
    formula_safe: bool = True  #: used for CSV only
    search: str | None = None  #: in the syntax of FTS5
    cursors: Sequence[Cursor] = ()  #: one of each folder: only what was published since the last export with it
    by_day: bool = False  #: a folder with a file for each day
    #: Returns what to do where the site of this name has no article files; see Storage.
    way_to_articles: Callable[[str], str] = way_to_articles
    cut_cells: int = 0  #: texts that a spreadsheet's cell could not hold; set by `run`
    sections: set[str] = field(default_factory=set)  #: all sections of the records; set by `run`
    work: Path | None = None  #: the folder of unfinished files; set by `run`
    starting: threading.Lock = field(default_factory=threading.Lock)  #: held while that folder is made
    is_stopped: bool = False  #: set by `abandon`

    @property
    def name(self) -> str:
        """The target's name in messages."""
        return "standard output" if self.target is None else str(self.target)

    @property
    def source(self) -> Path:
        """Where the articles come from, in messages: the site's folder of published files, or the data folder."""
        return self.folders[0] if len(self.folders) == 1 else self.folders[0].parent.parent

    def run(self) -> int:
        """Write the target; return the number of records in it.

        Raises EcnscrawlError, and leaves the target unchanged; BrokenPipeError if standard output has lost its reader.
        """
        try:
            site_folder = self.folders[0].parent
            if self.by_day:
                check_folder(self.target, self.kind, site_folder)
            else:
                check_place(self.target, site_folder, self.kind)
            published_files = self._files()
            chosen = self._not_exported(published_files)
            with ExitStack() as opening:
                with self.starting:  # a stop finds the folder, or keeps it from being made
                    if self.is_stopped:
                        raise ExportFailed("stopped")
                    self.work = opening.enter_context(work_folder(self.target))
                database = opening.enter_context(opened(self.work / "spill"))
                files = _together(chosen)
                if self.search is None:
                    self.sections = reader.check(files)
                else:
                    files = self._found(self.search, chosen)
                    reader.check(files)
                self._check_sections(_together(published_files))
                new = self.work / f"new.{self.kind}"
                written = self._write(Records(database, files, self.selection), new)
                self._deliver(new)
            for cursor, new_files, all_files in zip(self.cursors, chosen, published_files, strict=False):
                if new_files:
                    cursor.advance(all_files)
            return written
        except BrokenPipeError:
            raise
        except OSError as error:
            read = Path(str(error.filename)).parent in self.folders
            what = f"{error.filename} cannot be read" if read else f"{self.name} cannot be written"
            raise ExportFailed(f"{what} ({error.strerror or error})") from None
        except sqlite3.Error as error:
            raise ExportFailed(f"{self.name} could not be written: {error}") from None

    def abandon(self) -> None:
        """Remove the unfinished files. May be called from another thread, just before the process ends."""
        with self.starting:
            self.is_stopped = True
        for _ in range(_MAX_REMOVALS):
            if not (self.work and self.work.exists()):
                break
            shutil.rmtree(self.work, ignore_errors=True)

    def _files(self) -> Sequence[Sequence[Path]]:
        """Return the published files of each site. Raises CannotStart if there are none: a wrong folder must not empty
        a target.
        """
        files = [published(folder) for folder in self.folders]
        if not any(files):
            site = "SITE" if len(self.folders) > 1 else self.folders[0].parent.name
            raise CannotStart(f"there is no article file in {self.source}; {self.way_to_articles(site)}")
        return files

    def _not_exported(self, published_files: Sequence[Sequence[Path]]) -> Sequence[Sequence[Path]]:
        """Return the files of each site that are new by its cursor; all of them if there is none."""
        if not self.cursors:
            return published_files
        chosen = []
        for cursor, files in zip(self.cursors, published_files, strict=True):
            cursor.check(files)
            chosen.append(cursor.new(files))
        return chosen

    def _found(self, search: str, chosen: Sequence[Sequence[Path]]) -> Sequence[Path]:
        """Return files with only the lines of the records that match a search."""
        assert self.work is not None
        query = check_search(search)
        copies: list[Path] = []
        for number, (folder, files) in enumerate(zip(self.folders, chosen, strict=True)):
            spare = self.work / f"index-{number}"
            spare.mkdir()
            with open_index(folder.parent, spare) as index:
                index.update(published(folder))
                if self.selection.sections:  # to look for them takes a while
                    self.sections |= index.sections()
                selection = self.selection
                found = index.find(
                    query, files, selection.since, selection.until, all_revisions=selection.all_revisions
                )
            copies += copy_lines(found, files, self.work / f"found-{number}")
        return copies

    def _deliver(self, new: Path) -> None:
        if self.target is None:
            send(new)
        elif self.by_day:
            publish_folder(new, self.target)
        else:
            publish(compress(new) if is_compressed(self.target) else new, self.target)

    def _check_sections(self, files: Sequence[Path]) -> None:
        """Raise WrongUsage for a section that neither a site nor a record has: a typo must not empty the target."""
        if self.cursors and self.selection.unknown({*self.sections, *self.listings}):
            self.sections |= reader.check(files)  # of the older files, too
        if unknown := self.selection.unknown({*self.sections, *self.listings}):
            raise WrongUsage(
                f"no article has the section {unknown[0]!r}{meant(unknown[0], self.sections, self.listings)}"
            )

    def _write(self, chosen: Records, new: Path) -> int:
        if self.by_day:
            return write_by_day(chosen, new, self.kind, self.selection.zone, formula_safe=self.formula_safe)
        if write := _WRITERS.get(self.kind):
            return write(chosen, new)
        if self.kind == "csv":
            return write_csv(chosen, new, formula_safe=self.formula_safe)
        if self.kind == "xlsx":
            written, self.cut_cells = write_xlsx(chosen, new)
            return written
        return write_rss(chosen, new, self.channel, all_revisions=self.selection.all_revisions)


def _together(files: Sequence[Sequence[Path]]) -> Sequence[Path]:
    return [file for each in files for file in each]


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
