"""`scrapy export TARGET`: the stored articles as Parquet, a spreadsheet, CSV, JSON, SQLite, ninjs or an RSS feed."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, get_args
from urllib.parse import urlsplit

from ecnscrawl.cli.base import StoredDataCommand, positional, sites_in
from ecnscrawl.cli.export_job import last_line, run_job
from ecnscrawl.crawling.arguments import window
from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.exporters.cursor import Cursor
from ecnscrawl.exporters.search_query import check_search
from ecnscrawl.exporters.selection import Selection
from ecnscrawl.exporters.target import ENDINGS, FORMATS, PARTITIONS, STANDARD_OUTPUT, format_of
from ecnscrawl.frontier.known_sites import FolderSites
from ecnscrawl.items import Kind
from ecnscrawl.normalize.text import counted
from ecnscrawl.redaction import print_safely
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.news import news_profile
from ecnscrawl.spiders.base import site_spiders
from ecnscrawl.spiders.news import spider_of_site
from ecnscrawl.storage.run_settings import utc_now

if TYPE_CHECKING:
    from ecnscrawl.exporters.rss import Channel


_SEVERAL_LANGUAGES = "mul"  #: BCP 47


class Command(StoredDataCommand):
    """Exit status: 0 written, even if no article matched a known selection; 1 not written; 2 wrong usage."""

    def syntax(self) -> str:
        return "[options] TARGET"

    def short_desc(self) -> str:
        return "Export stored articles to a file"

    def long_desc(self) -> str:
        return (
            f"Write the stored articles to TARGET, in the format of its ending: {' '.join(ENDINGS)}."
            " TARGET is replaced in one step when the export is complete; `-` is standard output. An export reads only"
            " published files, so a crawl may be running."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group(title="Export Options")
        group.add_argument("--site", help="whose articles (default: all sites in the data folder)")
        group.add_argument(
            "--format", metavar="NAME", help=f"if the ending does not name it: {', '.join(FORMATS.values())}"
        )
        group.add_argument(
            "--since",
            metavar="DATE",
            help="published on this day or later, site time (UTC for sites of several zones); or a date-time, 30d, 12h,"
            " yesterday, today",
        )
        group.add_argument("--until", metavar="DATE", help="published on this day or earlier; the same forms")
        group.add_argument(
            "--section",
            action="append",
            default=[],
            help="only this section, as the records name it, upper or lower case; may be repeated",
        )
        group.add_argument(
            "--kind",
            action="append",
            default=[],
            choices=get_args(Kind),
            help="only articles of this kind; may be repeated",
        )
        group.add_argument(
            "--search",
            metavar="WORDS",
            help="with these words in title, summary, body or captions, in the syntax of SQLite's FTS5:"
            " 'artificial intelligence OR robot* -chess'",
        )
        group.add_argument(
            "--new-since",
            metavar="NAME",
            help="only what was stored since the last export of this name that succeeded; the first one exports all",
        )
        group.add_argument(
            "--partition-by",
            metavar="day",
            choices=PARTITIONS,
            help="write a folder with a Parquet, CSV or JSON Lines file for each day, site time",
        )
        group.add_argument("--latest", action="store_true", help="the newest revision of each article (default)")
        group.add_argument("--all-revisions", action="store_true", help="every revision of each article")
        group.add_argument(
            "--no-formula-safe",
            action="store_true",
            help="CSV: do not put an apostrophe before cells that a spreadsheet would take for formulas"
            " (they begin with = + - @ tab or CR)",
        )

    def do(self, args: list[str], opts: argparse.Namespace) -> None:
        from ecnscrawl.exporters.job import Job  # noqa: PLC0415 - Scrapy imports all commands at each start

        target = _target(args)
        if opts.latest and opts.all_revisions:
            raise WrongUsage("--latest and --all-revisions exclude each other; leave one of them out")
        kind = format_of(target, opts.format)
        if opts.no_formula_safe and kind != "csv":
            raise WrongUsage("--no-formula-safe is about CSV; leave it out")
        if opts.search is not None:
            check_search(opts.search)
        profiles = self._chosen_sites(opts)
        zones = {profile.zone for profile in profiles}
        profile = replace(profiles[0], zone=zones.pop() if len(zones) == 1 else UTC)
        dates = {name: getattr(opts, name) for name in ("since", "until") if getattr(opts, name) is not None}
        since, until = window(profile, dates, now=utc_now(), are_options=True)
        folders = [self.data / each.name for each in profiles]
        job = Job(
            folders=[folder / "articles" for folder in folders],
            target=target,
            kind=kind,
            selection=Selection(
                since,
                until,
                tuple(opts.section),
                tuple(opts.kind),
                opts.all_revisions,
                profile.zone,
            ),
            channel=_channel(profiles),
            listings=[section for each in profiles for section in each.sections],
            formula_safe=not opts.no_formula_safe,
            search=opts.search,
            cursors=[] if opts.new_since is None else [Cursor(folder, opts.new_since) for folder in folders],
            by_day=opts.partition_by is not None,
            way_to_articles=self.storage.way_to_articles,
        )
        print_safely(last_line(run_job(job), job), error=target is None)

    def _chosen_sites(self, opts: argparse.Namespace) -> list[SiteProfile]:
        """Return the site that the user names, else all with article files; of the latter there may be thousands."""
        with_articles = [name for name in sites_in(self.data, self.sites) if (self.data / name / "articles").is_dir()]
        if opts.site is not None or len(with_articles) < 2:
            return [self.site(opts.site).profile]
        own = site_spiders(self.sites)
        return [own[name].profile if name in own else self._profile_of(name, opts) for name in with_articles]

    def _profile_of(self, host: str, opts: argparse.Namespace) -> SiteProfile:
        """Return the profile of a site without one of its own: with what it has learned of its sections, if needed.

        That is in its state, and to read thousands of them takes seconds.
        """
        return spider_of_site(host, FolderSites(self.data)).profile if opts.section else news_profile(host)


def _target(args: list[str]) -> Path | None:
    """Return the file to write, or None for standard output. Raises WrongUsage."""
    words = [*positional("export", [arg for arg in args if arg != STANDARD_OUTPUT])]
    if args == [STANDARD_OUTPUT]:
        return None
    if len(args) != 1:
        quotes = f"; {args[1]!r} is one too many: does a value with blanks lack its quotes?" if args else ""
        raise WrongUsage(f"name one file to write, ending in {' '.join(ENDINGS)}, or {STANDARD_OUTPUT}{quotes}")
    return Path(words[0])


def _channel(profiles: Sequence[SiteProfile]) -> "Channel":
    from ecnscrawl.exporters.rss import Channel  # noqa: PLC0415 - as above

    host = urlsplit(profiles[0].home).netloc
    whose = host if len(profiles) == 1 else f"{host} and {counted(len(profiles) - 1, 'other site')}"
    languages = {profile.language for profile in profiles}
    language = languages.pop() if len(languages) == 1 else _SEVERAL_LANGUAGES
    return Channel(whose, profiles[0].home, language, f"Articles of {whose}, as ecnscrawl has stored them")
