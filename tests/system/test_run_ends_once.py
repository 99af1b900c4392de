"""A run writes its report once, however the crawl was started and whatever went wrong."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from replica import Replica
from tests.system.crawling import ROOT, Crawl
from tests.system.newsstand import Newsstand, Story

pytestmark = pytest.mark.system

STORIES = [Story(number) for number in range(1, 4)]
PIPELINES = {
    "ecnscrawl.pipelines.dedupe.DedupePipeline": 100,
    "ecnscrawl.pipelines.validate.ValidatePipeline": 200,
    "ecnscrawl.pipelines.store.StorePipeline": 300,
    "tests.system.raising.RaisingPipeline": 400,
}
SCRIPT = """
from scrapy.crawler import CrawlerProcess
from scrapy.utils.project import get_project_settings

settings = get_project_settings()
settings.set("DOWNLOAD_DELAY", 0)
settings.set("AUTOTHROTTLE_ENABLED", False)
process = CrawlerProcess(settings)
process.crawl("ecns", sections="world")
process.start()
"""


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Crawl]:
    stand = Newsstand()
    stand.publish(*STORIES)
    stand.list("/world/", [story.url for story in STORIES])
    with Replica(stand.site) as replica:
        yield Crawl(tmp_path / "data", replica.environment())


def test_a_crawl_that_a_script_starts_is_a_run_with_a_report(crawl: Crawl) -> None:
    environment = os.environ | crawl.environment | {"ECNSCRAWL_DATA_DIR": str(crawl.data)}
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert {record["id"] for record in crawl.records} == {story.id for story in STORIES}
    assert (crawl.report["status"], crawl.report["counts"]["new"]) == ("healthy", 3)
    assert crawl.report["arguments"] == {"sections": "world"}


def test_unexpected_errors_are_counted_and_never_healthy(crawl: Crawl) -> None:
    ended = crawl.run("-a", "sections=world", "-s", f"ITEM_PIPELINES={json.dumps(PIPELINES)}")
    assert ended.status == 3
    assert ended.stats["reason"] == "3 unexpected errors, mostly AttributeError; the log has them"
    assert "no_such_attribute" in ended.err
    assert {record["id"] for record in crawl.records} == {story.id for story in STORIES}
    assert crawl.report["reasons"] == [ended.stats["reason"]]


@pytest.mark.parametrize(
    ("pipeline", "why"),
    [
        ("tests.system.raising.NoSuchPipeline", "NameError: Module 'tests.system.raising' doesn't define any object"),
        ("tests.system.raising.UnopenablePipeline", "FileNotFoundError: the list of words"),
    ],
)
def test_a_crawl_that_cannot_begin_says_why_and_keeps_no_lock(crawl: Crawl, pipeline: str, why: str) -> None:
    ended = crawl.run("-a", "sections=world", "-s", f"ITEM_PIPELINES={json.dumps(PIPELINES | {pipeline: 400})}")
    assert ended.status == 1
    assert f"ecnscrawl: error: the crawl could not begin: {why}" in ended.err
    assert not (crawl.folder / "reports" / "latest.json").exists()
    assert crawl.run("-a", "sections=world").status == 0


def test_each_run_has_a_report_of_its_own(crawl: Crawl) -> None:
    first = [crawl.run("-a", "sections=world").status, crawl.report["run"]]
    second = [crawl.run("-a", "sections=world").status, crawl.report["run"]]
    assert (first[0], second[0]) == (0, 0)
    names = {path.stem for path in (crawl.folder / "reports").glob("2*.json")}
    assert names == {first[1], second[1]}
    assert sorted(names) == [first[1], second[1]]


def test_a_report_that_cannot_be_written_is_a_reason(crawl: Crawl) -> None:
    assert crawl.run("-a", "sections=world").status == 0
    (crawl.folder / "reports" / "latest.json").unlink()
    (crawl.folder / "reports" / "latest.json").mkdir()
    ended = crawl.run("-a", "sections=world")
    assert ended.status == 3
    assert "the report could not be written" in str(ended.stats["reason"])
    assert ended.err.splitlines() == [ended.last_line]
