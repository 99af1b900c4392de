"""A process imports only what its command needs: an hourly run that finds nothing new consists mostly of imports."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from replica import Replica
from tests.system.crawling import MANNERS_OFF, NO_WARNING, ROOT
from tests.system.newsstand import Newsstand, Story

pytestmark = pytest.mark.system

#: `scrapy`, which writes the names of all its modules into a file when it ends.
SCRIPT = """
import atexit, pathlib, sys
modules = pathlib.Path(sys.argv.pop(1))
atexit.register(lambda: modules.write_text("\\n".join(sys.modules)))
sys.argv[0] = "scrapy"
from scrapy.cmdline import execute
execute()
"""
#: What other commands, other languages and other situations need.
NEEDED_ELSEWHERE = {
    "aiohttp", "datasette", "distributed", "duckdb", "FastWARC", "numpy", "pandas", "playwright", "polars", "psycopg",
    "pyarrow", "pygments", "rich", "scrapy_playwright", "sqlite_utils", "trafilatura", "uvicorn", "warcio", "xlsxwriter",
    "ecnscrawl.exporters.duckdb", "ecnscrawl.exporters.job", "ecnscrawl.exporters.loading.job", "ecnscrawl.exporters.rss",
    "ecnscrawl.exporters.schema", "requests", "tldextract", "ecnscrawl.pages.generic.body", "ecnscrawl.pages.generic.byline_words", "ecnscrawl.pages.chinese.credits", "ecnscrawl.rendering.browser",
}  # fmt: skip
NEEDED_BY_A_DATABASE = ("ecnscrawl.frontier.postgres", "ecnscrawl.storage.database", "ecnscrawl.storage.copying")
REPORT_PAGE = {"jinja2", "ecnscrawl.monitoring.dashboard"}


def imported_by(data: Path, environment: dict[str, str], *arguments: str) -> set[str]:
    """The modules that `scrapy` imports with these arguments, in a process that starts from the beginning."""
    listed = data / "modules.txt"
    subprocess.run(
        [sys.executable, "-c", SCRIPT, str(listed), *arguments],
        env=os.environ | NO_WARNING | environment | {"ECNSCRAWL_DATA_DIR": str(data)},
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=True,
    )
    return set(listed.read_text().split())


def test_a_crawl_imports_nothing_that_only_others_need(tmp_path: Path) -> None:
    stand = Newsstand()
    stand.publish(Story(1))
    stand.list("/world/", [Story(1).url])
    with Replica(stand.site) as replica:
        crawl = ["crawl", "ecns", *MANNERS_OFF, "-a", "sections=world"]
        modules = imported_by(tmp_path, replica.environment(), *crawl)
    assert len(list((tmp_path / "ecns" / "articles").glob("*.jsonl"))) == 1
    assert modules & NEEDED_ELSEWHERE == set()
    assert [each for each in modules if each.startswith(NEEDED_BY_A_DATABASE)] == []
    assert modules >= REPORT_PAGE | {"ecnscrawl.rendering.middleware", "ecnscrawl.extensions.progress"}


def test_a_list_of_the_sites_does_not_even_import_what_makes_reports(tmp_path: Path) -> None:
    assert imported_by(tmp_path, {}, "list") & (NEEDED_ELSEWHERE | REPORT_PAGE) == set()
