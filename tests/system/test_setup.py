"""The commands around a crawl: make, the data folder, and Scrapy's commands that inspect a page."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from replica import Replica
from tests.system.crawling import ROOT, Crawl, Ended
from tests.system.newsstand import Newsstand, Story

pytestmark = pytest.mark.system

STORY = Story(1)


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    stand = Newsstand()
    stand.publish(STORY)
    stand.list("/world/", [STORY.url])
    with Replica(stand.site) as replica:
        yield replica


@pytest.fixture
def crawl(replica: Replica, tmp_path: Path) -> Crawl:
    return Crawl(tmp_path / "data", replica.environment())


def run(crawl: Crawl, *arguments: str) -> Ended:
    return crawl.run("-a", "sections=world", *arguments)


def command(folder: Path, *words: str) -> Ended:
    """Any command in a folder, until it has ended."""
    outer = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}}
    done = subprocess.run(words, cwd=folder, env=outer, capture_output=True, text=True, timeout=60, check=False)
    return Ended(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in which nothing is built."""
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_setup_does_nothing_when_it_is_up_to_date(checkout: Path) -> None:
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / ".up-to-date").touch()
    (checkout / "python3").write_text("#!/bin/sh\nexit 1\n")
    (checkout / "python3").chmod(0o755)
    path = f"PATH={checkout}:{os.environ['PATH']}"
    ended = command(checkout, "env", path, "make", "--no-print-directory", "setup")
    assert ended.status == 0, ended.err
    assert ended.err == ""
    assert {path.name for path in (checkout / ".venv").iterdir()} == {".up-to-date"}


@pytest.mark.parametrize("python", ["missing", "old"])
def test_setup_without_a_new_enough_python_says_what_it_needs(checkout: Path, python: str) -> None:
    if python == "old":
        (checkout / python).write_text("#!/bin/sh\nexit 1\n")  # what asking an old one for its version comes to
        (checkout / python).chmod(0o755)
    ended = command(checkout, "make", "setup", f"PYTHON={checkout / python}")
    assert ended.status != 0
    assert "ecnscrawl: error: " in ended.err
    assert "3.11" in ended.err
    assert "Traceback" not in ended.err
    assert not (checkout / ".venv").exists()


def test_the_demo_shows_the_articles_that_it_stored(tmp_path: Path) -> None:
    for name in ("replica", "fixtures", "scrapy.cfg"):  # it stores beside its code, and not beside that of other tests
        (tmp_path / name).symlink_to(ROOT / name)
    ended = command(tmp_path, sys.executable, "-m", "replica.demo")
    (file,) = (tmp_path / "demo-data" / "ecns" / "articles").iterdir()
    assert ended.status == 0, ended.err
    assert f"{len(file.read_bytes().splitlines())} articles" in ended.out
    assert ended.out.endswith(f"They are in demo-data/ecns/articles/{file.name}\n")


@pytest.mark.parametrize(
    ("umask", "file_mode", "folder_mode"), [(0o077, 0o600, 0o700), (0o022, 0o644, 0o755), (0o002, 0o664, 0o775)]
)
def test_files_get_the_modes_that_the_umask_says(
    replica: Replica, tmp_path: Path, umask: int, file_mode: int, folder_mode: int
) -> None:
    crawl = Crawl(tmp_path / "data", replica.environment(), umask=umask)
    run(crawl)
    modes = {path: path.stat().st_mode & 0o777 for path in (crawl.data, *crawl.data.rglob("*"))}
    assert crawl.files[0] in modes
    assert {path.name for path, mode in modes.items() if mode != (folder_mode if path.is_dir() else file_mode)} == set()


def test_the_data_folder_may_be_a_link(crawl: Crawl, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    crawl.data.symlink_to(tmp_path / "disk")
    assert run(crawl).status == 0
    assert len(list((tmp_path / "disk" / "ecns" / "articles").glob("*.jsonl"))) == 1
    assert crawl.data.is_symlink()


def test_the_setting_overrides_the_environment(crawl: Crawl, tmp_path: Path) -> None:
    assert run(crawl, "-s", f"DATA_DIR={tmp_path / 'set'}").status == 0
    assert not crawl.data.exists()
    assert len(Crawl(tmp_path / "set", {}).records) == 1


def test_a_healthy_run_prints_one_line_also_when_nothing_is_new(crawl: Crawl) -> None:
    for file in ("one", "-"):
        ended = run(crawl)
        assert (ended.status, ended.out) == (0, "")
        assert ended.err.splitlines() == [ended.last_line]
        assert (ended.stats["file"] == "-") is (file == "-")
    assert len(crawl.files) == 1


@pytest.mark.parametrize("logging", [["--nolog"], ["-L", "DEBUG"]], ids=" ".join)
def test_the_last_line_is_the_last_whatever_is_logged(crawl: Crawl, logging: list[str]) -> None:
    ended = run(crawl, *logging)
    assert ended.stats["new"] == "1"
    assert ended.out == ""


def test_list_shows_the_sites(crawl: Crawl) -> None:
    ended = crawl.scrapy("list")
    assert (ended.status, ended.out, ended.err) == (0, "chinanews\necns\nnews\n", "")
    assert not crawl.data.exists()


LOOKS = {
    "shell": (["shell", STORY.url, "-c", "print(response.css('h1::text').get())"], "Story number 1"),
    "fetch": (["fetch", STORY.url], STORY.paragraph()),
    "parse": (["parse", "--spider=ecns", STORY.url], ""),
}


@pytest.mark.parametrize("look", LOOKS)
def test_commands_that_look_at_a_page_leave_no_data_folder(crawl: Crawl, look: str) -> None:
    words, shown = LOOKS[look]
    ended = crawl.scrapy(*words)
    assert ended.status == 0, ended.err
    assert shown in ended.out
    assert "Traceback" not in ended.err
    assert not crawl.data.exists()


def test_shell_reads_a_saved_page(crawl: Crawl, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(STORY.page())
    ended = crawl.scrapy("shell", str(tmp_path / "page.html"), "-c", "response.css('h1::text').get()")
    assert ended.out.strip() == "Story number 1", ended.err
    assert not crawl.data.exists()
