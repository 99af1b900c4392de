"""Runs a browser in its own stead: nothing of it outlives the crawl, or takes more memory than it was given.

A program of its own, with the standard library alone, as it must work when the crawl does not: killed, stopped, or
busy. Linux only; elsewhere a browser ends with the pipe that it is led by.
"""

import ctypes
import os
import re
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_CHECKED_EVERY = 100  # milliseconds: a page that allocates without end gets some hundred megabytes in that time
_MOMENT = 0.01  # seconds
_PIPES = (3, 4)  # by which Playwright's driver leads the browser
_SET_PARENT_DEATH_SIGNAL, _SET_CHILD_SUBREAPER = 1, 36  # prctl(2)
_OWN_MEMORY = re.compile(rb"^Rss(?:Anon|Shmem):\s+(\d+) kB", re.MULTILINE)
_EXPENDABLE = "500"  # of 1000: where memory runs out, the kernel takes the browser rather than others


def main(alive: str, limit: str, browser: str, *arguments: str) -> int:
    """Run the browser until it ends; or until the crawl, which holds the pipe `alive`, or Playwright's driver does.

    Where its processes have more than `limit` bytes, the largest one is killed. Where the crawl has ended, the folder
    for all temporary files, two above the pipe, goes too.
    """
    libc, driver = ctypes.CDLL(None), os.getppid()
    libc.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_EXPENDABLE, encoding="ascii")
    crawl = os.open(alive, os.O_RDONLY | os.O_NONBLOCK)

    def die_with_parent() -> None:
        libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)

    child = subprocess.Popen(  # noqa: S603 - the arguments are Playwright's and ours
        [browser, *arguments],
        pass_fds=_PIPES,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - there is one thread
    )
    for pipe in _PIPES:
        os.close(pipe)
    try:
        _watch(child.pid, crawl, driver, int(limit))
    finally:
        _end_all()
        if _has_ended(crawl):
            shutil.rmtree(Path(alive).parent.parent, ignore_errors=True)
    return 0


def _watch(browser: int, crawl: int, driver: int, limit: int) -> None:
    waiting = select.poll()
    waiting.register(crawl, select.POLLIN)
    while browser not in _reap() and os.getppid() == driver:
        if waiting.poll(_CHECKED_EVERY):
            return
        sizes = {pid: own_memory(pid) for pid in descendants(os.getpid())}
        if sum(sizes.values()) > limit:
            _kill(max(sizes, key=lambda pid: sizes[pid]))


def _has_ended(crawl: int) -> bool:
    """Whether the pipe is closed, and nothing was written to it: that is the crawl's word for an end of the browser."""
    try:
        return os.read(crawl, 1) == b""
    except BlockingIOError:
        return False


def descendants(ancestor: int) -> set[int]:
    """The processes that a process has started, and theirs."""
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    found: set[int] = set()
    left = [ancestor]
    while left:
        mine = children.get(left.pop(), [])
        found.update(mine)
        left += mine
    return found


def _parents() -> Iterator[tuple[int, int]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                status = (folder / "stat").read_bytes()
                yield int(folder.name), int(status.rpartition(b")")[2].split()[1])


def own_memory(pid: int) -> int:
    """Bytes in memory that are no file's: those of a process alone, and what it shares with its like."""
    try:
        return sum(int(kilobytes) * 1024 for kilobytes in _OWN_MEMORY.findall(Path(f"/proc/{pid}/status").read_bytes()))
    except OSError:
        return 0


def _reap() -> set[int]:
    """The children that have ended."""
    ended: set[int] = set()
    with suppress(ChildProcessError):
        while pid := os.waitpid(-1, os.WNOHANG)[0]:
            ended.add(pid)
    return ended


def _end_all() -> None:
    """Kill what is left, and what that has started meanwhile."""
    while left := descendants(os.getpid()):
        for pid in left:
            _kill(pid)
        select.select([], [], [], _MOMENT)
        _reap()


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
