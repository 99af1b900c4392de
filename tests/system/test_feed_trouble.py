"""A feed that cannot be written: the old file stays, the run says so, and the articles are stored anyway."""

import csv
import os
import signal
import stat
import subprocess
import time
from pathlib import Path

import pytest

from replica import Replica, Stall, StatusFault
from tests.system.crawling import ROOT, Crawl, Ended
from tests.system.feed_crawls import OLD, STORIES, crawl, in_order, lines, replica, run, stand, wait_for
from tests.system.mounts import Mounts
from tests.system.newsstand import Newsstand, Story

__all__ = ["crawl", "replica", "stand"]  # fixtures

pytestmark = pytest.mark.system


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
    assert (ended.status, ended.stats["reason"]) == (3, "stopped by a signal; the feed one.jsonl is not finished")
    assert target.read_text() == OLD
    assert {path.name for path in tmp_path.iterdir()} == {"data", "one.jsonl"}


@pytest.mark.parametrize("option", ["-O", "-o"])
@pytest.mark.parametrize("target", ["file/one.jsonl", "/proc/one.jsonl"])
def test_a_target_that_cannot_be_written_is_reported_and_the_articles_are_stored_anyway(
    crawl: Crawl, tmp_path: Path, target: str, option: str
) -> None:
    (tmp_path / "file").write_text("mine")
    ended = run(crawl, option, str(tmp_path / target))
    assert "Traceback" not in ended.err
    if ended.status == 3:
        assert "one.jsonl" in (ended.stats["reason"] or "")
        assert len(crawl.records) == len(STORIES)
    else:
        assert ended.status in (1, 2)
        (line,) = ended.err.splitlines()
        assert line.startswith("ecnscrawl: error: ")
        assert "one.jsonl" in line
        assert run(crawl).stats["new"] == str(len(STORIES))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-O", "{}/x.foo"), "'foo' is not a format of feeds; known are csv, jl, json, jsonl, jsonlines, xml"),
        (
            ("-O", "{}/x.parquet"),
            "a crawl writes no parquet; after it, `scrapy export {}/x.parquet --format parquet` does",
        ),
        (("-o", "{}/x.pickle"), "'pickle' is not a format of feeds"),
        (("-O", "{}/x:marshal"), "'marshal' is not a format of feeds"),
        (("-O", "s3://bucket/x.jsonl"), "s3://bucket/x.jsonl needs boto3, which is not installed"),
        (("-O", "gs://bucket/x.jsonl"), "gs://bucket/x.jsonl needs google-cloud-storage, which is not installed"),
        (
            ("-s", "FEEDS=x"),
            'FEEDS=\'x\' is not a JSON object; write FEEDS=\'{"articles.jsonl": {"format": "jsonlines"}}\'',
        ),
        (("-s", 'FEEDS={{"x": 1}}'), "the options of 'x' are not a JSON object"),
        (("-O", "{}"), "names no format"),
        (("-O", "{}:jsonl"), "the feed cannot be written to a folder; name a file"),
        (("-O", "{}/x.jsonl", "-O", "{}/./x.jsonl"), "two feeds go to one target"),
        (("-O", "{}/x.jsonl", "-o", "{}/y.jsonl"), "write one of them"),
    ],
)
def test_a_feed_that_cannot_work_is_refused_before_the_first_request(
    crawl: Crawl, replica: Replica, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    ended = run(
        crawl, *(argument.replace("{{", "{").replace("}}", "}").replace("{}", str(tmp_path)) for argument in arguments)
    )
    assert (ended.status, ended.out) == (2, "")
    (line,) = ended.err.splitlines()
    assert line.startswith("ecnscrawl: error: ")
    assert said.replace("{}", str(tmp_path)) in line
    assert replica.requests == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", ["-O", "-o"])
def test_a_feed_that_fails_makes_the_run_unhealthy_and_leaves_the_others_alone(
    crawl: Crawl, tmp_path: Path, option: str
) -> None:
    good, other = str(tmp_path / "a.jsonl"), str(tmp_path / "b.csv")
    ended = run(crawl, option, good, option, "/dev/full:jsonl", option, other)
    assert ended.status == 3
    assert ended.err.splitlines() == [ended.last_line]
    reason = "the feed /dev/full could not be written (No space left on device)"
    assert ended.stats["reason"] == reason
    assert crawl.report["reasons"] == [reason]
    assert (crawl.report["status"], crawl.report["exit_status"]) == ("unhealthy", 3)
    assert in_order(lines(Path(good))) == in_order(crawl.records)
    with Path(other).open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(crawl.records) == len(STORIES)
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)


