"""The supervisor, with other programs instead of the browser: it kills them in time, and limits their memory."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from ecnscrawl.rendering import supervisor
from tests.system.rendering import until

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(sys.platform != "linux", reason="the supervisor runs on Linux only"),
]

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
class SupervisedProgram:
    """A program under a supervisor."""

    process: subprocess.Popen[bytes]
    pipe: int
    folder: Path

    @property
    def pids(self) -> list[int]:
        """The ids of the program's processes; [] before it has written them."""
        note = self.folder / "pids"
        return [int(word) for word in note.read_text().split()] if note.exists() else []


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[..., SupervisedProgram]]:
    """Runs programs under a supervisor."""
    started: list[SupervisedProgram] = []

    def run(script: str, limit: int = 10**12) -> SupervisedProgram:
        folder = tmp_path / "temporary" / "1"
        folder.mkdir(parents=True)
        os.mkfifo(folder / "alive")
        pipe = os.open(folder / "alive", os.O_RDWR)
        ends = [os.open(os.devnull, os.O_RDWR) for _ in range(2)]
        browser = [sys.executable, "-S", "-c", script, str(tmp_path / "pids")]
        command = [sys.executable, "-I", "-S", supervisor.__file__, str(folder / "alive"), str(limit), *browser]

        def place_pipes() -> None:
            for end, place in zip(ends, (3, 4), strict=True):
                os.dup2(end, place)

        process = subprocess.Popen(command, preexec_fn=place_pipes, pass_fds=(3, 4))  # noqa: PLW1509
        for end in ends:
            os.close(end)
        started.append(SupervisedProgram(process, pipe, tmp_path))
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


def test_when_the_crawl_ends_all_processes_of_the_browser_end(supervise: Callable[..., SupervisedProgram]) -> None:
    program = supervise(FAMILY)
    pids = until(lambda: program.pids)
    os.close(program.pipe)
    assert program.process.wait(30) == 0
    assert are_gone(pids)


def test_when_the_crawl_ends_its_temporary_files_are_removed(
    supervise: Callable[..., SupervisedProgram], tmp_path: Path
) -> None:
    program = supervise(FAMILY)
    until(lambda: program.pids)
    os.close(program.pipe)
    program.process.wait(30)
    assert not (tmp_path / "temporary").exists()


def test_a_byte_in_the_pipe_ends_only_the_browser_and_keeps_the_files(
    supervise: Callable[..., SupervisedProgram], tmp_path: Path
) -> None:
    program = supervise(FAMILY)
    pids = until(lambda: program.pids)
    os.write(program.pipe, b"!")
    os.close(program.pipe)
    program.process.wait(30)
    assert are_gone(pids)
    assert (tmp_path / "temporary").exists()


def test_when_the_browser_ends_its_child_processes_end(supervise: Callable[..., SupervisedProgram]) -> None:
    program = supervise(FAMILY)
    browser, other = until(lambda: program.pids)
    os.kill(browser, signal.SIGKILL)
    program.process.wait(30)
    assert is_gone(other)


def test_a_program_that_exceeds_its_memory_limit_is_killed(supervise: Callable[..., SupervisedProgram]) -> None:
    program = supervise(HUNGRY, limit=200_000_000)
    assert program.process.wait(60) == 0
