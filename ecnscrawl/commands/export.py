"""`scrapy export TARGET`: the stored articles as Parquet, CSV, JSON Lines, SQLite, ninjs or an RSS feed."""

import argparse
import os
import signal
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from ecnscrawl.errors import WrongUsage
from ecnscrawl.exporting.job import Job
from ecnscrawl.exporting.rss import Channel
from ecnscrawl.exporting.selection import Selection
from ecnscrawl.exporting.target import ENDINGS, ExportFailed
from ecnscrawl.projectcommand import StoredDataCommand, words_of
from ecnscrawl.run import utc_now
from ecnscrawl.spiders.arguments import parse
from ecnscrawl.spiders.base import NewsSpider
from ecnscrawl.telling import print_safely

MOST_SECTIONS = 20  #: named to a user who asked for none of them


class Command(StoredDataCommand):
    """Exit status: 0 written, also when nothing matched; 1 could not; 2 wrong usage."""

    def syntax(self) -> str:
        return "[options] TARGET"

    def short_desc(self) -> str:
        return "Export a site's stored articles to a file"

    def long_desc(self) -> str:
        return (
            f"Write the stored articles to TARGET, in the format that its ending says: {' '.join(ENDINGS)}."
            " TARGET is replaced at once, when all of it is written. Published files are read, so a crawl may"
            " be under way."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group(title="Export Options")
        group.add_argument("--site", help="whose articles (default: the only site)")
        group.add_argument(
            "--since",
            metavar="DATE",
            help="published on this day or later, site time; or a date-time, 30d, 12h, yesterday, today",
        )
        group.add_argument("--until", metavar="DATE", help="published on this day or earlier")
        group.add_argument(
            "--section", action="append", default=[], help="of this section, as the records name it; may be repeated"
        )
        group.add_argument("--latest", action="store_true", help="the newest revision of each article (default)")
        group.add_argument("--all-revisions", action="store_true", help="every revision of each article")
        group.add_argument(
            "--no-formula-safe",
            action="store_true",
            help="CSV: no apostrophe before a cell that a spreadsheet would take for a formula"
            " (one that begins with = + - @ tab or CR)",
        )

    def do(self, args: list[str], opts: argparse.Namespace) -> None:
        target = _target(args)
        if opts.latest and opts.all_revisions:
            raise WrongUsage("--latest and --all-revisions exclude each other; leave one of them out")
        if opts.no_formula_safe and not target.name.lower().endswith(".csv"):
            raise WrongUsage("--no-formula-safe is about CSV; leave it out")
        site = self.site(opts.site)
        dates = {name: getattr(opts, name) for name in ("since", "until") if getattr(opts, name) is not None}
        window = parse(site.site_addresses(), dates, now=utc_now())
        job = Job(
            articles=self.data / site.name / "articles",
            target=target,
            selection=Selection(window.since, window.until, tuple(opts.section), opts.all_revisions),
            channel=_channel(site),
            formula_safe=not opts.no_formula_safe,
        )
        print_safely(_last_line(_outcome(job), job))


def _outcome(job: Job) -> int:
    """The number of articles that the job has written; or the end of the process, where a signal comes first.

    The job runs in a thread, because DuckDB does not look for signals before a query is over.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return ThreadPoolExecutor(1).submit(job.run).result()
    except KeyboardInterrupt:
        job.abandon()
        print_safely(f"ecnscrawl: error: stopped; {job.target} is as it was", error=True)
        os._exit(ExportFailed.exit_status)  # the thread would be waited for


def _target(args: list[str]) -> Path:
    words = words_of("export", args)
    if len(words) != 1:
        raise WrongUsage(f"name one file to write, ending in {' '.join(ENDINGS)}")
    return Path(words[0])


def _channel(site: type[NewsSpider]) -> Channel:
    link = (*site.front_pages, *(site.listing_url(section, 1) for section in site.sections), *site.feeds)[0]
    host = urlsplit(link).netloc
    return Channel(host, link, site.language, f"Articles of {host}, as ecnscrawl has stored them")


def _last_line(written: int, job: Job) -> str:
    what = f"{written} article{'' if written == 1 else 's'}"
    if job.selection.all_revisions:
        what += ", each revision counted,"
    return f"{what} written to {job.target}{_why_so_few(written, job)}"


def _why_so_few(written: int, job: Job) -> str:
    """What a user who expected more has to know."""
    if not job.articles.is_dir():
        return f": there is no {job.articles}, so no crawl has stored anything there"
    if unknown := job.selection.unknown(job.sections):
        return f": {'; '.join(f'no article is of section {name!r}{_meant(name, job.sections)}' for name in unknown)}"
    return "" if written else f": nothing in {job.articles} matches"


def _meant(name: str, known: Collection[str]) -> str:
    """The section most like it, else those that there are."""
    by_lower = {section.lower(): section for section in sorted(known, reverse=True)}
    if found := get_close_matches(name.lower(), by_lower, 1, 0.5):
        return f" (did you mean {by_lower[found[0]]!r}?)"
    return f"; known are {', '.join(sorted(by_lower.values())[:MOST_SECTIONS])}" if known else ""