@pytest.mark.parametrize("format_", ["jsonl", "csv", "json", "xml"])
@pytest.mark.parametrize("option", ["-O", "-o"])
def test_a_disk_that_is_full_when_the_feed_is_closed_leaves_the_old_file(
    crawl: Crawl, tmp_path: Path, mounts: Mounts, option: str, format_: str
) -> None:
    disk = tmp_path / "disk"
    mounts.mount("-t", "tmpfs", "-o", "size=8k", "tmpfs", at=disk)
    (disk / "filler").write_bytes(b"0" * 4096)
    target = disk / f"one.{format_}"
    old = OLD * (4000 // len(OLD))  # nearly a page: there is no room to append
    target.write_text(old)
    good = tmp_path / "good.jsonl"
    ended = run(crawl, option, str(target), option, str(good))
    reason = f"the feed {target} could not be written (No space left on device)"
    assert (ended.status, ended.stats["reason"]) == (3, reason)
    assert ended.err.splitlines() == [ended.last_line]
    assert target.read_text() == old
    assert {path.name for path in disk.iterdir()} == {"filler", target.name}
    assert in_order(lines(good)) == in_order(crawl.records)
    assert len(crawl.records) == len(STORIES)


def test_a_disk_that_fills_while_the_feed_is_written_leaves_the_old_file(
    crawl: Crawl, stand: Newsstand, tmp_path: Path, mounts: Mounts
) -> None:
    more = [Story(number) for number in range(20, 60)]
    stand.publish(*more)
    stand.list("/world/", [story.url for story in (*more, *STORIES)])
    disk = tmp_path / "disk"
    mounts.mount("-t", "tmpfs", "-o", "size=16k", "tmpfs", at=disk)
    target = disk / "one.jsonl"
    target.write_text(OLD)
    ended = run(crawl, "-O", str(target))
    assert (ended.status, ended.stats["new"]) == (3, str(len(more) + len(STORIES)))
    assert target.read_text() == OLD
    assert {path.name for path in disk.iterdir()} == {target.name}
    assert len(crawl.records) == len(more) + len(STORIES)


def test_a_target_that_becomes_a_folder_is_reported_and_the_others_are_written(
    crawl: Crawl, replica: Replica, tmp_path: Path
) -> None:
    target, good = tmp_path / "one.jsonl", tmp_path / "good.jsonl"
    replica.fault = lambda request: target.mkdir(exist_ok=True)
    ended = run(crawl, "-O", str(target), "-O", str(good))
    assert (ended.status, ended.stats["reason"]) == (3, f"the feed {target} could not be written (Is a directory)")
    assert in_order(lines(good)) == in_order(crawl.records)
    assert {path.name for path in tmp_path.iterdir()} == {"data", target.name, good.name}


def test_a_read_only_disk_is_refused_and_the_file_stays(crawl: Crawl, tmp_path: Path, mounts: Mounts) -> None:
    disk = tmp_path / "disk"
    mounts.mount("-t", "tmpfs", "tmpfs", at=disk)
    (disk / "one.jsonl").write_text(OLD)
    mounts.remount("ro", disk)
    ended = run(crawl, "-O", str(disk / "one.jsonl"))
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == (
        f"ecnscrawl: error: {disk / 'one.jsonl'}: the feed cannot be written there (Read-only file system); name"
        " another file\n"
    )
    assert (disk / "one.jsonl").read_text() == OLD


def test_standard_output_that_is_full_makes_the_run_unhealthy(crawl: Crawl) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            crawl.command("-a", "sections=world", "-o", "-:jsonl"),
            env=os.environ | crawl.environment | {"ECNSCRAWL_DATA_DIR": str(crawl.data)},
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    ended = Ended(done.returncode, "", done.stderr)
    reason = "the feed on standard output could not be written (No space left on device)"
    assert (ended.status, ended.stats["reason"]) == (3, reason)
    assert len(crawl.records) == len(STORIES)


def test_a_feed_that_fails_does_not_hide_the_other_reasons(crawl: Crawl, replica: Replica, stand: Newsstand) -> None:
    replica.fault = lambda request: StatusFault(503) if request.path.startswith("/world") else None
    ended = run(crawl, "-O", "/dev/full:json", "-s", "RETRY_TIMES=0")
    assert ended.status == 3
    reason = ended.stats["reason"] or ""
    assert reason.startswith("no listing could be read")
    assert reason.endswith("; the feed /dev/full could not be written (No space left on device)")
