"""The keeper, with programs in the browser's place: whatever ends, they do too, and none gets all of the memory."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from ecnscrawl.rendering import keeper
from tests.system.rendering import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the keeper is for Linux")

FAMILY = """
import os, subprocess, sys, time
own = subprocess.Popen([sys.executable, "-S", "-c", "import os, time; os.setsid(); time.sleep(600)"])
open(sys.argv[1], "w").write(f"{os.getpid()} {own.pid}\\n")
time.sleep(600)
"""
HUNGRY = """
import sys, time
open(sys.argv[1], "w").write("0\\n")
all = []
while True:
    all.append(bytearray(20_000_000)); time.sleep(0.02)
"""


@dataclass
class Kept:
    """A program under a keeper."""

    process: subprocess.Popen[bytes]
    pipe: int
    folder: Path

    @property
    def pids(self) -> list[int]:
        """The program's processes, when it has said them."""
        note = self.folder / "pids"
        return [int(word) for word in note.read_text().split()] if note.exists() else []


@pytest.fixture
def keep(tmp_path: Path) -> Iterator[Callable[..., Kept]]:
    """Runs programs under a keeper."""
    started: list[Kept] = []

    def run(script: str, limit: int = 10**12) -> Kept:
        folder = tmp_path / "temporary" / "1"
        folder.mkdir(parents=True)
        os.mkfifo(folder / "alive")
        pipe = os.open(folder / "alive", os.O_RDWR)
        ends = [os.open(os.devnull, os.O_RDWR) for _ in range(2)]
        browser = [sys.executable, "-S", "-c", script, str(tmp_path / "pids")]
        command = [sys.executable, "-I", "-S", keeper.__file__, str(folder / "alive"), str(limit), *browser]

        def place_pipes() -> None:
            for end, place in zip(ends, (3, 4), strict=True):
                os.dup2(end, place)

        process = subprocess.Popen(command, preexec_fn=place_pipes, pass_fds=(3, 4))  # noqa: PLW1509
        for end in ends:
            os.close(end)
        started.append(Kept(process, pipe, tmp_path))
        return started[-1]

    yield run
    for each in started:
        with suppress(OSError):
            os.close(each.pipe)
        each.process.wait(30)


def is_gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def are_gone(pids: list[int]) -> bool:
    return all(is_gone(pid) for pid in pids)


def test_when_the_crawl_ends_the_browser_ends_with_all_it_has_started(keep: Callable[..., Kept]) -> None:
    kept = keep(FAMILY)
    pids = until(lambda: kept.pids)
    os.close(kept.pipe)
    assert kept.process.wait(30) == 0
    assert are_gone(pids)


def test_when_the_crawl_ends_its_temporary_files_go(keep: Callable[..., Kept], tmp_path: Path) -> None:
    kept = keep(FAMILY)
    until(lambda: kept.pids)
    os.close(kept.pipe)
    kept.process.wait(30)
    assert not (tmp_path / "temporary").exists()


def test_a_browser_alone_is_ended_by_a_word_and_the_files_stay(keep: Callable[..., Kept], tmp_path: Path) -> None:
    kept = keep(FAMILY)
    pids = until(lambda: kept.pids)
    os.write(kept.pipe, b"!")
    os.close(kept.pipe)
    kept.process.wait(30)
    assert are_gone(pids)
    assert (tmp_path / "temporary").exists()


def test_when_the_browser_ends_what_it_has_started_does(keep: Callable[..., Kept]) -> None:
    kept = keep(FAMILY)
    browser, other = until(lambda: kept.pids)
    os.kill(browser, signal.SIGKILL)
    kept.process.wait(30)
    assert is_gone(other)


def test_a_program_that_takes_more_memory_than_it_was_given_is_ended(keep: Callable[..., Kept]) -> None:
    kept = keep(HUNGRY, limit=200_000_000)
    assert kept.process.wait(60) == 0
