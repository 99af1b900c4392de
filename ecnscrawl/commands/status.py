"""`scrapy status [SITE]`: how the last runs went; exit 3 where the last healthy one is too long ago."""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text
from scrapy.commands import ScrapyCommand
from scrapy.spiderloader import get_spider_loader

from ecnscrawl.doorstep import check_settings
from ecnscrawl.errors import EcnscrawlError, WrongUsage, refuse
from ecnscrawl.pastreports import Report, last_reports
from ecnscrawl.spiders.base import spider_named
from ecnscrawl.telling import tell
from ecnscrawl.timestamps import from_text

SHOWN = 20  #: runs in the table
MOST = 2160  #: runs that totals are made of: ninety days of hourly ones


class Command(ScrapyCommand):
    """For people, and with --json or its exit status for monitors."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[--json] [SITE]"

    def short_desc(self) -> str:
        return "Show the last runs; exit 3 if the last healthy one is older than STALE_HOURS"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            self._run(args, opts)
        except EcnscrawlError as error:
            refuse(error)

    def _run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        check_settings(self.settings)
        loader = get_spider_loader(self.settings)
        if len(args) > 1:
            raise WrongUsage("name one site, or none for all")
        sites = [spider_named(args[0], loader).name] if args else loader.list()
        stale_hours = self.settings.getfloat("STALE_HOURS")
        data, now = Path(self.settings["DATA_DIR"]), datetime.now(UTC)
        found = [status_of(site, last_reports(data / site / "reports", MOST), now, stale_hours) for site in sites]
        if opts.json:
            tell(json.dumps(found, ensure_ascii=False, indent=1))
        else:
            for status in found:
                _show(status)
        if any(status["is_stale"] for status in found):
            self.exitcode = 3


def status_of(site: str, reports: Sequence[Report], now: datetime, stale_hours: float) -> dict[str, Any]:
    """What there is to know of a site's runs, newest first; stale without a healthy run in that many hours."""
    healthy = [report.finished_at for report in reports if report.status == "healthy"]
    hours = (now - from_text(healthy[-1])).total_seconds() / 3600 if healthy else None
    totals: Counter[str] = Counter()
    for report in reports:
        totals.update(report.counts)
    keys = ("run", "started_at", "status", "exit_status", "reasons", "counts", "seconds", "files")
    return {
        "site": site,
        "runs": [{key: getattr(report, key) for key in keys} for report in reversed(reports[-SHOWN:])],
        "totals": {"runs": len(reports), **totals},
        "last_healthy": healthy[-1] if healthy else None,
        "hours_since_healthy": round(hours, 2) if hours is not None else None,
        "is_stale": hours is None or hours > stale_hours,
    }


def _show(status: dict[str, Any]) -> None:
    outcomes = ("new", "updated", "unchanged", "failed")
    table = Table("started (UTC)", "status", *outcomes, "seconds", "why", title=status["site"])
    for run in status["runs"]:
        cells = [str(run["counts"].get(outcome, 0)) for outcome in outcomes]
        table.add_row(run["started_at"], run["status"], *cells, str(run["seconds"]), Text("; ".join(run["reasons"])))
    console = Console()
    console.print(table)
    totals = " ".join(f"{name}={count}" for name, count in status["totals"].items())
    console.print(f"{status['site']}: {totals}", soft_wrap=True, highlight=False, markup=False)
    hours = status["hours_since_healthy"]
    since = "no healthy run yet" if hours is None else f"last healthy run {hours:.1f} hours ago"
    tell(f"{status['site']}: {since}{', too long' if status['is_stale'] else ''}", error=True)
