"""`-O` and `-o`: the records of this run as in Scrapy, in the user's format and place."""

import csv
import json
import os
from pathlib import Path

import pytest

from tests.system.crawling import Crawl
from tests.system.feed_crawls import LATER, STORIES, crawl, in_order, lines, replica, run, stand
from tests.system.newsstand import Newsstand
from tests.system.promises import KEYS

__all__ = ["crawl", "replica", "stand"]  # fixtures

pytestmark = pytest.mark.system


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
    assert ended.stats["new"] == "1"
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


def test_csv_has_its_header_once_also_when_nothing_is_new(crawl: Crawl, stand: Newsstand, tmp_path: Path) -> None:
    some, none = tmp_path / "some.csv", tmp_path / "none.csv"
    run(crawl, "-o", str(some))
    before = some.read_bytes()
    assert run(crawl, "-O", str(none)).stats["new"] == "0"
    assert none.read_bytes().decode() == ",".join(KEYS) + "\r\n"
    run(crawl, "-o", str(some))
    assert some.read_bytes() == before
    stand.list("/world/", [story.url for story in (LATER, *STORIES)])
    run(crawl, "-o", str(some))
    with some.open(encoding="utf-8", newline="") as file:
        assert {row["id"] for row in csv.DictReader(file)} == {record["id"] for record in crawl.records}


def test_records_can_go_to_standard_output(crawl: Crawl) -> None:
    ended = run(crawl, "-o", "-:jsonl")
    assert ended.err.splitlines() == [ended.last_line]
    assert in_order([json.loads(line) for line in ended.out.splitlines()]) == in_order(crawl.records)


def test_a_folder_that_is_missing_is_made(crawl: Crawl, tmp_path: Path) -> None:
    target = tmp_path / "new" / "folder" / "one.jsonl"
    assert run(crawl, "-O", str(target)).status == 0
    assert len(lines(target)) == len(STORIES)


@pytest.mark.parametrize("target", ["/dev/null", "/dev/stdout"])
def test_a_device_is_written_to_and_not_replaced(crawl: Crawl, target: str) -> None:
    before = os.lstat(target)
    ended = run(crawl, "-O", f"{target}:jsonl")
    assert ended.status == 0, ended.err
    assert (os.lstat(target).st_ino, os.lstat(target).st_mode) == (before.st_ino, before.st_mode)
    if target == "/dev/stdout":
        assert in_order([json.loads(line) for line in ended.out.splitlines()]) == in_order(crawl.records)


def test_a_file_has_the_mode_that_the_umask_says(crawl: Crawl, tmp_path: Path) -> None:
    private = Crawl(crawl.data, crawl.environment, umask=0o077)
    run(private, "-O", str(tmp_path / "one.jsonl"))
    assert (tmp_path / "one.jsonl").stat().st_mode & 0o777 == 0o600
