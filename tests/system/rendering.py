"""Pages with scripts, a browser whose starts are counted, and the processes that it leaves."""

import shlex
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ecnscrawl.rendering.supervisor import descendants
from replica import Resource
from tests.system.chromium import chromium
from tests.system.newsstand import HTML, Newsstand, Story

Value = TypeVar("Value")
JAVASCRIPT, JSON = "text/javascript", "application/json"
#: What a story's script does at last: the paragraph is there, so the page is read.
WRITE = "document.getElementById('yanse').insertAdjacentHTML('afterbegin', '<p>{}</p>');"


def shell(story: Story, script: str, *, writes: bool = True) -> bytes:
    """The story's page without its paragraph, which this script is to write."""
    body = f"{script}\n{WRITE.format(story.paragraph())}" if writes else script
    return story.page().replace(
        f"<p>{story.paragraph()}</p>".encode(), f"<script>(async () => {{ {body} }})();</script>".encode()
    )


def publish(stand: Newsstand, story: Story, script: str = "", *, writes: bool = True) -> None:
    """Let a story stand at its address, filled in by a script."""
    stand.site.put(story.path(), Resource(shell(story, script, writes=writes), HTML))


@dataclass(frozen=True)
class CountedBrowser:
    """Chromium, started by a program that notes each start."""

    folder: Path

    @property
    def program(self) -> Path:
        """Its path."""
        path = self.folder / "counted-chromium"
        if not path.exists():
            starts = shlex.quote(str(self.folder / "starts"))
            path.write_text(f'#!/bin/sh\necho started >>{starts}\nexec {shlex.quote(chromium())} "$@"\n')
            path.chmod(0o755)
        return path

    @property
    def starts(self) -> int:
        """How often it was started."""
        with suppress(FileNotFoundError):
            return len((self.folder / "starts").read_text().splitlines())
        return 0


def family(pid: int) -> dict[int, str]:
    """The living descendants of a process, each with its command line."""
    return {each: command for each in descendants(pid) if (command := _command(each))}


def browser_of(pid: int) -> int | None:
    """The process that leads a crawl's browser; None where there is none yet."""
    for each, command in family(pid).items():
        if (
            "--remote-debugging-pipe" in command
            and "--type=" not in command
            and not command.startswith(("/bin/sh", sys.executable))
        ):
            return each
    return None


def of_data(folder: Path) -> dict[int, str]:
    """All processes that were started for a crawl into this data folder, whoever is their parent by now."""
    mark = f"ECNSCRAWL_DATA_DIR={folder}".encode()
    found = {}
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if process.name.isdigit() and mark in (process / "environ").read_bytes().split(b"\0"):
                found[int(process.name)] = _command(int(process.name))
    return found


def _command(pid: int) -> str:
    """Empty for one that has ended, whether it has been waited for or not."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""


def until(look: Callable[[], Value], seconds: float = 60) -> Value:
    """Return the result of a check as soon as it gives one. Fails if it does not in time."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"nothing in {seconds} seconds"
        time.sleep(0.05)
    return found


def left_behind(pids: set[int], folder: Path, seconds: float = 30) -> dict[int, str]:
    """Return those of these processes, and of any started for this data folder, that are still alive after a while."""
    end = time.monotonic() + seconds
    while True:
        left = {pid: command for pid in pids if (command := _command(pid))} | of_data(folder)
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.1)
