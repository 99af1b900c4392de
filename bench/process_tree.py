"""Measure the memory of a process and its descendants on Linux; a browser is many processes."""

import re
from pathlib import Path

from ecnscrawl.rendering.supervisor import descendants

_ALL = re.compile(rb"^Pss:\s+(\d+) kB", re.MULTILINE)
_WITHOUT_FILES = re.compile(rb"^Pss_(?:Anon|Shmem):\s+(\d+) kB", re.MULTILINE)


def memory_of_tree(pid: int, *, files: bool = True) -> int:
    """Return the bytes of a process and its descendants, counting memory shared between processes once (PSS).

    `files=False` leaves out memory that is backed by files, such as program code: its share is smaller while another
    process uses the same files.
    """
    return sum(_memory(each, _ALL if files else _WITHOUT_FILES) for each in {pid, *descendants(pid)})


def _memory(pid: int, kinds: re.Pattern[bytes]) -> int:
    try:
        found = kinds.findall(Path(f"/proc/{pid}/smaps_rollup").read_bytes())
    except OSError:  # the process has ended, or belongs to another user
        return 0
    return sum(map(int, found)) * 1024
