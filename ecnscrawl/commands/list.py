"""`scrapy list`: the names of the sites; with `--long`, what is known of each, and what is stored."""

import argparse

from scrapy.commands.list import Command as ScrapyList

from ecnscrawl.cli.base import StoredDataCommand, positional
from ecnscrawl.monitoring.report_reader import Report
from ecnscrawl.normalize.timestamps import from_text
from ecnscrawl.redaction import print_safely
from ecnscrawl.sites.base import SiteProfile

_HEAD = ("site", "language", "layouts", "last healthy run (UTC)", "records")
_UNKNOWN = "-"


class Command(StoredDataCommand, ScrapyList):
    """Prints one site a line, in the order of their names. With `--long` it reads reports and `published/`."""

    def syntax(self) -> str:
        return "[--long]"

    def short_desc(self) -> str:
        return "List available spiders; with --long their languages, layouts, last healthy runs and records"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--long", action="store_true", help="add language, layouts, last healthy run and published records"
        )

    def do(self, args: list[str], opts: argparse.Namespace) -> None:
        words = positional("list", args)
        if not opts.long:
            ScrapyList.run(self, list(words), opts)
            return
        with self.reading_reports() as latest:
            # The names of all spiders, and of the stored sites that have no spider of their own.
            reports = latest.read_all(sorted({*self.sites.list(), *latest.source.reported()}))
            rows = [_HEAD, *(self._row(site, each, latest.source.records(site)) for site, each in reports.items())]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for *cells, records in rows:
            texts = [f"{cell:<{width}}" for cell, width in zip(cells, widths[:-1], strict=True)]
            print_safely("  ".join([*texts, f"{records:>{widths[-1]}}"]))

    def _row(self, site: str, report: Report | None, records: int) -> tuple[str, ...]:
        profile = self._profile(site)
        healthy = report and (report.finished_at if report.status == "healthy" else report.last_healthy)
        return (
            site,
            profile.language if profile else _UNKNOWN,
            ",".join(profile.page_class.layouts) or _UNKNOWN if profile else _UNKNOWN,
            f"{from_text(healthy):%Y-%m-%d %H:%M}" if healthy else _UNKNOWN,
            str(records),
        )

    def _profile(self, site: str) -> SiteProfile | None:
        """The site's profile; None for a spider that has none, and for a site without a spider."""
        spider = self.sites.load(site) if site in self.sites.list() else None
        profile = getattr(spider, "profile", None)
        return profile if isinstance(profile, SiteProfile) else None
