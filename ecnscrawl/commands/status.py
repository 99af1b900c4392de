"""`scrapy status [SITE]`: the last runs of a site, or all sites; exit 3 if a healthy run is too long ago."""

import argparse
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from ecnscrawl import safe_files
from ecnscrawl.cli.base import StoredDataCommand, positional
from ecnscrawl.cli.preflight import check_settings
from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.hints import crawl_of
from ecnscrawl.monitoring.overview import read_statuses
from ecnscrawl.monitoring.report_files import write_pages
from ecnscrawl.monitoring.report_reader import last_reports
from ecnscrawl.monitoring.status import MAX_REPORTS, SiteStatus
from ecnscrawl.redaction import print_safely
from ecnscrawl.storage.run_settings import utc_now

_UNFINISHED = {
    "under way": "a run is under way; it writes its report when it ends",
    "killed": "a run was killed; the next run recovers what it stored",
}


class Command(StoredDataCommand):
    """Prints a table for people. `--json` and the exit status are for monitoring."""

    reads_rows = True

    def syntax(self) -> str:
        return "[--json] [--table SITES.toml] [SITE]"

    def short_desc(self) -> str:
        return "Show the last runs; exit 3 if the last healthy one is older than HEALTH_STALE_HOURS"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--table", metavar="SITES.toml", help="the sites of this table, each by its own interval")
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")

    def do(self, args: list[str], opts: argparse.Namespace) -> None:
        words = positional("status", args)
        check_settings(self.own_settings)
        if len(words) > 1:
            raise WrongUsage("name one site, or none for all")
        with self.reading_reports() as self._latest:
            self._print(words, opts)

    def stored_sites(self) -> list[str]:
        return list(self._latest.source.sites()) or super().stored_sites()

    def _print(self, words: Sequence[str], opts: argparse.Namespace) -> None:
        every = self._table(opts.table) if opts.table else {}
        sites = [self.site(words[0]).name] if words else list(every) or self.sites_with_data()
        if len(sites) == 1:
            found = [self._status(sites[0], every.get(sites[0]))]
        else:
            found = self._overview({site: every.get(site) for site in sites})
        if opts.json:
            print_safely(json.dumps([status.as_json() for status in found], ensure_ascii=False, indent=1))
        elif len(sites) == 1:
            self._show(found[0])
        else:
            self._show_all(found)
        if any(status.is_stale for status in found):
            self.exitcode = 3

    def _table(self, path: str) -> dict[str, float]:
        """Return how often each site of a table is to run, in seconds. Raises WrongUsage for a table with faults."""
        from ecnscrawl.watching.table import read_table  # noqa: PLC0415 - Scrapy imports all commands at each start

        return {
            entry.name: entry.every for entry in read_table(Path(path), self.sites, self.own_settings, now=utc_now())
        }

    def _overview(self, sites: Mapping[str, float | None]) -> list[SiteStatus]:
        """Return the status of many sites, the worst first, and redraw the page over all sites.

        With a database the metrics too, as its runs write none.
        """
        from ecnscrawl.monitoring.site_index import write_metrics, write_page  # noqa: PLC0415 - as above

        now = utc_now()
        both = dict.fromkeys(self.stored_sites()) | dict(sites)  # the page has those outside of a table too
        stale_hours = self.own_settings.getfloat("HEALTH_STALE_HOURS")
        found = read_statuses(self._latest, both, now, stale_hours)
        named = [status for status in found if status.site in sites]
        if self.data.is_dir():
            with suppress(OSError):  # a monitor may run as a user who only reads
                write_page(self.data, found, now, self._latest)
                if not self.storage.writes_files:
                    write_metrics(self.data, named)
        return named

    def _show_all(self, found: Sequence[SiteStatus]) -> None:
        from rich.console import Console  # noqa: PLC0415 - as above

        from ecnscrawl.monitoring.overview_table import overview_table  # noqa: PLC0415 - as above
        from ecnscrawl.monitoring.status_table import since_healthy  # noqa: PLC0415 - as above

        if any(status.reports for status in found):
            console = Console(highlight=False)
            for line in overview_table(found, console.width):
                console.print(line, soft_wrap=True)
        for status in found:
            if not status.reports:
                self._show(status)
            elif status.is_stale:  # cron mails standard error
                print_safely(f"{status.site}: {since_healthy(status)}", error=True)

    def _status(self, site: str, every: float | None) -> SiteStatus:
        reports = last_reports(self._latest.source.reports_of(site), MAX_REPORTS)
        if not self.storage.writes_files and self.data.is_dir():
            with suppress(OSError):  # as above
                self._draw(site)
        stale_hours = self.own_settings.getfloat("HEALTH_STALE_HOURS")
        return SiteStatus(site, reports[::-1], utc_now(), stale_hours, self._latest.source.unfinished(site), every)

    def _draw(self, site: str) -> None:
        """Draw the page of a site and its metrics, as no run on a database does."""
        folder = self.data / site / "reports"
        safe_files.make_folder(folder.parent, depth=1)
        safe_files.make_folder(folder)
        write_pages(folder, self._latest.source.reports_of(site))

    def _show(self, status: SiteStatus) -> None:
        from rich.console import Console  # noqa: PLC0415 - Scrapy imports all commands at each start

        from ecnscrawl.monitoring.status_table import since_healthy, table  # noqa: PLC0415

        if unfinished := _UNFINISHED.get(status.unfinished or ""):
            print_safely(f"{status.site}: {unfinished}", error=True)
        if not status.reports:
            if status.unfinished is None:
                where = self.storage.reports_place(status.site)
                print_safely(f"{status.site}: no run yet in {where}; run `{crawl_of(status.site)}`", error=True)
            return
        console = Console(highlight=False)
        for line in table(status, console.width):
            console.print(line, soft_wrap=True)
        print_safely(f"{status.site}: {since_healthy(status)}", error=status.is_stale)  # cron mails standard error
