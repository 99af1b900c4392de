"""Servers that never finish or lie: each response is a counted failure, and the run does not hang."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.whole_process import Measured, measured
from replica import Fault, LoggedRequest, Replica, Resource
from tests.system.crawling import LAST_LINE, ROOT, Crawl
from tests.system.misbehaving import FAULTS, is_late
from tests.system.newsstand import HTML, Newsstand, Story

pytestmark = pytest.mark.system

MEGABYTE = 1_000_000
MAX_MEMORY = 300 * MEGABYTE
SHORT_TIMEOUT = 3  # seconds for a whole response, instead of thirty, for servers that never send one
GOOD = [Story(number) for number in range(1, 11)]
STORIES = {name: Story(100 + number) for number, name in enumerate(FAULTS)}
BY_PATH = {story.path(): FAULTS[name][0](story.page()) for name, story in STORIES.items()}


def fault(request: LoggedRequest) -> Fault | None:
    return BY_PATH.get(request.path)


@dataclass(frozen=True)
class Job:
    """The crawl of some of that, and what it took."""

    process: Measured
    crawl: Crawl


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Job]:
    """One of the servers that are waited for in vain, and one of all others, which a busy machine may answer late."""
    return {late: crawl_of_faults(tmp_path_factory.mktemp("hostile"), must_time_out=late) for late in (False, True)}


def crawl_of_faults(folder: Path, *, must_time_out: bool) -> Job:
    stand = Newsstand()
    stand.publish(*GOOD)
    stories = [story for name, story in STORIES.items() if is_late(name) is must_time_out]
    for story in stories:
        stand.site.put(story.path(), Resource(story.page(), HTML))
    stand.list("/world/", [story.url for story in [*stories, *GOOD]])
    with Replica(stand.site, fault) as replica:
        crawl = Crawl(folder / "data", replica.environment())
        environment = os.environ | crawl.environment | {"ECNSCRAWL_DATA_DIR": str(crawl.data)}
        timeout = ("-s", f"DOWNLOAD_TIMEOUT={SHORT_TIMEOUT}") if must_time_out else ()
        command = crawl.command("-a", "sections=world", "-s", "RETRY_TIMES=0", *timeout)
        return Job(measured(command, environment, ROOT), crawl)


@pytest.fixture(params=[False, True], ids=["wrong", "late"])
def job(jobs: dict[bool, Job], request: pytest.FixtureRequest) -> Job:
    """Each of the two."""
    return jobs[request.param]


@pytest.mark.parametrize("name", FAULTS)
def test_a_server_that_misbehaves_is_a_counted_failure_or_a_true_record(jobs: dict[bool, Job], name: str) -> None:
    story, reason = STORIES[name], FAULTS[name][1]
    crawl = jobs[is_late(name)].crawl
    failing = {each["url"]: each["reason"] for each in crawl.report["failing"]}
    assert failing.get(story.url) == reason
    bodies = [record["body"] for record in crawl.records if record["id"] == story.id]
    assert bodies == ([story.paragraph()] if reason is None else [])


def test_the_other_articles_are_stored(job: Job) -> None:
    assert {story.id for story in GOOD} <= {record["id"] for record in job.crawl.records}


def test_the_last_line_is_all_that_is_printed(job: Job) -> None:
    lines = [
        line for line in job.process.err.splitlines() if not re.search("DOWNLOAD_MAXSIZE|max size|data loss", line)
    ]
    assert len(lines) == 1, job.process.err
    assert LAST_LINE.fullmatch(lines[0])


def test_no_unexpected_error_occurs(job: Job) -> None:
    assert job.process.status == 3  # too many articles failed
    assert [reason for reason in job.crawl.report["reasons"] if "unexpected" in reason] == []


def test_the_crawl_needs_less_memory_than_a_small_machine_has(job: Job) -> None:
    assert job.process.peak_memory < MAX_MEMORY, f"{job.process.peak_memory / MEGABYTE:.0f} MB"
