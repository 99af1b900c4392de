"""A run writes its report once, however the crawl was started and whatever went wrong."""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from replica import Replica
from tests.site_folder import reported
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
#: A script that hands its words over as arguments, and prints what Scrapy's statistics say of the outcome.
ASKING_SCRIPT = """
import json, sys
from scrapy.crawler import AsyncCrawlerProcess, CrawlerProcess
from scrapy.utils.project import get_project_settings

kind, *words = sys.argv[1:]
settings = get_project_settings()
settings.set("DOWNLOAD_DELAY", 0)
settings.set("AUTOTHROTTLE_ENABLED", False)
settings.set("FEEDS", {"feed.jsonl": {"format": "jsonlines", "overwrite": True}})
process = {"CrawlerProcess": CrawlerProcess, "AsyncCrawlerProcess": AsyncCrawlerProcess}[kind](settings)
crawler = process.create_crawler("ecns")
process.crawl(crawler, **dict(word.split("=", 1) for word in words))
process.start()
print(json.dumps({k: v for k, v in crawler.stats.get_stats().items() if k.startswith("ecnscrawl/")}))
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


def test_a_reactor_that_cannot_be_loaded_is_an_error_of_one_line(crawl: Crawl) -> None:
    ended = crawl.run("-a", "sections=world", "-s", "TWISTED_REACTOR=nowhere")
    assert ended.status == 1
    assert ended.err.splitlines()[-1].startswith("ecnscrawl: error: the crawl could not begin: ValueError")
    assert "RuntimeError" not in ended.err


def test_each_run_has_a_report_of_its_own(crawl: Crawl) -> None:
    first = [crawl.run("-a", "sections=world").status, crawl.report["run"]]
    second = [crawl.run("-a", "sections=world").status, crawl.report["run"]]
    assert (first[0], second[0]) == (0, 0)
    third = [crawl.run("-a", "sections=world").status, crawl.report["run"]]
    assert third[0] == 0
    assert reported(crawl.folder) == [first[1], second[1], third[1]]


def test_an_idle_run_adds_a_line_and_other_runs_a_file(crawl: Crawl) -> None:
    reports = crawl.folder / "reports"
    assert crawl.run("-a", "sections=world").status == 0
    first = crawl.report
    ids = []
    for _ in range(2):
        assert crawl.run("-a", "sections=world").stats["new"] == "0"
        ids.append(crawl.report["run"])
    lines = [json.loads(line) for path in sorted(reports.glob("*.jsonl")) for line in path.read_bytes().splitlines()]
    assert [line["run"] for line in lines] == ids
    assert {key: crawl.report[key] for key in lines[-1]} == lines[-1]
    assert set(crawl.report) - set(lines[-1]) == {"fields", "hours", "history"}
    assert set(crawl.report) == set(first)
    assert [path.name for path in reports.glob("2*.json")] == [f"{first['run']}.json"]
    shown = json.loads(crawl.scrapy("status", "--json").out)[0]
    assert [run["run"] for run in shown["runs"]] == [*reversed(ids), first["run"]]
    assert shown["totals"]["runs"] == 3
    assert crawl.run("-a", "sections=world", "-s", "RUN_MAX_REQUESTS=1").status == 3  # an unhealthy run is not idle
    assert (reports / f"{crawl.report['run']}.json").read_bytes() == (reports / "latest.json").read_bytes()


def test_a_report_that_cannot_be_written_is_a_reason(crawl: Crawl) -> None:
    assert crawl.run("-a", "sections=world").status == 0
    (crawl.folder / "reports" / "latest.json").unlink()
    (crawl.folder / "reports" / "latest.json").mkdir()
    ended = crawl.run("-a", "sections=world")
    assert ended.status == 3
    assert "the report could not be written" in str(ended.stats["reason"])
    assert ended.err.splitlines() == [ended.last_line]


def ask(crawl: Crawl, folder: Path, *words: str) -> tuple[dict[str, Any], str]:
    """The outcome in Scrapy's statistics after a script's crawl, and what the script wrote to standard error."""
    environment = os.environ | crawl.environment | {"ECNSCRAWL_DATA_DIR": str(crawl.data), "RENDER": "off"}
    ended = subprocess.run(
        [sys.executable, "-c", ASKING_SCRIPT, *words],
        env=environment | {"SCRAPY_SETTINGS_MODULE": "ecnscrawl.settings"},
        cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    outcome: dict[str, Any] = json.loads(ended.stdout)
    return {name.removeprefix("ecnscrawl/"): value for name, value in outcome.items()}, ended.stderr


KINDS = ("CrawlerProcess", "AsyncCrawlerProcess")


@pytest.mark.parametrize("kind", KINDS)
def test_a_script_reads_the_outcome_in_scrapy_s_statistics(crawl: Crawl, tmp_path: Path, kind: str) -> None:
    outcome, _ = ask(crawl, tmp_path, kind, "sections=world")
    report = crawl.report
    assert (outcome["exit_status"], outcome["status"], outcome["reasons"]) == (0, "healthy", [])
    assert {name: outcome[f"counts/{name}"] for name in report["counts"] if f"counts/{name}" in outcome}["new"] == 3
    assert outcome["last_line"].startswith("ecns healthy new=3 ")
    assert outcome["alarms"] == []


def test_a_script_reads_why_a_run_is_not_healthy(tmp_path: Path) -> None:
    with Replica(Newsstand().site) as nothing:
        crawl = Crawl(tmp_path / "data", nothing.environment())
        outcome, _ = ask(crawl, tmp_path, "CrawlerProcess")
    assert (outcome["exit_status"], outcome["status"]) == (3, "unhealthy")
    assert outcome["reasons"] == crawl.report["reasons"] != []


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_argument_of_a_script_is_one_error_and_nothing_else(crawl: Crawl, tmp_path: Path, kind: str) -> None:
    (tmp_path / "feed.jsonl").write_text("of an earlier crawl\n")
    outcome, said = ask(crawl, tmp_path, kind, "sectoins=world")
    (reason,) = outcome["reasons"]
    assert (outcome["exit_status"], outcome["status"]) == (2, "refused")
    assert reason.startswith("ecns: unknown argument 'sectoins' (did you mean 'sections'?)")
    (line,) = said.splitlines()
    assert line.endswith(f"[ecns] ERROR: {reason}")
    assert not crawl.data.exists()
    assert (tmp_path / "feed.jsonl").read_text() == "of an earlier crawl\n"


def test_a_crawl_that_cannot_start_is_one_error_of_a_script(crawl: Crawl, tmp_path: Path) -> None:
    crawl.folder.mkdir(parents=True)
    with crawl.folder.joinpath("lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        outcome, said = ask(crawl, tmp_path, "CrawlerProcess", "sections=world")
    assert (outcome["exit_status"], outcome["status"]) == (4, "refused")
    (line,) = said.splitlines()
    assert "another run of this site is under way" in line
