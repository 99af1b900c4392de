"""Supervise a browser: kill all its processes when the crawl ends, and limit their memory.

This is a program of its own, because it must work when the crawl is killed, stopped or busy. It uses the standard
library only. Linux only: on other systems the browser ends when Playwright's driver closes its pipe.
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

MEMORY_CHECK_INTERVAL = 100  # milliseconds; a page that allocates without end gets a few hundred megabytes in that time
POLL_INTERVAL = 0.01  # seconds
_PIPES = (3, 4)  # descriptors by which Playwright's driver controls the browser
_SET_PARENT_DEATH_SIGNAL, _SET_CHILD_SUBREAPER = 1, 36  # prctl(2)
_OWN_MEMORY = re.compile(rb"^Rss(?:Anon|Shmem):\s+(\d+) kB", re.MULTILINE)
_OOM_SCORE = "500"  # of 1000: if memory runs out, the kernel kills the browser before other programs


def main(alive: str, limit: str, browser: str, *arguments: str) -> int:
    """Run the browser until it, the crawl or Playwright's driver ends; then kill what is left of it. Returns 0.

    The crawl holds the named pipe `alive` open, so the end of the crawl closes it. If the browser's processes together
    use more than `limit` bytes, the largest one is killed. After the crawl, the folder for temporary files, which is
    two levels above the pipe, is removed too.
    """
    libc, driver = ctypes.CDLL(None), os.getppid()
    libc.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE, encoding="ascii")
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
        if waiting.poll(MEMORY_CHECK_INTERVAL):
            return
        sizes = {pid: own_memory(pid) for pid in descendants(os.getpid())}
        if sum(sizes.values()) > limit:
            _kill(max(sizes, key=lambda pid: sizes[pid]))


def _has_ended(crawl: int) -> bool:
    """Whether the crawl ended: then the pipe is closed. The crawl writes a byte to end only the browser."""
    try:
        return os.read(crawl, 1) == b""
    except BlockingIOError:
        return False


def descendants(ancestor: int) -> set[int]:
    """Return the ids of all child processes of a process, and of their children, and so on."""
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
    """Return the resident bytes of a process that are not backed by files: its private and shared memory."""
    try:
        return sum(int(kilobytes) * 1024 for kilobytes in _OWN_MEMORY.findall(Path(f"/proc/{pid}/status").read_bytes()))
    except OSError:
        return 0


def _reap() -> set[int]:
    """Return the ids of the children that have ended."""
    ended: set[int] = set()
    with suppress(ChildProcessError):
        while pid := os.waitpid(-1, os.WNOHANG)[0]:
            ended.add(pid)
    return ended


def _end_all() -> None:
    """Kill all descendants, until none is left: a process may start another one meanwhile."""
    while left := descendants(os.getpid()):
        for pid in left:
            _kill(pid)
        select.select([], [], [], POLL_INTERVAL)
        _reap()


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
