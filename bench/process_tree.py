"""The memory of a process with all that it has started, as Linux counts it; a browser is many processes."""

import re
from pathlib import Path

from ecnscrawl.rendering.keeper import descendants

_ALL = re.compile(rb"^Pss:\s+(\d+) kB", re.MULTILINE)
_WITHOUT_FILES = re.compile(rb"^Pss_(?:Anon|Shmem):\s+(\d+) kB", re.MULTILINE)


def memory_of_tree(pid: int, *, files: bool = True) -> int:
    """Bytes: what is shared between processes counts once (PSS).

    Without `files` the share of programs on the disk is left out, which is less while another process has them open.
    """
    return sum(_memory(each, _ALL if files else _WITHOUT_FILES) for each in {pid, *descendants(pid)})


def _memory(pid: int, kinds: re.Pattern[bytes]) -> int:
    try:
        found = kinds.findall(Path(f"/proc/{pid}/smaps_rollup").read_bytes())
    except OSError:  # it has ended, or is another user's
        return 0
    return sum(map(int, found)) * 1024
