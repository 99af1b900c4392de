"""One export, from the published files of a site to one target."""

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
from ecnscrawl.storage import jsonl

MOST_SECTIONS = 20  #: named to a user who asked for none of them


@dataclass(slots=True)
class Job:
    """What the user asked for, and how far it is."""

    articles: Path  #: the folder of the published files, in that of the site
    target: Path | None  #: None is standard output
    kind: str  #: of the formats
    selection: Selection
    channel: Channel  #: for a feed
    listings: Sequence[str] = ()  #: of the site: a section may be named like one
    formula_safe: bool = True  #: for CSV
    sections: set[str] = field(default_factory=set)  #: that the records name, known when it has run
    work: Path | None = None  #: the folder of what is not whole yet, while this export holds it

    @property
    def name(self) -> str:
        """The target, as people read it."""
        return "standard output" if self.target is None else str(self.target)

    def run(self) -> int:
        """Write the target; gives the number of records in it.

        Raises EcnscrawlError, with the target as it was; BrokenPipeError where nobody reads standard output any more.
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
        """Remove what is not whole yet, from another thread, when the process is about to end."""
        if self.work:
            shutil.rmtree(self.work, ignore_errors=True)

    def _files(self) -> Sequence[Path]:
        """The published files; raises CannotStart where there are none: a wrong folder must not empty the target."""
        files = published(self.articles)
        if not files:
            site = self.articles.parent.name
            raise CannotStart(
                f"there is no article file in {self.articles}; run `scrapy crawl {site}` first, or name the data folder"
                " with ECNSCRAWL_DATA_DIR"
            )
        return files

    def _check_sections(self) -> None:
        """Raises WrongUsage for a section that neither the site nor a record knows: it must not empty the target."""
        if unknown := self.selection.unknown({*self.sections, *self.listings}):
            raise WrongUsage(
                f"no article is of section {unknown[0]!r}{meant(unknown[0], self.sections, self.listings)}"
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
    """The files that readers see now, in the order of publishing; none where no run has been."""
    names = jsonl.published(articles) if articles.is_dir() else []
    return [jsonl.path_of(articles, name) for name in names]


def meant(name: str, sections: Collection[str], listings: Collection[str] = ()) -> str:
    """The section or listing most like a name that none has, else the sections that there are."""
    known = {each.lower(): each for each in sorted(sections, reverse=True)}
    by_lower = {each.lower(): each for each in listings} | known
    if found := get_close_matches(name.lower(), by_lower, 1, 0.5):
        return f" (did you mean {by_lower[found[0]]!r}?)"
    return f"; known are {', '.join(sorted(known.values())[:MOST_SECTIONS])}" if known else ""
