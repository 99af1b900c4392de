"""The table of sites in the documents is one that can be used, and its keys and settings are all named."""

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from scrapy.spiderloader import get_spider_loader

from ecnscrawl.watching.entries import KEYS
from ecnscrawl.watching.entry_settings import ALLOWED
from ecnscrawl.watching.table import read_table
from tests.docs.markdown import OPERATIONS, blocks, code, table
from tests.watching.tables import command_settings

WATCHING = OPERATIONS / "watching.md"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_the_table_of_the_documents_has_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "SITES.toml"
    path.write_text(blocks(WATCHING, "toml")[0].text)
    settings = command_settings(tmp_path)
    entries = read_table(path, get_spider_loader(settings), settings, now=NOW)
    assert [(entry.name, entry.every) for entry in entries] == [("ecns", 3600), ("example.org", 1800)]


def test_every_key_is_described_with_an_example() -> None:
    rows = table(WATCHING, "key", "example", "meaning")
    assert tuple(code(row[0]) for row in rows) == KEYS
    for row in rows:
        tomllib.loads(f"x = {code(row[1])}")


def test_the_settings_that_may_differ_by_site_are_named() -> None:
    text = WATCHING.read_text("utf-8")
    listed = text[text.index("Only these may differ by site") : text.index("All others are the same for every site")]
    assert set(re.findall(r"`([A-Z_]+)`", listed)) == set(ALLOWED)
