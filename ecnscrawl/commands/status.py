"""`scrapy status [SITE]`: show the last runs; exit 3 if the last healthy one is too long ago."""

import argparse
import json
from datetime import UTC, datetime

from ecnscrawl.cli.base import StoredDataCommand, positional
from ecnscrawl.cli.preflight import check_settings
from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.hints import program
from ecnscrawl.monitoring.report_reader import last_reports
from ecnscrawl.monitoring.status import MAX_REPORTS, SiteStatus, status_of, unfinished_run
from ecnscrawl.redaction import print_safely
from ecnscrawl.sites.hosts import is_host

_UNFINISHED = {
    "under way": "a run is under way; it writes its report when it ends",
    "killed": "a run was killed; the next run recovers what it stored",
}


class Command(StoredDataCommand):
    """Prints a table for people. `--json` and the exit status are for monitoring."""

    def syntax(self) -> str:
        return "[--json] [SITE]"

    def short_desc(self) -> str:
        return "Show the last runs; exit 3 if the last healthy one is older than HEALTH_STALE_HOURS"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")

    def do(self, args: list[str], opts: argparse.Namespace) -> None:
        words = positional("status", args)
        check_settings(self.own_settings)
        if len(words) > 1:
            raise WrongUsage("name one site, or none for all")
        sites = [self.site(words[0]).name] if words else self.sites_with_data()
        found = [self._status(site) for site in sites]
        if opts.json:
            print_safely(json.dumps([status.as_json() for status in found], ensure_ascii=False, indent=1))
        else:
            for status in found:
                self._show(status)
        if any(status.is_stale for status in found):
            self.exitcode = 3

    def _status(self, site: str) -> SiteStatus:
        folder = self.data / site
        reports = last_reports(folder / "reports", MAX_REPORTS)
        stale_hours = self.own_settings.getfloat("HEALTH_STALE_HOURS")
        return status_of(site, reports, datetime.now(UTC), stale_hours, unfinished_run(folder))

    def _show(self, status: SiteStatus) -> None:
        from rich.console import Console  # noqa: PLC0415 - Scrapy imports all commands at each start

        from ecnscrawl.monitoring.status_table import since_healthy, table  # noqa: PLC0415

        if unfinished := _UNFINISHED.get(status.unfinished or ""):
            print_safely(f"{status.site}: {unfinished}", error=True)
        if not status.reports:
            if status.unfinished is None:
                where = self.data / status.site / "reports"
                words = f"news -a site={status.site}" if is_host(status.site) else status.site
                print_safely(f"{status.site}: no run yet in {where}; run `{program()} crawl {words}`", error=True)
            return
        console = Console(highlight=False)
        for line in table(status, console.width):
            console.print(line, soft_wrap=True)
        print_safely(f"{status.site}: {since_healthy(status)}", error=status.is_stale)  # cron mails standard error
