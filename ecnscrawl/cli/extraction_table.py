"""Show a record on the terminal, each field with the extractor that gave it, for `scrapy fixture`."""

from datetime import UTC, datetime

from ecnscrawl.items import Article
from ecnscrawl.monitoring.drift import source_of
from ecnscrawl.pages.base import Extraction
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.validation import reasons_against


def show_extraction(extraction: Extraction, article: Article, site: SiteProfile) -> None:
    """Print the fields, and why a crawl would reject the record."""
    from rich.console import Console  # noqa: PLC0415 - Scrapy imports all commands, and with one this module, at each start
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table("field", "read", "by", title=f"layout: {extraction.layout}", show_lines=False)
    for key, value in vars(article).items():
        if key not in {"schema_version", "revision", "content_hash", "fetched_at"}:
            extractor = source_of(key, extraction.extractors) or ""
            table.add_row(key, Text(_shorten(value)), extractor)
    console = Console()
    console.print(table)
    for reason in reasons_against(article, datetime.now(UTC), site.article_ref):
        console.print(f"would be rejected: {reason}", markup=False)


def _shorten(value: object) -> str:
    if isinstance(value, str) and "\n\n" in value:
        return f"{len(value.split(chr(10) * 2))} paragraphs: {value[:120]}…"
    return "-" if value in (None, []) else str(value)[:300]
