"""Where `scrapy export` writes to, and what stays there if it cannot or is killed."""

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import duckdb
import pytest

from ecnscrawl.items import to_line
from tests.exporters.library import FERRY
from tests.interrupts import heard
from tests.system.crawling import ROOT, SCRAPY, Crawl
from tests.system.exporting import MANY, OLD, long_lived, shell, user
from tests.system.mounts import Mounts

__all__ = ["long_lived", "user"]  # fixtures

pytestmark = pytest.mark.system


def test_articles_go_to_standard_output_and_the_summary_to_standard_error(user: Crawl, tmp_path: Path) -> None:
    user.scrapy("export", str(tmp_path / "a.csv"))
    ended = user.scrapy("export", "-", "--format", "csv")
    assert (ended.status, ended.err) == (0, "3 articles written to standard output\n")
    assert ended.out == (tmp_path / "a.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["jsonl", "ninjs", "rss"])
def test_every_text_goes_to_standard_output(user: Crawl, kind: str) -> None:
    ended = user.scrapy("export", "--format", kind, "-", "--section", "world")
    assert (ended.status, ended.err) == (0, "1 article written to standard output\n")
    assert FERRY.title in ended.out


def test_binary_formats_go_to_standard_output_too(user: Crawl, tmp_path: Path) -> None:
    target = tmp_path / "a.parquet"
    with target.open("wb") as file:
        done = shell(user, "export", "-", "--format", "parquet", stdout=file)
    assert done.returncode == 0, done.stderr
    assert duckdb.read_parquet(str(target)).fetchall() != []


def test_standard_output_that_is_full_is_reported(user: Crawl) -> None:
    with Path("/dev/full").open("wb") as full:
        done = shell(user, "export", "-", "--format", "jsonl", stdout=full)
    assert done.returncode == 1
    assert done.stderr == b"ecnscrawl: error: standard output cannot be written (No space left on device)\n"


def test_standard_output_that_nobody_reads_ends_it_as_other_programs(long_lived: Crawl) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as nobody:
        done = shell(long_lived, "export", "-", "--format", "jsonl", stdout=nobody)
    assert (done.returncode, done.stderr) == (-signal.SIGPIPE, b"")


@pytest.mark.parametrize("name", ["a.parquet", "a.csv", "a.jsonl", "a.sqlite", "a.ninjs.jsonl", "rss.xml"])
def test_a_disk_without_space_leaves_the_old_target(
    long_lived: Crawl, tmp_path: Path, mounts: Mounts, name: str
) -> None:
    disk = tmp_path / "disk"
    mounts.mount("-t", "tmpfs", "-o", "size=8k", "tmpfs", at=disk)
    (disk / name).write_bytes(OLD)
    ended = long_lived.scrapy("export", str(disk / name))
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("ecnscrawl: error: ")
    assert ended.err.count("\n") == 1
    assert {path.name: path.read_bytes() for path in disk.iterdir()} == {name: OLD}


def test_the_error_names_a_read_only_file_system(user: Crawl, tmp_path: Path, mounts: Mounts) -> None:
    disk = tmp_path / "disk"
    mounts.mount("-t", "tmpfs", "tmpfs", at=disk)
    (disk / "a.csv").write_bytes(OLD)
    mounts.remount("ro", disk)
    ended = user.scrapy("export", str(disk / "a.csv"))
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == f"ecnscrawl: error: {disk / 'a.csv'} cannot be written (Read-only file system)\n"
    assert (disk / "a.csv").read_bytes() == OLD


def test_a_folder_that_cannot_be_written_is_named(user: Crawl) -> None:
    ended = user.scrapy("export", "/proc/a.csv")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("ecnscrawl: error: /proc/a.csv cannot be written (")
    assert ended.err.count("\n") == 1


def test_a_line_that_is_not_a_record_is_named(user: Crawl, tmp_path: Path) -> None:
    file = user.folder / "articles" / "20261123T120000Z-000003.jsonl"
    file.write_bytes(to_line(FERRY) + b'{"schema_version": 1}\n')
    ended = user.scrapy("export", str(tmp_path / "a.csv"))
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith(f"ecnscrawl: error: {file}, line 2: not a record: ")
    assert ended.err.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == {"data"}


def test_without_duckdb_it_says_what_to_install(user: Crawl, tmp_path: Path) -> None:
    stand_in = tmp_path / "without"
    stand_in.mkdir()
    (stand_in / "duckdb.py").write_text("raise ImportError\n", encoding="utf-8")
    ended = user.scrapy("export", str(tmp_path / "a.csv"), PYTHONPATH=str(stand_in))
    assert ended.status == 1
    assert ended.err == "ecnscrawl: error: an export needs DuckDB; make clean setup\n"


def start(user: Crawl, target: Path) -> "subprocess.Popen[str]":
    """An export that has begun to work."""
    with heard():
        process = subprocess.Popen(
            [SCRAPY, "export", target],
            env=os.environ | {"ECNSCRAWL_DATA_DIR": str(user.data)},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    deadline = time.monotonic() + 30
    while not target.with_name(f".{target.name}.export").exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.005)
    return process


def test_an_export_that_is_killed_leaves_the_old_target(long_lived: Crawl, tmp_path: Path) -> None:
    target = tmp_path / "a.parquet"
    target.write_bytes(b"the old one")
    process = start(long_lived, target)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert target.read_bytes() == b"the old one"
    assert long_lived.scrapy("export", str(target)).out == f"{MANY + 3} articles written to {target}\n"
    assert {path.name for path in tmp_path.iterdir()} == {"data", "a.parquet"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_export_that_is_stopped_leaves_the_old_target_and_nothing_else(
    long_lived: Crawl, tmp_path: Path, number: signal.Signals
) -> None:
    target = tmp_path / "a.csv"
    target.write_bytes(b"the old one")
    process = start(long_lived, target)
    process.send_signal(number)
    guard = threading.Timer(60, process.kill)
    guard.start()
    out, err = process.communicate()
    guard.cancel()
    assert (process.returncode, out) == (1, "")
    assert err == f"ecnscrawl: error: stopped; {target} is unchanged\n"
    assert target.read_bytes() == b"the old one"
    assert {path.name for path in tmp_path.iterdir()} == {"data", "a.csv"}
