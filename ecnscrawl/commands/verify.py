"""`scrapy verify [SITE]`: derive the stored records again from the archived pages, and name each difference."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ecnscrawl.cli.base import StoredDataCommand, positional
from ecnscrawl.cli.preflight import check_settings
from ecnscrawl.configuration.limits import page_limits
from ecnscrawl.exceptions import CannotStart, WrongUsage
from ecnscrawl.hints import crawl_of, way_from_database
from ecnscrawl.redaction import print_fixed_form, print_safely
from ecnscrawl.safe_files import file_names

if TYPE_CHECKING:
    from ecnscrawl.reextraction.job import Summary

NOT_EQUAL = 3
_ENDINGS = (".warc", ".warc.gz", ".warc.zst")


class Command(StoredDataCommand):
    """Exit status: 0 every record with a page is equal, 1 could not, 2 wrong usage, 3 one differs or cannot be read."""

    choice = "name one after `verify`"

    def syntax(self) -> str:
        return "[SITE]"

    def short_desc(self) -> str:
        return "Derive the stored records again from the archive, and name each difference; offline"

    def long_desc(self) -> str:
        return (
            "Each record is compared in every key but `revision` with what its archived page gives now. The last line"
            " says how many records have their page."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group(title="Verify Options")
        group.add_argument("--jobs", metavar="N", type=int, help="read N pages at once (default: one a processor)")

    def do(self, args: list[str], opts: argparse.Namespace) -> None:
        from ecnscrawl.cli.archives import check_files, read_again  # noqa: PLC0415 - Scrapy imports all commands
        from ecnscrawl.reextraction.job import Terms  # noqa: PLC0415 - as above
        from ecnscrawl.reextraction.reading import Selection  # noqa: PLC0415 - as above
        from ecnscrawl.reextraction.site_comparison import SiteComparison  # noqa: PLC0415 - as above
        from ecnscrawl.reextraction.sites import SiteKey  # noqa: PLC0415 - as above

        words = positional("verify", args)
        if len(words) > 1:
            raise WrongUsage("name one site")
        if opts.jobs is not None and opts.jobs < 1:
            raise WrongUsage(f"--jobs {opts.jobs} is less than one; write 1 or more")
        check_settings(self.own_settings)
        name = self.site(words[0] if words else None).name
        folder = self.data / name
        if self.lacks_files and not (folder / "articles").is_dir():
            raise CannotStart(f"there is no article file in {folder / 'articles'}; {way_from_database(self.data)}")
        files = _archives(folder)
        check_files(files, "make it readable, or move it out of the archive")
        terms = Terms(
            open_sink=lambda key: SiteComparison(folder, key, print_safely),
            selection=Selection(name),
            site=SiteKey(name),
        )
        summary = read_again(terms, files, opts.jobs, page_limits(self.own_settings))
        if not summary.counts["with_page"]:
            print_safely("ecnscrawl: warning: the archive has no page of any record: nothing was compared", error=True)
        print_fixed_form(_last_line(name, summary))
        self.exitcode = NOT_EQUAL if _bad(summary) or summary.counts["different"] else 0


def _archives(folder: Path) -> list[Path]:
    names = file_names(folder / "archive")
    found = [folder / "archive" / name for name in names if name.endswith(_ENDINGS) and not name.startswith(".")]
    if not found:
        raise CannotStart(
            f"there is no archive in {folder / 'archive'}; run `{crawl_of(folder.name)} -s ARCHIVE=on` first"
        )
    return found


def _bad(summary: "Summary") -> int:
    """Return how much cannot be read, the pages of stored records of which nothing is made among it."""
    return summary.problems.total() + summary.counts["underived"]


def _last_line(name: str, summary: "Summary") -> str:
    counts = summary.counts
    share = counts["with_page"] / counts["records"] if counts["records"] else 0.0
    return (
        f"verify {name} records={counts['records']} with_page={counts['with_page']} share={share:.4f}"
        f" same={counts['same']} different={counts['different']} unstored={counts['unstored']}"
        f" bad={_bad(summary)}"
    )
