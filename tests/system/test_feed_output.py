"""`-O` and `-o`: the records of this run as Scrapy users know them, the old file kept until the new one is whole."""

import csv
import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from replica import Replica, Stall
from tests.system.crawling import Crawl, Ended
from tests.system.newsstand import Newsstand, Story
from tests.system.promises import KEYS

pytestmark = pytest.mark.system

STORIES = [Story(number) for number in range(1, 6)]
LATER = Story(9)
OLD = "what an earlier run wrote\n"


@pytest.fixture
def stand() -> Newsstand:
    stand = Newsstand()
    stand.publish(*STORIES, LATER)
    stand.list("/world/", [story.url for story in STORIES])
    return stand


@pytest.fixture
def replica(stand: Newsstand) -> Iterator[Replica]:
    with Replica(stand.site) as replica:
        yield replica


@pytest.fixture
def crawl(replica: Replica, tmp_path: Path) -> Crawl:
    return Crawl(tmp_path / "data", replica.environment())


def run(crawl: Crawl, *arguments: str) -> Ended:
    return crawl.run("-a", "sections=world", *arguments)


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_bytes().splitlines()]


def in_order(records: list[dict[str, Any]]) -> list[list[tuple[str, Any]]]:
    """The records by id, with their keys in the order in which they stand."""
    return sorted((list(record.items()) for record in records), key=str)


def test_the_records_of_the_run_have_the_form_of_the_stored_ones(crawl: Crawl, tmp_path: Path) -> None:
    ended = run(crawl, "-O", str(tmp_path / "one.jsonl"))
    assert ended.status == 0, ended.err
    assert len(crawl.records) == len(STORIES)
    assert in_order(lines(tmp_path / "one.jsonl")) == in_order(crawl.records)


def test_a_run_with_nothing_new_replaces_the_file_by_an_empty_one(crawl: Crawl, tmp_path: Path) -> None:
    run(crawl, "-O", str(tmp_path / "one.jsonl"))
    ended = run(crawl, "-O", str(tmp_path / "one.jsonl"), "-O", str(tmp_path / "one.json"))
    assert ended.status == 0, ended.err
    assert (tmp_path / "one.jsonl").read_bytes() == b""
    assert json.loads((tmp_path / "one.json").read_bytes()) == []
    assert len(crawl.files) == 1


def test_a_small_o_appends_the_records_of_each_run(crawl: Crawl, stand: Newsstand, tmp_path: Path) -> None:
    run(crawl, "-o", str(tmp_path / "all.jsonl"))
    stand.list("/world/", [story.url for story in (LATER, *STORIES)])
    ended = run(crawl, "-o", str(tmp_path / "all.jsonl"))
    assert ended.figures["new"] == "1"
    appended = lines(tmp_path / "all.jsonl")
    assert in_order(appended) == in_order(crawl.records)
    assert appended[-1]["id"] == LATER.id


def test_other_formats_hold_the_same_records(crawl: Crawl, tmp_path: Path) -> None:
    ended = run(crawl, "-O", str(tmp_path / "x.csv"), "-O", str(tmp_path / "x.json"))
    assert ended.status == 0, ended.err
    assert in_order(json.loads((tmp_path / "x.json").read_bytes())) == in_order(crawl.records)
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == KEYS
    assert {row["id"]: row["body"] for row in rows} == {record["id"]: record["body"] for record in crawl.records}


def test_records_can_go_to_standard_output(crawl: Crawl) -> None:
    ended = run(crawl, "-o", "-:jsonl")
    assert ended.err.splitlines() == [ended.last_line]
    assert in_order([json.loads(line) for line in ended.out.splitlines()]) == in_order(crawl.records)


def test_the_old_file_stays_when_the_run_is_killed_and_the_next_run_replaces_it(
    crawl: Crawl, replica: Replica, tmp_path: Path
) -> None:
    target = tmp_path / "one.jsonl"
    target.write_text(OLD)
    last = STORIES[0].path()  # of a listing the last link is asked for first
    replica.fault = lambda request: Stall(60) if request.path == last else None
    process = crawl.start("-a", "sections=world", "-O", str(target))
    try:
        wait_for(replica, last)
        time.sleep(0.5)  # the other articles are read meanwhile, and go to the feed
        assert target.read_text() == OLD
    finally:
        process.kill()
        process.communicate()
    assert target.read_text() == OLD
    replica.fault = None
    ended = run(crawl, "-O", str(target))
    assert ended.status == 0, ended.err
    assert {record["id"] for record in lines(target)} <= {story.id for story in STORIES}
    assert {path.name for path in tmp_path.iterdir()} == {"data", "one.jsonl"}


def test_an_end_by_force_names_the_feed_that_is_not_finished_and_leaves_no_part(
    crawl: Crawl, replica: Replica, tmp_path: Path
) -> None:
    target = tmp_path / "one.jsonl"
    target.write_text(OLD)
    last = STORIES[0].path()
    replica.fault = lambda request: Stall(60) if request.path == last else None
    process = crawl.start("-a", "sections=world", "-O", str(target))
    wait_for(replica, last)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    ended = Ended(process.returncode, out, err)
    assert (ended.status, ended.figures["reason"]) == (3, "stopped by a signal; the feed one.jsonl is not finished")
    assert target.read_text() == OLD
    assert {path.name for path in tmp_path.iterdir()} == {"data", "one.jsonl"}


def wait_for(replica: Replica, path: str) -> None:
    deadline = time.monotonic() + 20
    while path not in {request.path for request in replica.requests}:
        assert time.monotonic() < deadline, f"{path} was not asked for"
        time.sleep(0.02)


def test_a_folder_that_is_missing_is_made(crawl: Crawl, tmp_path: Path) -> None:
    target = tmp_path / "new" / "folder" / "one.jsonl"
    assert run(crawl, "-O", str(target)).status == 0
    assert len(lines(target)) == len(STORIES)


@pytest.mark.parametrize("option", ["-O", "-o"])
@pytest.mark.parametrize("target", ["file/one.jsonl", "/proc/one.jsonl"])
def test_a_target_that_cannot_be_written_is_said_and_the_articles_are_stored_all_the_same(
    crawl: Crawl, tmp_path: Path, target: str, option: str
) -> None:
    (tmp_path / "file").write_text("mine")
    ended = run(crawl, option, str(tmp_path / target))
    assert "Traceback" not in ended.err
    if ended.status == 3:
        assert "one.jsonl" in (ended.figures["reason"] or "")
        assert len(crawl.records) == len(STORIES)
    else:
        assert ended.status in (1, 2)
        (line,) = ended.err.splitlines()
        assert line.startswith("ecnscrawl: error: ")
        assert "one.jsonl" in line
        assert run(crawl).figures["new"] == str(len(STORIES))


def test_a_file_has_the_mode_that_the_umask_says(crawl: Crawl, tmp_path: Path) -> None:
    private = Crawl(crawl.data, crawl.environment, umask=0o077)
    run(private, "-O", str(tmp_path / "one.jsonl"))
    assert (tmp_path / "one.jsonl").stat().st_mode & 0o777 == 0o600
